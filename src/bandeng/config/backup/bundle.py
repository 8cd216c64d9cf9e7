"""The keys of an installation in one file, sealed with a passphrase. Kept apart from backups. Imports no framework.

JSON: scrypt parameters and salt, nonce, names with fingerprints, and the keys themselves under AES-256-GCM; everything
else in the file is authenticated with them.
"""

import json
import os
import secrets
from base64 import b64decode, b64encode
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from bandeng.ground.core.keys import Keyring, fingerprint

FORMAT = "bandeng keys v1"
SCRYPT = {"n": 2**16, "r": 8, "p": 1}  # 64 MB, about a third of a second
MIN_PASSPHRASE = 12


class BadBundle(ValueError):
    """The bundle does not open, or does not fit what is there; the message says what to do."""


def export(keys: Path, to: Path, passphrase: str) -> dict[str, str]:
    """Write all keys of a directory into a new file of mode 600; give names and fingerprints. Raises BadBundle."""
    if len(passphrase) < MIN_PASSPHRASE:
        raise BadBundle(f"The passphrase needs at least {MIN_PASSPHRASE} characters.")
    names = Keyring(keys).fingerprints()
    if not names:
        raise BadBundle(f"There are no keys in {keys}.")
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    head = {"format": FORMAT, **SCRYPT, "salt": _text(salt), "nonce": _text(nonce), "keys": names}
    plain = json.dumps({name: _text((keys / name).read_bytes()) for name in names}).encode()
    sealed = AESGCM(_derived(passphrase, salt, SCRYPT)).encrypt(nonce, plain, _aad(head))
    fd = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(fd, "w", encoding="ascii") as out:
        json.dump({**head, "sealed": _text(sealed)}, out, indent=1)
        out.flush()
        os.fsync(out.fileno())
    return names


def import_(file: Path, keys: Path, passphrase: str) -> dict[str, str]:
    """Put a bundle's keys into a directory; give the new ones. Raises BadBundle where another key is there."""
    opened = _opened(file, passphrase)
    there = Keyring(keys).fingerprints()
    made = {name: fingerprint(name, key) for name, key in opened.items()}
    if clash := sorted(name for name in made if there.get(name, made[name]) != made[name]):
        raise BadBundle(f"{', '.join(clash)} in {keys} is another key. Import into a directory of its own.")
    keys.mkdir(parents=True, exist_ok=True, mode=0o700)
    new = {name: mark for name, mark in made.items() if name not in there}
    for name in new:
        fd = os.open(keys / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(fd, "wb") as out:
            out.write(opened[name])
            out.flush()
            os.fsync(out.fileno())
    return new


def _opened(file: Path, passphrase: str) -> dict[str, bytes]:
    try:
        document = json.loads(file.read_text(encoding="ascii"))
        sealed = b64decode(document.pop("sealed"), validate=True)
        cost = {name: int(document[name]) for name in SCRYPT}
        if document["format"] != FORMAT or cost != SCRYPT:  # a forged cost must not eat all memory
            raise BadBundle(f"{file} is no key bundle of this version.")
        key = _derived(passphrase, b64decode(document["salt"]), cost)
        plain = AESGCM(key).decrypt(b64decode(document["nonce"]), sealed, _aad(document))
        opened = {name: b64decode(key) for name, key in json.loads(plain).items()}
    except InvalidTag:
        raise BadBundle("The bundle does not open: the passphrase is wrong, or the file was changed.") from None
    except (KeyError, TypeError, ValueError) as error:
        raise error if isinstance(error, BadBundle) else BadBundle(f"{file} is no key bundle.") from error
    if not all(Path(name).name == name for name in opened):
        raise BadBundle(f"{file} is no key bundle.")
    return opened


def _derived(passphrase: str, salt: bytes, cost: dict[str, int]) -> bytes:
    return Scrypt(salt=salt, length=32, **cost).derive(passphrase.encode())


def _aad(head: dict) -> bytes:
    return json.dumps(head, sort_keys=True).encode()


def _text(raw: bytes) -> str:
    return b64encode(raw).decode()
