"""What people type, without the signs that nobody sees and that deceive or break."""

import unicodedata

# Signs that turn the direction of what follows: on paper they would print a sentence other than the one on screen, and
# a file's name would end otherwise than it does.
_TURNING = {*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))}


def tidy(text: str) -> str:
    """Make line ends one and drop control signs nobody sees; every letter, emoji and space stays."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        c for c in text if c in "\n\t" or (unicodedata.category(c) not in {"Cc", "Cs"} and c not in _TURNING)
    )


def tidy_line(text: str) -> str:
    """Do the same for what is one line: line ends and tabs become a space."""
    return " ".join(tidy(text).split())
