#!/usr/bin/env python3
"""Write the table of characters by syllable that search goes by, from pypinyin; a web process does not load that."""

import sys
from collections import defaultdict
from pathlib import Path

from pypinyin import lazy_pinyin

PLACE = Path(__file__).resolve().parent.parent / "src" / "bandeng" / "speak" / "lookup" / "syllables.txt"
HEAD = """# Characters of GB 2312 by their most frequent reading, without tones. Written by tools/syllables.py from
# pypinyin (MIT).
"""


def table() -> str:
    """Give the file's text: a line a syllable."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in range(0xB0, 0xF8):
        for cell in range(0xA1, 0xFF):
            try:
                character = bytes((row, cell)).decode("gb2312")
            except UnicodeDecodeError:
                continue
            (sound,) = lazy_pinyin(character)
            if sound.isascii() and sound.isalpha():
                found[sound].append(character)
    return HEAD + "".join(f"{sound} {''.join(found[sound])}\n" for sound in sorted(found))


if __name__ == "__main__":
    if sys.argv[1:] == ["check"]:
        sys.exit(PLACE.read_text(encoding="utf-8") != table())
    PLACE.write_text(table(), encoding="utf-8")
