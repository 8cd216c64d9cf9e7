"""An index on disk: generations side by side, a pointer to the one that holds, and no trust in what does not add up.

    root/current         the name of the generation that holds; replaced in one step
    root/g-000001/       one tantivy index, and about.json: our format and the names it was read with

tantivy writes a segment's files once, each with a CRC-32 of its body in its footer, and replaces meta.json as the last
step of a commit. So a commit is there whole or not at all, and every file that a commit names can be checked.
"""

import json
import os
import shutil
import struct
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import tantivy

from .errors import IndexBroken, IndexMissing, SearchError

FORMAT = 1
POINTER = "current"
# No positions: they would double the size, and no question asks for phrases. How often a pair stands in a title, or a
# part in a text, is nearly always once.
KEPT = {"words": "freq", "answer": "freq", "title": "basic", "parts": "basic"}
_KINDS = ("idx", "term", "pos", "fieldnorm", "fast", "store")
_FOOTER = struct.Struct("<II")
_MAGIC = 1337


@contextmanager
def trusted() -> Iterator[None]:
    """Turn whatever tantivy or the disk says within into IndexBroken; a Rust panic too, which is no Exception."""
    try:
        yield
    except SearchError:
        raise
    except (ValueError, OSError, RuntimeError, KeyError, TypeError) as error:
        raise IndexBroken(str(error)) from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise IndexBroken(str(error)) from error
        raise


def current(root: Path) -> Path:
    """Give the folder of the generation that holds. Raises IndexMissing or IndexBroken."""
    try:
        name = (root / POINTER).read_text()
    except FileNotFoundError:
        raise IndexMissing(f"there is no index in {root}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise IndexBroken(str(error)) from error
    if not name.startswith("g-") or not name[2:].isdigit():
        raise IndexBroken(f"{root / POINTER} names no generation")
    if not (root / name).is_dir():
        raise IndexMissing(f"{root / name} is not there")
    return root / name


def begin(root: Path, names: Iterable[str]) -> Path:
    """Make the folder of a new generation, that nothing points to yet. What earlier tries left is removed."""
    root.mkdir(parents=True, exist_ok=True)
    kept = _pointed(root)
    for stray in root.glob("g-*"):
        if stray.name != kept:
            shutil.rmtree(stray)
    folder = root / f"g-{int(kept[2:] if kept else 0) + 1:06}"
    folder.mkdir()
    _write(folder / "about.json", json.dumps({"format": FORMAT, "names": list(names)}, ensure_ascii=False))
    return folder


def switch(root: Path, folder: Path) -> None:
    """Let a generation hold from now on, in one step, and remove the one before."""
    before = _pointed(root)
    _write(root / POINTER, folder.name)
    if before and before != folder.name:
        # readers keep the files they have mapped until they look again
        shutil.rmtree(root / before, ignore_errors=True)


def clear_up(root: Path, folder: Path) -> None:
    """Remove a generation that no longer holds, once its writer is gone: its threads may have written on meanwhile."""
    if _pointed(root) not in (None, folder.name):
        shutil.rmtree(folder, ignore_errors=True)


def names_of(folder: Path) -> tuple[str, ...]:
    """Give the names a generation was read with. Raises IndexBroken where it is of another format."""
    with trusted():
        about = json.loads((folder / "about.json").read_text())
        if about["format"] != FORMAT:
            raise IndexBroken(f"{folder} has format {about['format']}, not {FORMAT}: rebuild it")
        return tuple(about["names"])


def stamp(path: Path) -> tuple[int, ...]:
    """Give what changes when a file is replaced. Raises IndexMissing."""
    try:
        found = path.stat()
    except OSError as error:
        raise IndexMissing(str(error)) from error
    return found.st_ino, found.st_mtime_ns, found.st_size


def verify(folder: Path, checked: Iterable[str] = ()) -> set[str]:
    """Check every file of the last commit against its CRC, but those `checked`; give the names of all of them.

    Raises IndexBroken naming the file. A merge may remove files meanwhile: then the newer commit is checked.
    """
    known = set(checked)
    for last in (False, False, False, False, True):
        with trusted():
            files = _files(json.loads((folder / "meta.json").read_text()))
        try:
            for name in files - known:
                _check(folder / name)
                known.add(name)
            return files
        except FileNotFoundError as error:
            if last:
                raise IndexBroken(f"{error.filename} is not there") from error
    raise AssertionError("the last round returns or raises")


def _files(meta: dict[str, Any]) -> set[str]:
    names = set()
    for segment in meta["segments"]:
        plain = segment["segment_id"].replace("-", "")
        names |= {f"{plain}.{kind}" for kind in _KINDS}
        if segment["deletes"]:
            names.add(f"{plain}.{segment['deletes']['opstamp']}.del")
    return names


def _check(path: Path) -> None:
    """Hold a file against its footer: after the body, JSON with the body's CRC, the JSON's length, a magic number."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        try:
            file.seek(size - _FOOTER.size)
            length, magic = _FOOTER.unpack(file.read())
            body = size - _FOOTER.size - length
            file.seek(body)
            told = json.loads(file.read(length))["crc"]
        except (OSError, ValueError, KeyError, TypeError, struct.error):
            raise IndexBroken(f"{path.name} has no proper end") from None
        file.seek(0)
        crc = 0
        while (left := body - file.tell()) > 0:
            crc = zlib.crc32(file.read(min(left, 1 << 20)), crc)
    if magic != _MAGIC or crc != told:
        raise IndexBroken(f"{path.name} is not what was written")


def _pointed(root: Path) -> str | None:
    try:
        return current(root).name
    except (IndexMissing, IndexBroken):
        # what cannot be read is not kept
        return None


def _write(path: Path, text: str) -> None:
    """Write a file so that a power cut leaves the old one or the new one."""
    fresh = path.with_name(path.name + ".new")
    with fresh.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def schema() -> tantivy.Schema:
    """Give the fields of the index. No text is stored: only identifiers come back out."""
    fields = tantivy.SchemaBuilder()
    fields.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    fields.add_text_field("cursor", stored=True, tokenizer_name="raw", index_option="basic")
    for name, kept in KEPT.items():
        fields.add_text_field(name, tokenizer_name="whitespace", index_option=kept)
    for name in ("scope", "facet"):
        fields.add_text_field(name, tokenizer_name="raw", index_option="basic")
    fields.add_integer_field("at", fast=True)
    fields.add_unsigned_field("length", fast=True)
    return fields.build()
