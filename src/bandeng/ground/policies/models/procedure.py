from django.db import models

from bandeng.ground.core import api as core

from .parameter import Parameter


class Procedure(models.Model):
    """How one kind of matter is handled: its limit, what a reply must contain, which edges it may take."""

    id = models.UUIDField(primary_key=True, default=core.new_id, editable=False)
    code = models.SlugField(max_length=40, unique=True)
    label_zh = models.CharField(max_length=80)
    label_en = models.CharField(max_length=120)
    limit = models.ForeignKey(Parameter, on_delete=models.PROTECT, related_name="+")
    required_reply_fields = models.JSONField(default=list)
    enabled_edges = models.JSONField(default=list)  # names of case edges; empty means all of them
    needs_approval = models.BooleanField(default=True)
    citation = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return self.code

    def allows(self, edge: str) -> bool:
        """Tell whether a case of this procedure may take the named edge of `rules.py`."""
        return not self.enabled_edges or edge in self.enabled_edges
