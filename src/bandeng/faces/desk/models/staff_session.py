from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.translation import gettext_lazy as _


class Device(models.TextChoices):
    """What kind of thing a session was opened on: enough to know one's own, too little to know a person."""

    COMPUTER = "computer", _("computer")
    PHONE = "phone", _("telephone")
    TABLET = "tablet", _("tablet")
    OTHER = "other", _("other device")


class StaffSession(AbstractBaseSession):
    """A session, with whose it is, so that they can be listed, limited and ended. No address, no browser's name.

    `expire_date` is the earlier of the idle and the absolute limit; sessions of nobody signed in have no `staff`.
    """

    # Names it on pages, where the key must never stand. Not unique: while the key changes, two rows have it.
    public_id = models.UUIDField(null=True)
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    device = models.CharField(max_length=10, choices=Device, default=Device.OTHER)
    began_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)

    @classmethod
    def get_session_store_class(cls):
        from ..session_store import SessionStore  # the store needs this model

        return SessionStore
