"""Doors on 11,942 labelled addresses: the words for houses, units, floors and rooms learnt on nine folds in ten.

Addresses that are alike but for their figures are in one fold. A sign counts as of the door where its label is a number
of road, house, unit, floor or room; what joins two of them (47-6-746) is counted with them.
"""

import random
import re
import statistics
from collections import Counter, defaultdict
from pathlib import Path

from bandeng.engines.language.persons_doors import CELLS, FLOORS, HOUSES, ROOMS, Doors
from bandeng.engines.language.persons_numbers import plain_copy

KINDS = {"houseno": HOUSES, "cellno": CELLS, "floorno": FLOORS, "roomno": ROOMS}
DOOR = {*KINDS, "roadno", "subroadno"}
SEEDS, FOLDS, LEAST = 10, 10, 5
_UNIT = re.compile(r"[0-9A-Za-z一二三四五六七八九十]([^0-9A-Za-z一二三四五六七八九十\-]{1,3}|F)$")

Address = list[tuple[str, str]]


def measure(folder: Path) -> dict:
    """Give precision and recall by sign, mean and spread over ten seeds of ten folds, learnt and as shipped."""
    addresses = [address for name in ("train.txt", "dev.txt") for address in _read(folder / name)]
    groups = defaultdict(list)
    for address in addresses:
        groups[re.sub(r"[0-9A-Za-z]", "", "".join(sign for sign, _label in address))].append(address)
    shipped = {id(address): _compare(address, Doors()) for address in addresses}
    learnt = [_fold_rates(list(groups.values()), seed) for seed in range(SEEDS)]
    return {
        "addresses": len(addresses),
        "learnt": {
            name: {"mean": round(statistics.mean(of), 4), "spread": round(statistics.stdev(of), 4)}
            for name, of in zip(("precision", "recall"), zip(*learnt, strict=True), strict=True)
        },
        "shipped": dict(zip(("precision", "recall"), _rates(shipped.values()), strict=True)),
        "with_a_door": sum(gold > 0 for _right, _found, gold in shipped.values()),
        "found_at_least_in_part": sum(right > 0 for right, _found, _gold in shipped.values()),
    }


def _fold_rates(groups: list[list[Address]], seed: int) -> tuple[float, float]:
    random.Random(seed).shuffle(groups)
    compared = []
    for fold in range(FOLDS):
        train = [address for n, group in enumerate(groups) if n % FOLDS != fold for address in group]
        doors = Doors(*_learn(train))
        compared += [_compare(address, doors) for group in groups[fold::FOLDS] for address in group]
    return _rates(compared)


def _learn(addresses: list[Address]) -> list[tuple[str, ...]]:
    """Give the words that stand behind the number, at least `LEAST` times, for each kind."""
    words = {kind: Counter() for kind in KINDS}
    for address in addresses:
        for kind, text in _parts(address):
            if kind in words and (unit := _UNIT.search(text)):
                words[kind][unit[1]] += 1
    return [tuple(word for word, times in words[kind].items() if times >= LEAST) for kind in KINDS]


def _parts(address: Address) -> list[tuple[str, str]]:
    parts: list[tuple[str, str]] = []
    for sign, label in address:
        start, _dash, kind = label.partition("-")
        if start == "B" or not parts or parts[-1][0] != kind:
            parts.append((kind, sign))
        else:
            parts[-1] = (kind, parts[-1][1] + sign)
    return parts


def _compare(address: Address, doors: Doors) -> tuple[int, int, int]:
    """Give how many signs are rightly found, found, and of the door."""
    parts, gold, text = _parts(address), set(), ""
    for n, (kind, part) in enumerate(parts):
        joins = 0 < n < len(parts) - 1 and parts[n - 1][0] in DOOR and parts[n + 1][0] in DOOR and len(part) == 1
        if kind in DOOR or joins:
            gold |= set(range(len(text), len(text) + len(part)))
        text += part
    spans = []
    doors.find(plain_copy(text), spans)
    found = {n for span in spans for n in range(span.start, span.end)}
    return len(gold & found), len(found), len(gold)


def _rates(compared) -> tuple[float, float]:
    right, found, gold = (sum(column) for column in zip(*compared, strict=True))
    return round(right / found, 4), round(right / gold, 4)


def _read(path: Path) -> list[Address]:
    blocks = filter(str.strip, path.read_text(encoding="utf-8").split("\n\n"))
    return [[tuple(line.rsplit(" ", 1)) for line in block.splitlines() if " " in line] for block in blocks]
