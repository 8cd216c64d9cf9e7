"""The program that cleans one file: original on standard input, one line of JSON and the cleaned bytes on output."""

import contextlib
import json
import resource
import sys

from .refused import Refused

CPU_SECONDS = 20
MEMORY = 1536 * 1024 * 1024  # 50 million pixels in four channels, twice, and the libraries


def limit_resources() -> None:
    """Bound this process for good: CPU, memory, no files written, no core dump (it would hold the content)."""
    for what, most in (
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError):  # a system that does not know this limit; the wall clock is still there
            resource.setrlimit(what, (most, most))


def answer(kind: str, data: bytes) -> tuple[dict, bytes]:
    """Clean `data`; give the facts, or the code of a refusal."""
    try:
        if kind == "pdf":
            from .pdfs import clean_pdf as clean
        else:
            from .pictures import clean_picture as clean
        return clean(data)
    except Refused as refusal:
        return {"refusal": str(refusal)}, b""
    except (MemoryError, RecursionError):
        return {"refusal": "too_heavy"}, b""
    except Exception:  # what a decoder raises on a broken file has no end of types, and its text may quote the file
        return {"refusal": "unreadable"}, b""


def main() -> None:
    limit_resources()
    facts, cleaned = answer(sys.argv[1], sys.stdin.buffer.read())
    sys.stdout.buffer.write(json.dumps(facts).encode() + b"\n" + cleaned)
    sys.stdout.buffer.flush()
