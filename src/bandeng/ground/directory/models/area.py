from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from bandeng.ground.core import api as core

from .codes import CODE_LENGTH, valid_code


class AreaQuerySet(models.QuerySet):
    def within(self, path: str) -> "AreaQuerySet":
        """Keep the areas at or below `path`."""
        return self.filter(path__startswith=path)

    def valid_on(self, day: date) -> "AreaQuerySet":
        """Keep the areas that exist on `day`; `valid_to` is the last day."""
        return self.filter(models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=day), valid_from__lte=day)


class Area(models.Model):
    """A county, township or village. Areas that merge get a `valid_to`; no row is deleted."""

    class Kind(models.TextChoices):
        COUNTY = "county", _("county")
        TOWNSHIP = "township", _("township")
        VILLAGE = "village", _("village")

    id = models.UUIDField(primary_key=True, default=core.new_id, editable=False)
    code = models.CharField(max_length=CODE_LENGTH, unique=True, validators=[valid_code])
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    # Codes from the county down, "/qinghe/hexi/liushu/". Unique makes the text-pattern index on PostgreSQL as well.
    path = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    label_zh = models.CharField(max_length=60)
    label_en = models.CharField(max_length=80, blank=True)
    pinyin = models.CharField(max_length=60, blank=True)  # initials, for pickers: 柳树村 = "lsc"
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    objects = AreaQuerySet.as_manager()

    class Meta:
        ordering = ["path"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
                name="area_ends_after_it_begins",
            )
        ]

    def __str__(self) -> str:
        return self.label_zh
