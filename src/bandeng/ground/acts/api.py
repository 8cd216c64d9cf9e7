"""The only door to `acts`."""

from .canonical import NotOpenData, timestamp, words_digest
from .kinds import Kind, UnknownKind, kind, kinds, register
from .models import Act
from .selectors import Broken, by_idempotency_keys, history, subjects, verify
from .services import Actor, Draft, emit, emit_many, empty_words, system
from .services.emitting import NotInTransaction, leaf_hash

__all__ = [
    "Act",
    "Actor",
    "Broken",
    "Draft",
    "Kind",
    "NotInTransaction",
    "NotOpenData",
    "UnknownKind",
    "by_idempotency_keys",
    "emit",
    "emit_many",
    "empty_words",
    "history",
    "kind",
    "kinds",
    "leaf_hash",
    "register",
    "subjects",
    "system",
    "timestamp",
    "verify",
    "words_digest",
]
