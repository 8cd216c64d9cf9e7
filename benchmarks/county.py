"""A county of 300 offices: places, offices, people, topics and the dispatch catalogue, for the benchmarks alone."""

import random
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

TOWNSHIPS, VILLAGES, DEPARTMENTS, OFFICES = 30, 300, 60, 300
SINCE = date(2020, 1, 1)
LISTED = ("case.register", "case.dispatch", "case.accept", "case.approve")


@dataclass
class County:
    """Ids by what they are for. `posted[role][office]` is who works there."""

    counters: list[UUID] = field(default_factory=list)  # offices that receive residents
    departments: list[UUID] = field(default_factory=list)  # offices that cases are dispatched to
    dispatching: dict[UUID, UUID] = field(default_factory=dict)  # receiving office → the office that dispatches for it
    villages: dict[UUID, list[UUID]] = field(default_factory=dict)  # receiving office → places people come from
    topics: list[UUID] = field(default_factory=list)
    posted: dict[str, dict[UUID, UUID]] = field(default_factory=dict)

    def who(self, role: str, office: UUID) -> UUID:
        return self.posted[role][office]


def build(seed: int) -> County:
    """Write the county's rows into a migrated database and give their ids."""
    from bandeng.ground.directory import api as directory

    rng, county = random.Random(seed), County()
    seat, townships, villages = _areas(directory)
    centre = _office(directory, "county-centre", seat, None, "reception", "县群众工作中心", is_dispatching=True)
    offices = [centre, _office(directory, "supervision", seat, None, "supervision", "县督查室")]
    for n in range(DEPARTMENTS):
        offices.append(_office(directory, f"dept-{n:02}", seat, centre, "department", f"第{n + 1}局"))
    county.departments = [office.pk for office in offices[2:]]
    for n, township in enumerate(townships):
        hall = _office(
            directory, f"hall-{n:02}", township, centre, "reception", f"第{n + 1}镇党群服务中心", is_dispatching=True
        )
        offices.append(hall)
        county.counters.append(hall.pk)
        county.dispatching[hall.pk] = hall.pk
        county.villages[hall.pk] = [v.pk for v in villages if v.parent_id == township.pk]
    for village in rng.sample(villages, OFFICES - len(offices)):
        hall = next(o for o in offices if o.area_id == village.parent_id)
        committee = _office(
            directory, f"c-{village.code}", village, hall, "village_committee", f"{village.label_zh}委员会"
        )
        offices.append(committee)
        county.counters.append(committee.pk)
        county.dispatching[committee.pk] = hall.pk
        county.villages[committee.pk] = [village.pk]
    directory.Office.objects.bulk_create(offices)
    county.topics = _topics(directory, county.departments)
    county.posted = _people(directory, offices)
    directory.forget()
    return county


def _areas(directory):
    def area(code, above, kind, label):
        path = f"{above.path if above else '/'}{code}/"
        return directory.Area(code=code, parent=above, path=path, kind=kind, label_zh=label, valid_from=SINCE)

    seat = area("county", None, "county", "大县")
    townships = [area(f"t{n:02}", seat, "township", f"第{n + 1}镇") for n in range(TOWNSHIPS)]
    villages = [area(f"v{n:03}", townships[n % TOWNSHIPS], "village", f"第{n + 1}村") for n in range(VILLAGES)]
    directory.Area.objects.bulk_create([seat, *townships, *villages])
    return seat, townships, villages


def _office(directory, code, area, superior, kind, label, **more):
    return directory.Office(code=code, area=area, superior=superior, kind=kind, label_zh=label, **more)


def _topics(directory, departments: list[UUID]) -> list[UUID]:
    top = [directory.Topic(code=f"{n:02}", level=1, label_zh=f"第{n}类") for n in range(1, 13)]
    below = [
        directory.Topic(code=f"{t.code}.{n:02}", level=2, parent=t, label_zh=f"{t.label_zh}之{n}")
        for t in top
        for n in range(1, 11)
    ]
    directory.Topic.objects.bulk_create([*top, *below])
    directory.CatalogueEntry.objects.bulk_create(
        directory.CatalogueEntry(
            topic=t, office_id=departments[n % len(departments)], procedure="general", valid_from=SINCE
        )
        for n, t in enumerate(below)
    )
    return [t.pk for t in below]


def _people(directory, offices) -> dict[str, dict[UUID, UUID]]:
    roles = {role.code: role for role in directory.Role.objects.all()}
    posted: dict[str, dict[UUID, UUID]] = {"receptionist": {}, "dispatcher": {}, "handler": {}, "approver": {}}
    people, postings = [], []
    for office in offices:
        for role, places in posted.items():
            if role == "dispatcher" and not office.is_dispatching:
                continue
            person = directory.Staff(
                username=f"{role}.{office.code}", display_zh="某某", is_password_temporary=False, password="!"
            )
            people.append(person)
            postings.append(directory.Posting(staff=person, role=roles[role], office=office, from_on=SINCE))
            places[office.pk] = person.pk
    directory.Staff.objects.bulk_create(people)
    directory.Posting.objects.bulk_create(postings)
    return posted
