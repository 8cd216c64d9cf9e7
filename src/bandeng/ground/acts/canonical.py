"""Canonical bytes of an act: what its leaf commits to (docs/adr/0001).

UTF-8 JSON with sorted keys and no spaces (RFC 8785 for the types allowed here: text, whole numbers, true, false,
null, lists, objects; no fractions, so that no two languages print one differently). `schema` names the layout: bytes
once written are read by their own schema for ever.
"""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

SCHEMA = 1
MAX_TEXT = 300  # open data are codes, dates and short references; anything longer is words and must be sealed


class NotOpenData(ValueError):
    """A payload holds something that is not open data; words go into `reason` or `sealed`."""


def timestamp(at: datetime) -> str:
    """Write an aware datetime as UTC with microseconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def check_open(value: Any, path: str = "payload") -> None:
    """Raise NotOpenData unless `value` is made of short texts, whole numbers, booleans, null, lists and objects."""
    if value is None or isinstance(value, bool | int):
        return
    if isinstance(value, str):
        if len(value) > MAX_TEXT:
            raise NotOpenData(f"{path} has {len(value)} characters; seal it or shorten it.")
        return
    if isinstance(value, list):
        for i, item in enumerate(value):
            check_open(item, f"{path}[{i}]")
        return
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        for key, item in value.items():
            check_open(item, f"{path}.{key}")
        return
    raise NotOpenData(f"{path} is a {type(value).__name__}; open data are text, whole numbers, lists and objects.")


def words_digest(salt: bytes, name: str, words: bytes) -> str:
    """Commit to sealed words: hex SHA-256 over domain, salt, name and the words themselves."""
    return hashlib.sha256(b"bandeng/words/v1\x00" + salt + name.encode() + b"\x00" + words).hexdigest()


def canonical_bytes(envelope: dict) -> bytes:
    """Encode an envelope."""
    return json.dumps(envelope, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
