from datetime import date

from django.db import models
from django.db.models import F, Q

from bandeng.ground.core import api as core

from .office import Office
from .role import Role
from .staff import Staff


class PostingQuerySet(models.QuerySet):
    def held_on(self, day: date) -> "PostingQuerySet":
        """Keep the postings held on `day`."""
        return self.filter(Q(until_on__isnull=True) | Q(until_on__gt=day), from_on__lte=day)


class Posting(models.Model):
    """One person in one role at one office, from a day until a day.

    `until_on` is the first day on which it is no longer held, so that ending a posting takes effect at once.
    """

    id = models.UUIDField(primary_key=True, default=core.new_id, editable=False)
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="postings")
    role = models.ForeignKey(Role, models.PROTECT, related_name="postings")
    office = models.ForeignKey(Office, models.PROTECT, related_name="postings")
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    objects = PostingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")), name="posting_ends_after_it_begins"
            ),
            models.UniqueConstraint(
                fields=["staff", "role", "office"],
                condition=Q(until_on__isnull=True),
                name="one_open_posting_a_role_and_office",
            ),
        ]
