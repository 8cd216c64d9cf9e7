"""A double click whose two requests meet: one matter, one answer, one trip."""

import uuid

from tests.commits import in_threads
from tests.speak.reception_people import NOW
from tests.world import build

from bandeng.speak.casework import api as cases
from bandeng.speak.reception import api as reception
from bandeng.speak.reception.services import once


def test_two_requests_with_one_key_make_one_answered_matter(committed_database):
    world = build()
    item = world.registration(procedure="on_the_spot", idempotency_key="intake:test")
    by = world.hand("liqiang")

    def press():
        return reception.take_in(item, answer="明天来修", by=by, now=NOW)

    first, second = in_threads(press, press)
    assert first.case.pk == second.case.pk and cases.Case.objects.count() == 1
    assert sorted([first.is_repeat, second.is_repeat]) == [False, True]
    assert [line.act.kind for line in cases.history(first.case)] == ["case.registered", "case.replied_on_the_spot"]


def test_two_requests_with_one_key_note_one_trip(committed_database):
    world = build()
    case = world.registered(now=NOW)
    by, office, key = world.hand("liqiang"), world.office("hexi-centre"), f"trip:{uuid.uuid4()}"

    def press():
        return once(key, lambda: cases.note_trip(case.pk, office=office, by=by, now=NOW, idempotency_key=key))

    assert sorted(in_threads(press, press)) == [False, True]
    assert case.trips.count() == 1
