"""Bring cells to plain text. What a person said is trimmed, never rewritten."""

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass

from bandeng.ground.core.api import mask

_CONTROLS = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ufeff\u2028\u2029]|_x[0-9A-Fa-f]{4}_|[\ud800-\udfff]"
)
_MARKUP = re.compile(
    r"</?(?:p|br|div|span|font|a|b|i|u|strong|em|img|table|tbody|tr|td|th|ul|ol|li|h[1-6]|style|script|o:p)\b[^<>]*/?>"
    r"|&(?:nbsp|amp|lt|gt|quot|ldquo|rdquo|hellip|mdash|middot|#\d{2,5});",
    re.IGNORECASE,
)
_NOTHING = frozenset(
    {"无", "不详", "未知", "匿名", "保密", "空", "无名", "不愿透露", "不愿提供", "未提供", "未留"}
    | {"-", "—", "——", "/", "null", "none", "nan", "n/a", "0"}
)
_NOT_A_NAME = frozenset(
    {"市民", "群众", "居民", "村民", "业主", "网友", "用户", "先生", "女士"}
    | {"来电人", "反映人", "诉求人", "投诉人", "当事人"}
)


@dataclass(frozen=True, slots=True)
class Tidy:
    """A text as given, without what cannot be shown."""

    text: str
    had_controls: bool


def tidy(cell: object) -> Tidy:
    """Give a cell's words: trimmed, line ends made one kind, characters that cannot be shown left out."""
    if cell is None:
        return Tidy("", False)
    text = str(cell)
    if "\r" in text or "_x000D_" in text:
        text = text.replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n")
    shown = _CONTROLS.sub("", text)
    return Tidy(shown.strip(), len(shown) != len(text))


def one_line(cell: object) -> str:
    """Give a short cell as one line; whole numbers without their .0."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(tidy(cell).text.split())


def shown(written: object) -> str:
    """Give the name of an office, place or topic as a listing may show it: short, and without numbers of people."""
    return label(mask(one_line(written)))


def label(cell: object) -> str:
    """Give the start of a coded value, short enough to be shown in a message."""
    line = one_line(cell)
    return line if len(line) <= 20 else line[:20] + "…"


def has_markup(text: str) -> bool:
    """Tell whether remains of a web page stand in the text."""
    return ("<" in text or "&" in text) and _MARKUP.search(text) is not None


def is_nothing(cell: object) -> bool:
    """Tell whether a cell is a way of writing that there is nothing."""
    return one_line(cell).strip().lower() in _NOTHING


def name(cell: object) -> str:
    """Give a person's name, or nothing where the cell says that there is none."""
    line = one_line(cell)
    return "" if is_nothing(line) or line in _NOT_A_NAME or len(line) > 40 else line


def account_name(account: str) -> str:
    """Give an account as a name where people are called so (in Chinese); a number on a board is nobody's name."""
    return name(account) if re.search("[\u3400-\u9fff]", account) else ""


def phone(cell: object) -> str:
    """Give a telephone number as digits (with an extension behind "-"), or nothing where there is none."""
    if cell is None:
        return ""
    line = unicodedata.normalize("NFKC", one_line(cell))
    line = re.sub(r"^(?:\+|00)?86(?=[\s-]*1\d{2})", "", line)
    extension = re.search(r"\s*(?:转|-|ext\.?)\s*(\d{1,5})$", line) if "转" in line else None
    digits = re.sub(r"[\s\-()–—]", "", line[: extension.start()] if extension else line)
    if not re.fullmatch(r"1[3-9]\d{9}|0\d{9,11}|[2-9]\d{6,7}|[48]00\d{7}", digits):
        return ""
    return f"{digits}-{extension[1]}" if extension else digits


def tells_who(number: str) -> bool:
    """Tell whether a matter's number reads like a telephone, ID or card number, or a mail address."""
    return mask(number) != number


def count(cell: object) -> int | None:
    """Give a whole number that is not negative, or None."""
    line = one_line(cell)
    return int(line) if line.isascii() and line.isdigit() and len(line) < 10 else None


def plain(cell: object) -> object:
    """Give a cell as JSON can hold it."""
    if cell is None or type(cell) is int:
        return cell
    if isinstance(cell, dt.datetime | dt.date | dt.time):
        return cell.isoformat()
    if isinstance(cell, dt.timedelta):
        return cell.total_seconds()
    if isinstance(cell, float) and cell != cell:  # noqa: PLR0124  not a number
        return None
    return _CONTROLS.sub("", cell) if isinstance(cell, str) else cell
