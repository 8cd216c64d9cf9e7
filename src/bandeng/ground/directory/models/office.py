from django.db import models
from django.utils.translation import gettext_lazy as _

from bandeng.ground.core import api as core

from .area import Area
from .codes import CODE_LENGTH, valid_code


class Office(models.Model):
    """A unit that cases are sent to: a department, a township's centre, a village committee."""

    class Kind(models.TextChoices):
        RECEPTION = "reception", _("reception centre")
        DEPARTMENT = "department", _("department")
        TOWNSHIP_OFFICE = "township_office", _("township office")
        VILLAGE_COMMITTEE = "village_committee", _("village committee")
        LEADER_OFFICE = "leader_office", _("leaders' office")
        SUPERVISION = "supervision", _("supervision office")
        DISCIPLINE = "discipline", _("discipline inspection")
        ADMINISTRATION = "administration", _("administration of the system")

    id = models.UUIDField(primary_key=True, default=core.new_id, editable=False)
    code = models.CharField(max_length=CODE_LENGTH, unique=True, validators=[valid_code])
    area = models.ForeignKey(Area, models.PROTECT, related_name="offices")
    superior = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="subordinates")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    label_zh = models.CharField(max_length=60)
    label_en = models.CharField(max_length=80, blank=True)
    short_zh = models.CharField(max_length=20, blank=True)
    pinyin = models.CharField(max_length=60, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    address_zh = models.CharField(max_length=120, blank=True)
    opening_hours = models.TextField(max_length=200, blank=True)
    # Sends on the cases that are received anywhere in its area.
    is_dispatching = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(superior__isnull=True) | ~models.Q(superior=models.F("id")),
                name="office_is_not_its_own_superior",
            ),
            models.UniqueConstraint(
                fields=["area"],
                condition=models.Q(is_dispatching=True, is_active=True),
                name="one_dispatching_office_an_area",
            ),
        ]

    def __str__(self) -> str:
        return self.label_zh
