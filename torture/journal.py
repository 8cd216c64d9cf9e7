"""What the clients asked for and what they were told, on disk before the next step: the harness's own memory."""

import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path

from .judging import Promise

ASKED, TOLD, CUT = "asked", "told", "cut"


class Journal:
    """One JSON line an event, written and fsynced under one lock."""

    def __init__(self, path: Path):
        self.path = path
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._lock = threading.Lock()

    def asked(self, promise: Promise) -> None:
        """Note that somebody is about to press the button."""
        self._write(ASKED, promise)

    def told(self, promise: Promise) -> None:
        """Note that the site said that it is done."""
        self._write(TOLD, promise)

    def cut(self, promise: Promise) -> None:
        """Note that an attempt ended without a whole answer: nobody knows whether it was done."""
        self._write(CUT, promise)

    def _write(self, event: str, promise: Promise) -> None:
        line = json.dumps([event, promise.kind, promise.mark, promise.code], ensure_ascii=False) + "\n"
        with self._lock:
            os.write(self._file, line.encode())
            os.fsync(self._file)

    def events(self) -> Iterator[tuple[str, Promise]]:
        """Read all events back from the disk, whole lines only: somebody may be about to write the next."""
        with self._lock:
            lines = self.path.read_text().splitlines()
        for line in lines:
            event, kind, mark, code = json.loads(line)
            yield event, Promise(kind, mark, code)

    def close(self) -> None:
        os.close(self._file)
