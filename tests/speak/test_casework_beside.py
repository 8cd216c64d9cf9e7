"""`check` and `verify` run beside the site: a case that moves while they read it is no finding, an altered one is."""

from datetime import timedelta

import pytest
from tests.world import MONDAY

from bandeng.config import checks
from bandeng.speak.casework import api as cases
from bandeng.speak.casework import integrity

HOUR = timedelta(hours=1)


def findings():
    return [f.code for check in checks.CHECKS for f in check.run(MONDAY) if f.code.startswith("history")]


def altered():
    return [found.what for found in cases.altered() if found]


@pytest.fixture
def case(world):
    return world.registered()


def test_a_request_that_waited_longer_for_the_case_does_its_act_later(case):
    """`at` is when a request began: of two at once, the one that began first may get the case second."""
    me = cases.hand.resident(case.pk)
    for hours in (5, 3, 4):
        cases.add_words(case.pk, f"{hours}点又坏了", by=me, now=MONDAY + hours * HOUR)
    assert findings() == altered() == cases.differences(case.pk) == []


def test_a_case_that_moves_on_while_it_is_read_is_read_again(case, monkeypatch):
    read, me = integrity._add_histories, cases.hand.resident(case.pk)
    moves = iter(range(3))

    def moved_meanwhile(batch):
        if (n := next(moves, None)) is not None:
            cases.add_words(case.pk, f"第{n}次", by=me, now=MONDAY + n * HOUR)
        return read(batch)

    monkeypatch.setattr(integrity, "_add_histories", moved_meanwhile)
    assert altered() == [] and next(moves, None) is None
    moves = iter(range(3))
    assert cases.differences(case.pk) == []


@pytest.mark.parametrize("change", [{"status": "working"}, {"version": 9}, {"holder_id": "first_receiver"}])
def test_an_altered_row_is_named_however_often_it_is_read(case, world, change):
    if "holder_id" in change:
        change = {"holder_id": world.office("transport")}
    cases.Case.objects.filter(pk=case.pk).update(**change)
    name = next(iter(change)).removesuffix("_id")
    assert name in altered() and name in cases.differences(case.pk) and "history-differs" in findings()
