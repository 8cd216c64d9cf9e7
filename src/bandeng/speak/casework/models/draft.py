from django.db import models

from bandeng.ground.core import api as core


class Draft(models.Model):
    """What somebody is typing, sealed on the server, so that nothing is lost and nothing stays in a browser.

    `owner` is `staff:<id>` or, for residents, the digest of a cookie's token; `form` names the page. Drafts expire.
    """

    id = models.UUIDField(primary_key=True, default=core.new_id, editable=False)
    owner = models.CharField(max_length=80)
    form = models.CharField(max_length=80)
    seal_key = models.ForeignKey("core.SealKey", on_delete=models.PROTECT, related_name="+")
    content = core.WordsField()
    updated_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "form"], name="one_draft_a_form")]

    def __str__(self) -> str:
        return self.form

    def context(self) -> str:
        return f"draft.content:{self.id}"
