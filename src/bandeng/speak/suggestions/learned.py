"""The models in use and how often they were right, as a process holds them: looked at again every half minute."""

import logging
import tempfile
import threading
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from bandeng.engines.similarity import dispatch as engine

from . import calibration
from .models import LearnedModel

logger = logging.getLogger(__name__)
FRESH_S = 30.0


@dataclass(frozen=True)
class InUse:
    """A model with its number."""

    number: int
    examples: int
    model: engine.Model


_held: dict[str, InUse | None] = {}
_asked: dict[str, float] = {}
_accepted: tuple[float, dict[UUID, tuple[int, int]]] | None = None
_lock = threading.Lock()


def in_use(subject: str) -> InUse | None:
    """Give the model in use of a subject; None where nothing was learned yet or it cannot be read."""
    asked = _asked.get(subject)
    if asked is not None and time.monotonic() - asked < FRESH_S:
        return _held.get(subject)
    with _lock:
        rows = LearnedModel.objects.filter(subject=subject, is_in_use=True)
        number = rows.values_list("number", flat=True).first()
        held = _held.get(subject)
        if number is None:
            _held[subject] = None
        elif held is None or held.number != number:
            _held[subject] = _load(rows.get())
        _asked[subject] = time.monotonic()
    return _held.get(subject)


def accepted(now: datetime) -> dict[UUID, tuple[int, int]]:
    """Give, for each office suggested first, (how often in half a year, how often right)."""
    global _accepted
    if _accepted is None or time.monotonic() - _accepted[0] >= FRESH_S:
        _accepted = time.monotonic(), calibration.accepted(now=now)
    return _accepted[1]


def _load(row: LearnedModel) -> InUse | None:
    try:
        return InUse(row.number, row.examples, read(bytes(row.content), Path(settings.MODELS_DIR) / row.subject))
    except engine.UnreadableModel as error:
        logger.error("learned model %s %d: %s", row.subject, row.number, type(error).__name__)
        return None


def written(model: engine.Model) -> bytes:
    """Give a model as the bytes of its file."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "model.npz"
        model.save(file)
        return file.read_bytes()


def read(content: bytes, unpacked: Path | None = None) -> engine.Model:
    """Read a model from the bytes of its file, its tables laid out in `unpacked`. Raises engine.UnreadableModel."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "model.npz"
        file.write_bytes(content)
        return engine.Model.load(file, unpacked)


def forget() -> None:
    """Ask the database anew: another state of learning was put to use in this process."""
    _held.clear()
    _asked.clear()
    forget_accepted()


def forget_accepted() -> None:
    """Count anew: suggestions were settled in this process."""
    global _accepted
    _accepted = None
