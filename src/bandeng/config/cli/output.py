"""Tables, JSON and progress for people and for programs."""

import json
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any


def wide(text: str) -> int:
    """Count the columns a text takes on a terminal: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def table(headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Lay rows out in columns, two spaces apart."""
    lines = [[str(cell) for cell in row] for row in (headers, *rows)]
    widths = [max(wide(line[n]) for line in lines) for n in range(len(headers))]
    return "\n".join(
        "  ".join(cell + " " * (width - wide(cell)) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def print_json(value: Any) -> None:
    """Print one JSON document, keys in the order given."""
    print(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def progress(total: int | None, text: str):
    """Give a tqdm bar on standard error, silent where that is no terminal."""
    from tqdm import tqdm

    return tqdm(total=total, desc=text, file=sys.stderr, disable=not sys.stderr.isatty(), leave=False, unit="")
