from django.conf import settings
from django.db import models

from ..ids import new_id
from ..sealing import CannotOpen, seal, unseal


class SealKey(models.Model):
    """The key of one case, draft or compartment, wrapped under the installation's `words` key.

    Erasing what was said means destroying `wrapped`: every statement, reply, reason and file under it is then
    unreadable everywhere, backups of the database included once they are replayed.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    wrapped = models.BinaryField(null=True)
    wrapped_with = models.PositiveSmallIntegerField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(wrapped__isnull=False, erased_at__isnull=True)
                | models.Q(wrapped__isnull=True, erased_at__isnull=False),
                name="seal_key_is_there_or_erased",
            )
        ]

    @classmethod
    def make(cls) -> "SealKey":
        """Make an unsaved key; its plain bytes live in this object only."""
        from secrets import token_bytes

        number = settings.KEYRING.current("words")
        key = cls(id=new_id(), wrapped_with=number)
        key._plain = token_bytes(32)
        key.wrapped = seal(settings.KEYRING.sealing("words", number), key._plain, key.context)
        return key

    @property
    def context(self) -> str:
        """Name the place the key is wrapped for."""
        return f"seal_key:{self.id}"

    def plain(self) -> bytes:
        """Unwrap the key; raise CannotOpen where it was erased."""
        if not hasattr(self, "_plain"):
            if self.wrapped is None:
                raise CannotOpen(f"{self.context}: erased")
            kek = settings.KEYRING.sealing("words", self.wrapped_with)
            self._plain = unseal(kek, self.wrapped, self.context)
        return self._plain

    def seal(self, text: str, context: str) -> bytes:
        """Seal words; `context` is `table.field:row id`."""
        return seal(self.plain(), text.encode(), context)

    def open(self, sealed: bytes, context: str) -> str:
        """Open words sealed in the same context."""
        return unseal(self.plain(), sealed, context).decode()
