"""Model fields that say which class of data they hold (docs/explanation/data-classes.md).

A field of any other type is `open`: codes, topics, places, dates, offices, counts. A test walks every model and holds
each field to the hand-written list in tests/expectations/fields.toml.
"""

from django.db import models


class SealedField(models.BinaryField):
    """Ciphertext. Never used itself: say whether it holds words or identity."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)


class WordsField(SealedField):
    """What somebody said or wrote, sealed under the case's or compartment's key."""

    data_class = "words"


class IdentityField(SealedField):
    """Who somebody is, sealed under the identity key; in `residents` only."""

    data_class = "identity"


class MaskedField(models.TextField):
    """Words with phone, ID and card numbers and the speaker's own name replaced: for lists and search alone."""

    data_class = "masked"


def data_class(field: models.Field) -> str:
    """Name the data class of a model field: identity, words, masked or open."""
    return getattr(field, "data_class", "open")
