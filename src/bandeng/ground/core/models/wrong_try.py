from django.db import models

from ..ids import new_id


class WrongTry(models.Model):
    """A wrong secret, kept for an hour (throttle.py). `key` is blinded: it tells neither code nor address."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.BinaryField(max_length=16)
    at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [models.Index(fields=["key", "at"], name="wrong_try_key")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
