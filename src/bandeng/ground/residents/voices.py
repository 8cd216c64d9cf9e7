"""Who of several registrations is the same person, as far as they gave a telephone or ID number. Nothing is opened.

Compares the blind index values; what comes out is a number for the one page that asks, and is kept nowhere.
"""

import uuid
from collections.abc import Collection, Sequence

from .models import Resident


def same_people(resident_keys: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Give each registration the number of its person: equal where telephone or ID number are equal. One query.

    Two who share one telephone count as one; one who gave two different numbers counts as two.
    """
    return same_people_each([resident_keys])[0]


def same_people_each(groups: Sequence[Collection[uuid.UUID]]) -> list[dict[uuid.UUID, int]]:
    """Do as `same_people` for each of several groups, none of which knows of the others. One query for all."""
    keys = {key for group in groups for key in group}
    rows = Resident.objects.filter(pk__in=keys).order_by("id").values_list("pk", "phone_index", "id_number_index")
    found = list(rows)
    return [_numbered([row for row in found if row[0] in members]) for members in map(set, groups)]


def _numbered(rows: Sequence[tuple]) -> dict[uuid.UUID, int]:
    person: dict[uuid.UUID, int] = {}
    known: dict[tuple[str, bytes], int] = {}
    for number, (key, phone, id_number) in enumerate(rows):
        given = [(kind, bytes(value)) for kind, value in (("phone", phone), ("id", id_number)) if value is not None]
        numbers = sorted({known[mark] for mark in given if mark in known})
        mine = numbers[0] if numbers else number
        for other in numbers[1:]:  # by telephone one person, by ID number another: the same after all
            person = {k: mine if n == other else n for k, n in person.items()}
            known = {mark: mine if n == other else n for mark, n in known.items()}
        person[key] = mine
        known.update(dict.fromkeys(given, mine))
    return person
