"""What an outsider has: a public key, signed heads and the log's files in a directory. No settings, no database."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from bandeng.engines import merkle

from .failures import NotReady
from .words import gettext as _

PEM = "-----BEGIN PUBLIC KEY-----"
MAX_BYTES = 64 << 20  # a proof file has some kilobytes; a device or a disk image is no proof file


def text_of(path: Path) -> str:
    """Read a text as it is, line ends too; what is no UTF-8 becomes signs that fit nothing."""
    if path.stat().st_size > MAX_BYTES:
        raise NotReady(_("%s is too large for what it should be.") % path, _("Look whether the name is right."))
    return path.read_bytes().decode("utf-8", errors="replace")


def read_key(path: Path, origin: str) -> merkle.VerifierKey:
    """Read the log's public key: `log-key.pem`, which bears no name, or the first line of `keys.txt`."""
    text = text_of(path).strip()
    try:
        return merkle.VerifierKey(origin, _pem(text)) if text.startswith(PEM) else merkle.VerifierKey.parse(_line(text))
    except ValueError:
        raise NotReady(
            _("%s holds no public key of a log.") % path,
            _("Take log-key.pem or keys.txt from the site's page /proof/how/."),
        ) from None


def read_receipts_key(path: Path) -> bytes:
    """Read `receipts-key.pem`; give its 32 bytes."""
    try:
        return _pem(text_of(path).strip())
    except ValueError:
        raise NotReady(
            _("%s holds no public key of receipts.") % path,
            _("Take receipts-key.pem from the site's page /proof/how/."),
        ) from None


def fingerprint(key: merkle.VerifierKey) -> str:
    """Give the hex SHA-256 of the key's PEM file, which is what hangs on the counter's wall."""
    public = Ed25519PublicKey.from_public_bytes(key.public)
    return hashlib.sha256(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def origin_of(note: str) -> str:
    """Give the first line of a head, which names its log; `?` where there is none that could name one."""
    line = note.partition("\n")[0]
    try:
        return merkle.VerifierKey(line, b"\0" * 32).name
    except ValueError:
        return "?"


def _pem(text: str) -> bytes:
    try:
        key = load_pem_public_key(text.encode())
    except UnsupportedAlgorithm:
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("Not an Ed25519 key.")
    return key.public_bytes_raw()


def _line(text: str) -> str:
    return text.split("\n")[0].strip()


@dataclass(frozen=True)
class Problem:
    """What is wrong with which file, for programs (`kind`) and for people."""

    place: str
    kind: str
    what: str


class LogDirectory:
    """A log as `bandeng export log` writes it, or as somebody saved the public pages, checked as it is read."""

    def __init__(self, folder: Path):
        self.folder = folder
        if not (folder / "checkpoint").is_file():
            raise NotReady(
                _("%s holds no exported log: the file `checkpoint` is not there.") % folder,
                _("`bandeng export log --to DIR` writes one; an export that was broken off has none."),
            )
        self.note = text_of(folder / "checkpoint")
        self.head: merkle.Checkpoint | None = None
        self.heads: list[merkle.Checkpoint] = []
        self.fetch = lru_cache(maxsize=64)(self._fetch)

    @property
    def size(self) -> int:
        return self.head.size if self.head else 0

    def _fetch(self, level: int, index: int) -> list[bytes]:
        return self._hashes(merkle.Tile(level, index, merkle.tile_width(level, index, self.size)).path)

    def _hashes(self, path: str) -> list[bytes]:
        try:
            raw = (self.folder / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return []
        return [raw[at : at + 32] for at in range(0, len(raw), 32)] or [b""]

    def check(self, key: merkle.VerifierKey) -> Iterator[Problem]:
        """Open every head, rebuild the tree, and yield what does not fit."""
        try:
            self.head = merkle.open_checkpoint(self.note, key)
        except ValueError:
            yield Problem("checkpoint", "not-signed", _("was not signed with this key, or was changed since"))
            return
        yield from self._check_heads(key)
        for found in merkle.check_log(self.fetch, [self.head, *self.heads]):
            yield _tell(found)
        yield from self._check_others()

    def _check_heads(self, key: merkle.VerifierKey) -> Iterator[Problem]:
        path = self.folder / "heads.txt"
        if not path.is_file():
            return
        try:
            notes = merkle.split_heads(path.read_bytes().decode("utf-8", errors="replace"))
        except ValueError:
            yield Problem("heads.txt", "malformed", _("is not a row of signed heads"))
            return
        for number, note in enumerate(notes, 1):
            try:
                head = merkle.open_checkpoint(note, key)
            except ValueError:
                what = _("head %d was not signed with this key, or was changed since") % number
                yield Problem("heads.txt", "not-signed", what)
                continue
            if head.size > self.size:
                what = _("a head of %(head)d entries was signed, the log here has %(size)d: it has shrunk")
                yield Problem("heads.txt", "shrunken", what % {"head": head.size, "size": self.size})
            else:
                self.heads.append(head)
        for size in merkle.double_heads([self.head, *self.heads] if self.head else self.heads):
            what = _("two different heads were signed for %d entries: the log was forked") % size
            yield Problem("heads.txt", "fork", what)

    def _check_others(self) -> Iterator[Problem]:
        """Tiles that this size does not have: beyond the end, or an earlier, narrower one that is different."""
        due = {tile.path for tile in merkle.tiles_of(self.size)}
        for path in sorted((self.folder / "tile").rglob("*")):
            name = path.relative_to(self.folder).as_posix()
            if not path.is_file() or name in due:
                continue
            try:
                tile = merkle.Tile.parse(name)
            except merkle.MalformedPath:
                continue  # a note somebody put there; no tile is read from it
            whole = self.fetch(tile.level, tile.index)
            if len(whole) < tile.width or self._hashes(name) != whole[: tile.width]:
                yield Problem(name, "tile-extra", _("the signed head does not have this tile"))


def _tell(found: merkle.LogFinding) -> Problem:
    match found.kind:
        case "tile-missing":
            return Problem(found.place, found.kind, _("is not there; the site serves it at /proof/%s") % found.place)
        case "tile-size":
            return Problem(found.place, found.kind, _("has not as many hashes as the signed head says"))
        case "tile-wrong":
            return Problem(found.place, found.kind, _("its hashes do not fit the signed heads"))
    what = _("entries %(first)d to %(last)s do not lead to the signed head of %(last)s entries")
    return Problem("checkpoint", found.kind, what % {"first": found.after + 1, "last": found.place})
