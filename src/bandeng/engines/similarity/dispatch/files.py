"""A model as one .npz file: plain arrays and a line of JSON. Never pickle: a file may come from anywhere.

Its largest arrays can lie unpacked in a folder, from where every process that reads the same model maps the same pages.
"""

import hashlib
import io
import json
import os
import struct
import zipfile
import zlib
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from .data import Report
from .errors import NewerModel, UnreadableModel
from .model import Certainty, Model, Table
from .reading import Reader

KIND = "bandeng/dispatch"
VERSION = 3  # 1 had no bend, 2 runs of one to three characters as one kind
_LONGEST = 8  # of runs, and of their kinds
_MOST_BYTES = 256 << 20  # of one array unpacked: a small file must not fill the memory
# what zipfile and numpy raise on files that were cut or altered
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ArithmeticError,
    EOFError,
    LookupError,
    RuntimeError,
    ValueError,
)
_ARRAYS = {"weights": np.int8, "scales": np.float32, "rarity": np.float16, "bias": np.float32, "shift": np.float32}
_MAPPED = ("weights", "rarity")  # megabytes; the others are a few numbers for each class


def save(model: Model, path: Path) -> None:
    """Write a model beside its place and move it there: a reader sees the old one or the new one whole."""
    table, certainty = model._table, model._certainty
    about = {
        "kind": KIND,
        "version": VERSION,
        "classes": model.classes,
        "names": model._reader.names,
        "bits": model._reader.bits,
        "runs": model._reader.runs,
        "temperature": certainty.temperature,
        "bend": certainty.bend,
        "sure_from": certainty.sure_from,
        "report": asdict(model.report),
    }
    arrays = {name: getattr(table, name) for name in _ARRAYS if name != "shift"} | {"shift": certainty.shift}
    packed = np.frombuffer(json.dumps(about, ensure_ascii=False).encode(), np.uint8)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("wb") as file:
            np.savez_compressed(file, about=packed, **arrays)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def load(path: Path, unpacked: Path | None = None) -> Model:
    """Read a model. Raises UnreadableModel, or NewerModel for one of a later version.

    With `unpacked` the largest arrays are laid out in this folder, which is ours alone, and mapped: other processes
    that do the same share their memory. What another model left there goes; who still maps it keeps it.
    """
    whole = path.read_bytes()
    digest = hashlib.sha256(whole).hexdigest()
    try:
        with zipfile.ZipFile(io.BytesIO(whole)) as file:
            about = json.loads(_array(file, "about", np.uint8).tobytes())
            _check(about)
            arrays = {name: _array(file, name, kind) for name, kind in _ARRAYS.items() if name not in _MAPPED}
            for name in _MAPPED:
                arrays[name] = _mapped(file, name, unpacked, digest)
    except _BROKEN as error:
        if isinstance(error, UnreadableModel):
            raise
        raise UnreadableModel("This file is no whole model.") from error
    return _assembled(about, arrays)


def _array(file: zipfile.ZipFile, name: str, kind: Any) -> np.ndarray:
    array = np.load(io.BytesIO(file.read(_entry(file, name))), allow_pickle=False)
    return _checked(name, array, kind)


def _mapped(file: zipfile.ZipFile, name: str, unpacked: Path | None, digest: str) -> np.ndarray:
    """Give an array from its own file in `unpacked`; from memory where no file can be written or mapped there."""
    if unpacked is not None:
        entry, place = _entry(file, name), unpacked / f"{digest}-{name}.npy"
        with suppress(OSError):
            if not _holds(place, entry):
                _lay_out(file.read(entry), place)
            # As a plain array: its subclass for maps costs a detour at each look-up.
            return _checked(name, np.load(place, mmap_mode="r", allow_pickle=False).view(np.ndarray), _ARRAYS[name])
    return _array(file, name, _ARRAYS[name])


def _holds(place: Path, entry: zipfile.ZipInfo) -> bool:
    """Tell whether a file is what was packed, read and not mapped, so that its pages stay out of the process."""
    if not place.exists() or place.stat().st_size != entry.file_size:
        return False
    check = 0
    with place.open("rb") as laid:
        while part := laid.read(1 << 18):
            check = zlib.crc32(part, check)
    return check == entry.CRC


def _lay_out(packed: bytes, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        with beside.open("wb") as file:
            file.write(packed)
            file.flush()
            os.fsync(file.fileno())  # pages that are not written yet count as this process's own
        beside.replace(place)
    finally:
        beside.unlink(missing_ok=True)
    digest, _, name = place.name.partition("-")
    for other in place.parent.glob(f"*-{name}*"):  # with what a process that was killed had half written
        if digest not in other.name:
            other.unlink(missing_ok=True)


def _entry(file: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    entry = file.getinfo(f"{name}.npy")
    if entry.file_size > _MOST_BYTES:
        raise UnreadableModel(f"{name} is larger than any model's.")
    return entry


def _checked(name: str, array: np.ndarray, kind: Any) -> np.ndarray:
    if array.dtype != kind:
        raise UnreadableModel(f"{name} holds {array.dtype}, not {np.dtype(kind)}.")
    return array


def _check(about: Any) -> None:
    if not isinstance(about, dict) or about.get("kind") != KIND:
        raise UnreadableModel("This file is of another kind.")
    if not isinstance(about.get("version"), int) or about["version"] > VERSION:
        raise NewerModel(f"Written by a later version: format {about.get('version')}, this one reads {VERSION}.")


def _runs(told: Any) -> list[list[int]]:
    runs = [[int(size) for size in sizes] for sizes in told]
    if any(not 0 < size <= _LONGEST for sizes in runs for size in sizes) or not all(runs) or len(runs) > _LONGEST:
        raise ValueError("runs")
    return runs


def _report(told: dict[str, Any]) -> Report:
    return Report(**told | {"notes": tuple(told["notes"])})


def _assembled(about: dict[str, Any], arrays: dict[str, np.ndarray]) -> Model:
    try:
        classes, bits, report = list(map(str, about["classes"])), int(about["bits"]), _report(about["report"])
        bend = float(about["bend"]) if about["version"] > 1 else 1.0
        certain = Certainty(float(about["temperature"]), arrays.pop("shift"), float(about["sure_from"]), bend)
        reader = Reader(
            map(str, about["names"]), bits, runs=_runs(about["runs"] if about["version"] > 2 else [[1, 2, 3]])
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableModel("What the model says about itself is incomplete.") from error
    width, shapes = len(classes), {name: array.shape for name, array in arrays.items()}
    size = 1 << bits if 0 < bits < 30 else -1
    expected = {"weights": (size, width), "scales": (width,), "rarity": (size,), "bias": (width,)}
    held = [array for array in arrays.values() if array.dtype.kind == "f"]  # whole numbers are, and stay unread
    numbers = [*held, certain.shift, np.array([certain.temperature, certain.sure_from, bend])]
    finite = all(np.isfinite(array).all() for array in numbers)
    if shapes != expected or certain.shift.shape != (width,) or not width or not finite or certain.temperature <= 0:
        raise UnreadableModel("The model's arrays do not fit one another.")
    return Model(classes, Table(**arrays), certain, reader, report)
