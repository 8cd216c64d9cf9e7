"""Streams with planted events: who says what of which place, in other words each time, among messages of no event.

An event is a matter at a place in some weeks, with words of its own. Beside each stand messages that are none of it and
look like it: another matter at the same place, the same kind of matter elsewhere in the same weeks. Words of no
matter come from pypinyin's phrases by Zipf's law, so that the rest of a text is as wide as real ones; lengths follow
the quantiles of a year of messages to a real city. All seeded; nobody said any of it.
"""

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import accumulate
from pathlib import Path

from bandeng.engines.similarity.events import Message

BEGIN = datetime(2019, 1, 1, 8)  # noqa: DTZ001 - a wall clock
# Characters of a text at its 5th, 10th, 25th, 50th, 75th, 90th, 95th and 99th of a hundred (stream.xlsx).
LENGTHS = ((0.05, 60), (0.1, 82), (0.25, 139), (0.5, 232), (0.75, 424), (0.9, 802), (0.95, 1160), (0.99, 2290))
FIRST, SECOND = (
    "青云枫松桂兰竹梅柳荷石泉溪河湖江山岭龙凤金银玉珠星月",
    "林苑湾岸园庭府城台坪塘桥溪谷洲坡峰源泉华景福康宁和泰",
)
KINDS = ("小区", "小区", "花园", "公寓", "村", "村", "社区", "路", "街", "家园")
DISTRICTS = ("东城区", "西城区", "南山县", "北河县", "高新区", "开发区", "老城区", "江口镇", "白石镇", "大田镇")

# A matter: its things, what is wrong with them, what follows, what is asked for.
with Path(__file__).with_name("matters.csv").open(encoding="utf-8", newline="") as _file:
    MATTERS = tuple(tuple(cell.split() for cell in row) for row in list(csv.reader(_file))[1:])
