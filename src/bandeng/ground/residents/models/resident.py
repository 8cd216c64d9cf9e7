from django.db import models

from bandeng.ground.core import api as core


class Resident(models.Model):
    """Identity as given for one matter, each field sealed, found by keyed blind index.

    One row per registration, not per person: nothing here lists what one person has said over the years. That two
    rows carry the same telephone number can be found out where a purpose asks for it, and is not kept.
    """

    id = models.UUIDField(primary_key=True, default=core.new_id, editable=False)
    name = core.IdentityField(null=True)
    phone = core.IdentityField(null=True)
    email = core.IdentityField(null=True)
    id_number = core.IdentityField(null=True)
    address = core.IdentityField(null=True)
    phone_index = models.BinaryField(null=True, max_length=16)
    id_number_index = models.BinaryField(null=True, max_length=16)
    sealed_with = models.PositiveSmallIntegerField()
    has_phone = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["phone_index"], name="resident_phone", condition=models.Q(phone_index__isnull=False)),
            models.Index(
                fields=["id_number_index"], name="resident_id_number", condition=models.Q(id_number_index__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
