from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from bandeng.ground.core import api as core

from .codes import CODE_LENGTH, valid_code


class Topic(models.Model):
    """What a case is about, on one of three levels: "04" civil affairs, "04.01" relief, "04.01.02" dibao."""

    id = models.UUIDField(primary_key=True, default=core.new_id, editable=False)
    code = models.CharField(max_length=CODE_LENGTH, unique=True, validators=[valid_code])
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    level = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(3)])
    label_zh = models.CharField(max_length=60)
    label_en = models.CharField(max_length=80, blank=True)
    pinyin = models.CharField(max_length=60, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(level=1, parent__isnull=True) | models.Q(level__in=[2, 3], parent__isnull=False),
                name="topic_of_level_one_has_no_parent",
            )
        ]

    def __str__(self) -> str:
        return self.label_zh
