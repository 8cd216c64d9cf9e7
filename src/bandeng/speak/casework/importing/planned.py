"""What planning an import gives: the cases to be made, and what was left out."""

import datetime as dt
from dataclasses import dataclass, field

from .columns import Refused
from .doubts import Doubt


@dataclass(slots=True)
class Planned:
    """One case to be made.

    Identity: caller_*. Words: title, content, words, answer, location, company, tags, the *_text and original.
    The rest is open.
    """

    row: int
    number: str
    title: str = ""
    content: str = ""
    words: str = ""  # title and content as given, trimmed
    received_at: dt.datetime | None = None
    received_precision: str = ""  # day | minute
    status: str = "open"  # open | answered
    answer: str = ""
    answered_at: dt.datetime | None = None
    closed_at: dt.datetime | None = None
    order_type: str = ""  # enquiry help complaint accusation suggestion thanks
    is_resolved: str = ""  # yes partly no
    satisfaction: str = ""  # satisfied mostly unsatisfied not_rated; blank is never satisfied
    area: object | None = None  # key from `known_areas`, only where the label is exactly known
    office: object | None = None
    topic: object | None = None
    area_text: str = ""
    office_text: str = ""
    topic_text: str = ""
    location: str = ""
    company: str = ""
    channel: str = ""
    likes: int | None = None
    dislikes: int | None = None
    caller_name: str = ""
    caller_phone: str = ""
    caller_account: str = ""
    tags: list[str] = field(default_factory=list)
    original: dict[str, object] = field(default_factory=dict)  # every column; refused ones None


@dataclass(frozen=True, slots=True)
class Plan:
    """`rows` become cases; rows with a doubt that holds them are left out until the sheet is corrected."""

    rows: list[Planned]
    doubts: list[Doubt]
    mapped_columns: dict[str, list[str]]
    dropped_columns: list[Refused]
    unmapped_columns: list[str]
    counts: dict[str, int]
    doubts_by_code: dict[str, int]
    kind: str = ""  # of source, as its alias file calls it
