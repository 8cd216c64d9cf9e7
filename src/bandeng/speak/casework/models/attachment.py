from django.db import models

from bandeng.ground.core import api as core


class Attachment(models.Model):
    """A photo or paper that belongs to a case, for those who may see the case."""

    id = models.UUIDField(primary_key=True, default=core.new_id, editable=False)
    case = models.ForeignKey("casework.Case", on_delete=models.PROTECT, related_name="attachments")
    file = models.OneToOneField("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=60)

    class Meta:
        ordering = ["added_at", "id"]

    def __str__(self) -> str:
        return str(self.id)
