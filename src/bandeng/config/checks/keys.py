"""Keys: looked for on disk and not asked for, since the keyring makes what is missing."""

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from bandeng.engines import merkle
from bandeng.ground.core import api as core
from bandeng.ground.ledger import api as ledger
from bandeng.ground.residents import api as residents

from .framework import Finding, check


def _missing(name: str) -> Finding:
    return Finding(
        "key-missing",
        name,
        _("The key is not in %(directory)s. Restore the key bundle that belongs to this database.")
        % {"directory": settings.KEYRING.directory},
    )


@check
def keys_are_there(now: datetime) -> Iterator[Finding]:
    """Every key that something is sealed with is there, and the log's key is the one that signed it."""
    used = {
        "words": core.SealKey.objects.filter(wrapped__isnull=False).values_list("wrapped_with", flat=True),
        "identity": residents.Resident.objects.values_list("sealed_with", flat=True),
    }
    names = [f"{purpose}-{n}.key" for purpose, numbers in used.items() for n in sorted(set(numbers.distinct()))]
    latest = ledger.head()
    if names or latest is not None:
        names += ["tokens.key", "blind.key", "ledger.ed25519", "receipts.ed25519"]
    missing = [name for name in names if not (settings.KEYRING.directory / name).is_file()]
    yield from map(_missing, missing)
    if latest is not None and "ledger.ed25519" not in missing:
        yield from _signed_by_another(latest)


def _signed_by_another(latest) -> Iterator[Finding]:
    key = merkle.VerifierKey(settings.LOG_ORIGIN, settings.KEYRING.public_bytes("ledger"))
    try:
        merkle.open_checkpoint(latest.note, key)
    except ValueError:
        yield Finding(
            "key-wrong",
            "ledger.ed25519",
            _("The last head of the log was signed with another key or name. Restore the key bundle."),
        )