Matter = tuple[list[str], ...]  # of a kind: its four lists, and the words of one case
POLITE = (
    "尊敬的领导您好", "希望有关部门重视", "请领导百忙之中给予答复", "我们多次反映没有结果", "打过热线电话也没有回音",
    "恳请政府为老百姓做主", "谢谢领导", "盼复", "不知道该找哪个部门", "居民意见很大", "问题一直没有解决", "请核实",
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """A place in a district, as people name it: whole, short, by its part."""

    district: str
    name: str
    kind: str

    def said(self, rng: random.Random) -> str:
        """Name the place in one of five ways."""
        part = f"{rng.randint(1, 30)}栋" if rng.random() < 0.5 else f"{rng.choice('一二三')}期"
        whole = self.name + self.kind
        return rng.choice((whole, whole, self.district + whole, self.name, whole + part))


@cache
def _phrases() -> tuple[list[str], list[float]]:
    from pypinyin.phrases_dict import phrases_dict

    words = sorted(word for word in phrases_dict if 2 <= len(word) <= 4)
    random.Random(1).shuffle(words)
    return words, list(accumulate(1 / (n + 20) for n in range(len(words))))


class Writer:
    """Writes messages of given matters and places from one seed."""

    def __init__(self, seed: int, places: int):
        self.rng = random.Random(seed)
        names = [a + b + c for a in FIRST for b in SECOND for c in ("", *SECOND) if b != c]
        self.rng.shuffle(names)
        self.places = [
            Place(self.rng.choice(DISTRICTS), names[n % len(names)], self.rng.choice(KINDS)) for n in range(places)
        ]
        self._ready: list[str] = []

    def _others(self, count: int) -> list[str]:
        if len(self._ready) < count:
            words, weights = _phrases()
            self._ready = self.rng.choices(words, cum_weights=weights, k=20_000)
        taken = self._ready[-count:]
        del self._ready[-count:]
        return taken

    def matter(self, like: Matter | None = None) -> Matter:
        """Give a case of a kind of matter: some of its kind's words, and six of its own."""
        kind = like[:4] if like else [self.rng.sample(words, max(3, len(words) - 2)) for words in self.kind()]
        return (*kind, self._others(6))

    def kind(self) -> tuple[list[str], ...]:
        """Choose a kind of matter."""
        return self.rng.choice(MATTERS)

    def _length(self) -> float:
        share, before, length = self.rng.random(), 0.0, 20
        for upto, chars in LENGTHS:
            if share < upto:
                return length + (chars - length) * (share - before) / (upto - before)
            before, length = upto, chars
        return length + (share - before) * 200_000

    def title(self, place: Place, matter: Matter) -> str:
        """Write a title: the place, and a thing or what is wrong with it, or both."""
        rng, pick, (things, wrongs, effects, wishes, jargon) = self.rng, self.rng.choice, matter
        said, other = place.said(self.rng), self._others(1)[0]
        other = pick(jargon) if jargon and rng.random() < 0.5 else other
        patterns = (
            f"{said}{pick(things)}{pick(wrongs)}",
            f"关于{said}{pick(things)}{pick(wrongs)}的投诉",
            f"{said}{pick(wrongs)}何时能{pick(wishes)}?",
            f"请问{said}的{pick(things)}{other}",
            f"{said}{pick(things)},{pick(effects)}",
            f"请{pick(wishes)}{said}{pick(things)}",
        )
        return pick(patterns)

    def text(self, place: Place, matter: Matter) -> str:
        """Write a text of real length: of the matter, politeness, and a lot else."""
        rng, pick, length = self.rng, self.rng.choice, self._length()
        things, wrongs, effects, wishes, jargon = matter
        parts, written = [f"{place.said(rng)}的{pick(things)}{pick(wrongs)}"], 15
        while written < length:
            kind = rng.random()
            if kind < 0.22:
                part = f"{pick(things)}{pick(wrongs)},{pick(effects)}"
            elif kind < 0.28:
                part = f"{place.said(rng)}{pick(effects)},希望{pick(wishes)}"
            elif kind < 0.38:
                part = pick(POLITE)
            elif kind < 0.5:
                part = f"{pick(jargon)}{self._others(1)[0]},{pick(jargon)}{pick(wrongs)}"
            else:
                part = "".join(self._others(rng.randint(2, 5)))
            parts.append(part)
            written += len(part) + 1
        return "。".join(parts) + "。"

    def message(self, number: int, place: Place, matter: Matter, at: datetime) -> Message:
        """Write one message."""
        return Message(f"m{number}", self.title(place, matter), self.text(place, matter), at)


def stream(seed: int, count: int, *, share: float = 0.3, days: int = 365) -> Iterator[tuple[Message, str | None]]:
    """Give `count` messages in order of time with the event each belongs to, or None. Places grow with the count."""
    writer = Writer(seed, max(count // 12, 20))
    plans = _plans(writer, count, share, days)
    for number, (day, place, matter, event) in enumerate(sorted(plans, key=lambda plan: plan[0])):
        yield writer.message(number, place, matter, BEGIN + timedelta(days=day)), event


def _plans(writer: Writer, count: int, share: float, days: int) -> list[tuple]:
    rng, plans, number = writer.rng, [], 0
    while len(plans) < count * share:
        place, matter = rng.choice(writer.places), writer.matter()
        size, began, lasts = min(2 + int(rng.paretovariate(0.9)), 60), rng.uniform(0, days), rng.uniform(5, 90)
        for _ in range(size):
            plans.append((min(began + rng.uniform(0, lasts), days), place, matter, f"e{number}"))
        for _ in range(size // 3):  # near, and none of it
            plans.append((rng.uniform(0, days), place, writer.matter(), None))
            near = rng.choice([p for p in rng.sample(writer.places, 8) if p is not place])
            plans.append((min(began + rng.uniform(0, lasts), days), near, writer.matter(matter), None))
        number += 1
    del plans[count:]
    while len(plans) < count:
        plans.append((rng.uniform(0, days), rng.choice(writer.places), writer.matter(), None))
    return plans
