"""Which department answered: read off an official reply by a rule, because the file has no column for it.

In this order, the first that gives exactly one department:

1. the signature: the last department named in the last 40 characters, dates taken off;
2. whom it was sent to: a department named right behind "转" (passed on to);
3. who looked into it: a department named between "by" (经, 由, 据 …) and "found" (核实, 调查, 答复 …);
4. whoever speaks: a department named within the first 120 characters, provided it is the only one there.

Titles of laws (between 《 and 》) and offices of province and state are not read. What is left has no label.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

DEPARTMENTS = tomllib.loads((Path(__file__).parent / "departments.toml").read_text())["department"]
NAMED = [(each["code"], re.compile("|".join(each["said"]))) for each in DEPARTMENTS]
LAWS = re.compile(r"《[^》]*》|〔[^〕]*〕")
ABOVE = re.compile(r"(?:国家|中央|省)[一-龥]{0,10}(?:厅|部|委|局|办)")
DATE = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日")
SPACE = re.compile(r"\s+")
SENT = re.compile("转(?:交|办|至|请|由|到)?([一-龥A-Z0-9]{2,16})")
LOOKED = re.compile(
    "(?:经|由|据|责成|要求|联系|组织|我们是|我是)([一-龥A-Z0-9]{2,16}?)(?:核实|调查|核查|了解|查实|回复|答复|反馈|到现场|现场|工作人员)"
)
SIGNED, OPENING = 40, 120


@dataclass(frozen=True)
class Label:
    """A department and the step of the rule that gave it."""

    department: str
    step: str


def label(reply: str) -> Label | None:
    """Give the department that answered; None where the rule does not tell."""
    text = ABOVE.sub("。", LAWS.sub("", SPACE.sub("", reply)))
    signature = DATE.sub("", text)[-SIGNED:]
    ends = text.rstrip("。！!") != text  # a signature stands behind the last sentence, not in it
    last = re.split("[。！!；;]", signature)[-1]
    if not ends and len(found := _named(last)) == 1:
        return Label(found[0], "signature")
    sent = {one for match in SENT.finditer(text) for one in _named(match[1])}
    if len(sent) == 1:
        return Label(sent.pop(), "sent to")
    looked = {one for match in LOOKED.finditer(text) for one in _named(match[1])}
    if len(looked) == 1:
        return Label(looked.pop(), "looked into it")
    opening = set(_named(text[:OPENING]))
    if len(opening) == 1:
        return Label(opening.pop(), "speaks")
    return None


def _named(text: str) -> Sequence[str]:
    """List the departments named; a traffic police office is not the police office whose part it is."""
    found = [code for code, pattern in NAMED if pattern.search(text)]
    if "traffic" in found and "police" in found:
        found.remove("police")
    return found
