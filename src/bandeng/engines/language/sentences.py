"""Sentences as spans of the text as it was written.

They end at 。！？；… and their half-width forms, at a line's end, and at a half-width full stop after a Chinese
character. Closing quotes and brackets belong to what they close. A figure's point (3.5) and a mail address end nothing.
Two or more ideographic spaces in a row begin a paragraph, as replies pasted from papers have them.
"""

import re

Span = tuple[int, int]

_CLOSING = "”’\"'）)】〕》」』］"
_HAN = "\u3400-\u9fff"
_END = re.compile(rf"[。！？!?；;…]+[{_CLOSING}]*|[\r\n\u2028\u2029]+|\u3000{{2,}}|(?<=[{_HAN}])\.(?=[{_HAN}\s]|$)")


def sentences(text: str) -> list[Span]:
    """Give where each sentence starts and ends, its closing signs with it, blanks around it not."""
    found, at = [], 0
    for match in _END.finditer(text):
        _add(found, text, at, match.end())
        at = match.end()
    _add(found, text, at, len(text))
    return found


def _add(found: list[Span], text: str, start: int, end: int) -> None:
    part = text[start:end]
    begin = start + len(part) - len(part.lstrip())
    stop = end - (len(part) - len(part.rstrip()))
    if any(sign.isalnum() for sign in text[begin:stop]):
        found.append((begin, stop))
    elif begin < stop and found and found[-1][1] == begin:
        found[-1] = (found[-1][0], stop)  # signs alone belong to what stands right before them
