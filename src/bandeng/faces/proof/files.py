"""What residents take home: the proof file of a case, and the public keys as files."""

import hashlib
from base64 import b64encode
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from bandeng.engines import merkle
from bandeng.ground.acts.api import Act
from bandeng.ground.ledger import api as ledger
from bandeng.speak.casework import api as casework

from .standing import Entry, State, standing

KEYS = {"log": "ledger", "receipts": "receipts"}  # name of the file -> purpose in the keyring


def proof_file(case: casework.Case, *, now: datetime) -> str:
    """Write everything that a stranger needs to check a case without us, as text; the format stands in README.md.

    It holds no words and no identity, but salts: give it to whoever holds the receipt and to nobody else.
    """
    found = standing(case)
    receipt = casework.receipts.receipt_for(case, now=now)
    lines = [merkle.CASE_PROOF, f"origin {settings.LOG_ORIGIN}", f"code {case.code}", f"entries {len(found.entries)}"]
    lines += [f"made {receipt.text.rpartition('issued ')[2].strip()}", f"key {ledger.note_verifier_key()}", ""]
    numbers = {entry.act.pk: number for number, entry in enumerate(found.entries, 1)}
    for entry in found.entries:
        lines += [*_entry_lines(entry, numbers), ""]
    lines += _block("CHECKPOINT", found.note) if found.note else ["no checkpoint yet", ""]
    lines += _block("RECEIPT", receipt.document)
    return "\n".join(lines)


def _entry_lines(entry: Entry, numbers: dict) -> list[str]:
    number, act = numbers[entry.act.pk], entry.act
    if entry.state is State.ERASED and entry.erased_by:
        return [f"entry {number} {act.kind} erased by entry {numbers[entry.erased_by.pk]}"]
    if entry.proof is None:
        return [f"entry {number} {act.kind} {entry.state}"]
    lines = [f"entry {number} {act.kind} {entry.state} leaf {entry.proof.leaf_index}"]
    if act.salt is not None:
        lines += _content_lines(number, act)
    sides = merkle.sides_of(entry.proof.leaf_index, entry.proof.size)
    path = zip(sides, entry.proof.path, strict=True)
    return lines + [f"path {number} {side} {_base64(hash_)}" for side, hash_ in path]


def _content_lines(number: int, act: Act) -> list[str]:
    return [f"salt {number} {_base64(bytes(act.salt))}", f"content {number} {_base64(act.canonical())}"]


def public_key_pem(name: str) -> bytes:
    """Give the public key of `log` or `receipts` as a PEM file, for openssl; raise KeyError for another name."""
    return _public_key(name).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def fingerprint(name: str) -> str:
    """Give the hex SHA-256 of that PEM file, which `sha256sum` prints too: short enough to read out or to post up."""
    return hashlib.sha256(public_key_pem(name)).hexdigest()


def _public_key(name: str) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(settings.KEYRING.public_bytes(KEYS[name]))


def _block(name: str, text: str) -> list[str]:
    return [f"-----BEGIN {name}-----", *text.removesuffix("\n").split("\n"), f"-----END {name}-----", ""]


def _base64(raw: bytes) -> str:
    return b64encode(raw).decode()
