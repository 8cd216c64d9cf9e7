from django.db import models
from django.db.models import Q

from bandeng.ground.core import api as core

SUBJECTS = ("office", "topic")


class LearnedModel(models.Model):
    """What was learned on one day: weights without texts. One of each subject is in use; former ones can be again."""

    id = models.UUIDField(primary_key=True, default=core.new_id, editable=False)
    subject = models.CharField(max_length=10, choices=[(subject, subject) for subject in SUBJECTS])
    number = models.PositiveIntegerField()
    content = models.BinaryField()
    learned_at = models.DateTimeField()
    examples = models.PositiveIntegerField()
    figures = models.JSONField()  # open: how it did on what it had not seen
    is_in_use = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "number"], name="learned_model_number"),
            models.UniqueConstraint(fields=["subject"], condition=Q(is_in_use=True), name="one_model_in_use"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.number}"
