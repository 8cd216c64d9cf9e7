"""A county for the real messages: the districts they name, departments with duties and catalogue, three people."""

import itertools
import os
import re
import secrets
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from unittest import mock

from benchmarks import environment

from .labels import DEPARTMENTS

DATA = Path(os.environ.get("BANDENG_DATA", environment.HERE.parent.parent / "shared" / "data")) / "messages"
SINCE = date(2022, 5, 1)  # the day from which the shipped parameters hold
SHIFT = timedelta(weeks=574)  # eleven years: the messages begin in 2011, and weekdays stay what they are
RECEPTION = "reception"
DISTRICTS = [f"A{n}{kind}" for n in range(1, 10) for kind in ("区", "县", "市")]


def start(name: str) -> Path:
    """Give an empty home with a database and log of its own, and start Django on it."""
    home = environment.CACHE / f"help-{name}"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    environment.start(f"sqlite:///{home / 'bandeng.sqlite3'}", home)
    return home


def build() -> None:
    """Migrate, and bring in the calendar, places, offices, topics, catalogue and people."""
    from django.core.management import call_command

    from bandeng.ground.acts import api as acts
    from bandeng.ground.clocks import api as clocks
    from bandeng.ground.directory import api as directory

    call_command("migrate", verbosity=0)
    days = clocks.CalendarVersion.objects.get().days.values_list("on", "kind", "label")
    years = (SINCE, date(2032, 12, 31))
    clocks.load_calendar(days, *years, "weekends alone", by=acts.system("setup"), now=datetime.now(UTC))
    seat = _area(directory, "county", None, "county", "大县")
    areas = [seat, *(_area(directory, f"d{n:02}", seat, "township", name) for n, name in enumerate(DISTRICTS))]
    directory.Area.objects.bulk_create(areas)
    reception = _office(directory, RECEPTION, seat, "reception", "群众工作中心", is_dispatching=True)
    offices = [_office(directory, each["code"], seat, "department", each["label_zh"]) for each in DEPARTMENTS]
    directory.Office.objects.bulk_create([reception, *offices])
    _topics(directory, offices)
    roles = {role.code: role for role in directory.Role.objects.all()}
    posts = [("receptionist", reception), ("dispatcher", reception), *(("handler", office) for office in offices)]
    for name, office in posts:
        person = directory.Staff.objects.create(
            username=f"{name}.{office.code}", display_zh="某某", is_password_temporary=False, password="!"
        )
        directory.Posting.objects.create(staff=person, role=roles[name], office=office, from_on=SINCE)
    directory.forget()


def _area(directory, code, above, kind, label):
    path = f"{above.path if above else '/'}{code}/"
    return directory.Area(code=code, parent=above, path=path, kind=kind, label_zh=label, valid_from=SINCE)


def _office(directory, code, area, kind, label, **more):
    return directory.Office(code=code, area=area, kind=kind, label_zh=label, **more)


def _topics(directory, offices) -> None:
    for number, (each, office) in enumerate(zip(DEPARTMENTS, offices, strict=True), start=1):
        top = directory.Topic(code=f"{number:02}", level=1, label_zh=each["label_zh"])
        below = [
            directory.Topic(code=f"{number:02}.{n:02}", level=2, parent=top, label_zh=duty)
            for n, duty in enumerate(each["duties"], start=1)
        ]
        directory.Topic.objects.bulk_create([top, *below])
        directory.CatalogueEntry.objects.bulk_create(
            directory.CatalogueEntry(topic=topic, office=office, procedure="general", valid_from=SINCE)
            for topic in below
        )


def written(text: str) -> datetime:
    """Read a time of the files; they write it in three ways."""
    from bandeng.engines.deadlines import SHANGHAI

    digits = [int(number) for number in re.findall(r"\d+", text)]
    return datetime(*digits[:6], tzinfo=SHANGHAI)


def hand(username: str, now: datetime):
    """Give the hand of somebody."""
    from bandeng.speak.casework import api as cases

    return cases.hand.staff(permissions(username, now))


def permissions(username: str, now: datetime):
    """Give what somebody may do on a day."""
    from bandeng.ground.directory import api as directory

    return directory.permissions_of(directory.Staff.objects.get(username=username), now)


@contextmanager
def moved(at: datetime) -> Iterator[None]:
    """Let it be another time: for the clock of commands and worker, and for the ids that are made."""
    numbers = itertools.count()

    def then() -> uuid.UUID:
        # in the order in which they are made, as the clock's own are
        ordered = next(numbers) << 40 | secrets.randbits(40)
        head = int(at.timestamp() * 1000) << 80 | 7 << 76 | ordered >> 62 << 64
        return uuid.UUID(int=head | 2 << 62 | ordered & (1 << 62) - 1)

    with mock.patch("bandeng.ground.core.clock.now", lambda: at), mock.patch("uuid_utils.compat.uuid7", then):
        yield
