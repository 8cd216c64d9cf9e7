"""Identity as it is given and opened: plain values, in memory only."""

import re
from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Identity:
    """What somebody gave of themselves; every field may be empty, none is ever required."""

    name: str = ""
    phone: str = ""
    email: str = ""
    id_number: str = ""
    address: str = ""

    def __bool__(self) -> bool:
        return any(getattr(self, f.name) for f in fields(self))

    def __repr__(self) -> str:
        return f"Identity({', '.join(f.name for f in fields(self) if getattr(self, f.name))})"


FIELDS = tuple(f.name for f in fields(Identity))


def tidy_phone(typed: str) -> str:
    """Bring a telephone number to digits (a leading +86 or 0086 dropped), so that equal numbers are equal."""
    wide = {c + 0xFEE0: c for c in range(0x21, 0x7F)}
    digits = re.sub(r"\D", "", typed.translate(wide))
    return re.sub(r"^(?:0086|86)(?=1\d{10}$)", "", digits)


def tidy_id_number(typed: str) -> str:
    """Bring an ID number to digits and a capital X."""
    wide = {c + 0xFEE0: c for c in range(0x21, 0x7F)}
    return re.sub(r"[^0-9X]", "", typed.translate(wide).upper())
