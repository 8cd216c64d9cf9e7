"""Learning as a child of the worker: minutes of work and much memory, both of which end with it."""

import atexit
import logging
import subprocess
import sys
from datetime import datetime

logger = logging.getLogger(__name__)
_child: subprocess.Popen | None = None


def learn(now: datetime) -> int:
    """Start learning where it is due, and see to what was started; gives 1 when it has ended well.

    Raises RuntimeError where it failed, so that the worker waits longer before the next try.
    """
    global _child
    from bandeng.speak.suggestions import api as suggestions

    if _child is not None:
        code = _child.poll()
        if code is None:
            return 0
        _child = None
        if code:
            raise RuntimeError(f"learning ended with {code}")
        return 1
    if suggestions.is_due(now=now):
        _child = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "bandeng.config.cli", "learn", "--json"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    return 0


@atexit.register
def _end() -> None:
    if _child is not None and _child.poll() is None:
        _child.terminate()
