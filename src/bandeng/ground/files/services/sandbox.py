"""Run the cleaner in a process that can do no harm: limited, without environment, on pipes, cut off by the clock."""

import contextlib
import json
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

import bandeng

SOURCE = Path(bandeng.__file__).resolve().parent.parent
PROGRAM = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); from bandeng.ground.files.cleaning.child import main; main()"
)
WALL_SECONDS = 30.0
MAX_ANSWER = 64 * 1024 * 1024
STOPPED_FROM_OUTSIDE = {-signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP}
TOO_MUCH = {-signal.SIGKILL, -signal.SIGXCPU}


class Interrupted(Exception):
    """The cleaner was stopped together with the worker: no word about the file."""


@dataclass(frozen=True)
class Answer:
    """Cleaned content with its facts, or the code of a refusal."""

    content: bytes = b""
    media_type: str = ""
    pages: int | None = None
    width: int | None = None
    height: int | None = None
    refusal: str = ""


def clean(kind: str, data: bytes, *, wall_seconds: float = WALL_SECONDS) -> Answer:
    """Clean one file in a child process; raises Interrupted, OSError where no process can be had."""
    process = subprocess.Popen(  # noqa: S603 - our own interpreter, no shell
        [sys.executable, "-IB", "-c", PROGRAM, str(SOURCE), kind],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
        cwd="/",
        start_new_session=True,  # Ctrl-C at the worker is not meant for the file
    )
    timer = threading.Timer(wall_seconds, process.kill)
    feeder = threading.Thread(target=_feed, args=(process, data), daemon=True)
    timer.start()
    feeder.start()
    try:
        said = process.stdout.read(MAX_ANSWER + 1)
    finally:
        process.stdout.close()  # one that would say still more is stopped by this
        process.wait()
        timer.cancel()
        feeder.join()
    return _understood(said, process.returncode)


def _feed(process: subprocess.Popen, data: bytes) -> None:
    with contextlib.suppress(OSError), process.stdin:
        process.stdin.write(data)


def _understood(said: bytes, code: int) -> Answer:
    if code in STOPPED_FROM_OUTSIDE:
        raise Interrupted
    if code in TOO_MUCH or len(said) > MAX_ANSWER:
        return Answer(refusal="too_heavy")
    head, _, content = said.partition(b"\n")
    if code != 0 or not head:
        return Answer(refusal="unreadable")
    return Answer(content=content, **json.loads(head))
