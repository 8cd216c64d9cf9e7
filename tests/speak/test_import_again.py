"""Importing again: what is there already is recognised first, at one question, and takes nobody's turn."""

from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.speak.test_import_service import case, many, planned, take_over
from tests.world import MONDAY

from bandeng.speak.casework import api as cases
from bandeng.speak.casework.models import ImportedOriginal
from bandeng.speak.casework.services import importing


def taking_turns():
    """Give turns to write, and the list of how many cases there were at the end of each."""
    ends = []

    @contextmanager
    def turn():
        yield
        ends.append(cases.Case.objects.count())

    return turn, ends


def test_a_turn_is_taken_for_each_transaction_and_for_nothing_else(world):
    rows = many(2 * importing.BATCH + 1)
    turn, ends = taking_turns()
    take_over(*rows, is_dry_run=True, turn=turn)
    assert ends == []
    take_over(*rows[: importing.BATCH], turn=turn)
    assert ends == [importing.BATCH]
    # What is there already, in whatever place, takes no turn and fills no batch.
    report = take_over(*reversed(rows), turn=turn)
    assert ends == [importing.BATCH, 2 * importing.BATCH, len(rows)]
    assert (report.seen, report.imported) == (importing.BATCH, importing.BATCH + 1)
    take_over(*rows, turn=turn)
    assert len(ends) == 3


def test_what_is_there_is_recognised_by_one_question_before_anything_is_sealed(world, monkeypatch):
    rows = many(3 * importing.BATCH)
    take_over(*rows)
    found = planned(*rows)
    monkeypatch.setattr(importing.TakingOver, "make", None)
    with CaptureQueriesContext(connection) as ran:
        report = cases.import_plan(found, source="12345", by=cases.IMPORT, now=MONDAY)
    assert report.seen == len(rows)
    assert len([each for each in ran if "casework_case" in each["sql"]]) == 1


def test_more_rows_than_one_question_holds_are_all_recognised(world, monkeypatch):
    monkeypatch.setattr(importing, "LOOKED_UP", 4)
    take_over(*many(10))
    changed = many(11)
    changed[9] |= {"主要内容": "别的话"}
    report = take_over(*changed)
    assert (report.seen, report.changed, report.imported) == (10, 1, 1)


def test_rows_that_another_import_takes_meanwhile_are_seen(world):
    rows, others = many(importing.BATCH + 5), []

    def another(done, total):
        if not others:
            others.append(take_over(*rows[:10]))

    report = take_over(*rows, progress=another)
    assert others[0].imported == 10
    assert (report.seen, report.imported) == (10, len(rows) - 10)
    assert cases.Case.objects.count() == len(rows)


def test_a_row_whose_original_is_gone_is_seen_and_compared_with_nothing(world):
    take_over(*many(3))
    erased, other = case("M-0000"), case("M-0001")
    type(erased.seal_key).objects.filter(pk=erased.seal_key.pk).update(wrapped=None, erased_at=MONDAY)
    ImportedOriginal.objects.filter(case=other).delete()
    rows = [row | {"备注": "别的话"} for row in many(3)]
    report = take_over(*rows)
    assert (report.seen, report.changed, report.imported) == (3, 1, 0)
    assert [one.row for one in report.doubts if one.code == "changed_since"] == [4]
