import json

from django.db import models

from bandeng.ground.core import api as core


class ImportedOriginal(models.Model):
    """The row of the other system's sheet from which a case was made, sealed under the case's key, never changed.

    What no column of ours holds stays here alone. Columns that label a person are blank, and so are the cells that went
    to `residents`: who somebody is lies in one place.
    """

    id = models.UUIDField(primary_key=True, default=core.new_id, editable=False)
    case = models.OneToOneField("casework.Case", on_delete=models.PROTECT, related_name="imported_original")
    row = core.WordsField()

    def __str__(self) -> str:
        return str(self.id)

    def row_context(self) -> str:
        return f"imported_original.row:{self.id}"

    def text(self) -> str:
        """Open the row as the JSON that was sealed; raises CannotOpen where it was erased."""
        return self.case.seal_key.open(self.row, self.row_context())

    def cells(self) -> dict[str, object]:
        """Open the row, by column name; raises CannotOpen where it was erased."""
        return self.opened(self.case.seal_key)

    def opened(self, key: core.SealKey) -> dict[str, object]:
        """Open the row with its case's key in hand; raises CannotOpen where it was erased."""
        return json.loads(key.open(self.row, self.row_context()))
