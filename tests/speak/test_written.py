"""A list of our own names in a statement: found by the indexes that are kept for it, and never anything typed."""

import re
import uuid

import pytest
from django.db import connection
from tests.world import MONDAY

from bandeng.ground.messaging import api as messaging
from bandeng.speak.casework import api as cases
from bandeng.speak.casework.models import CaseAccess
from bandeng.speak.casework.rules import Stage

pytestmark = pytest.mark.django_db
OFFICE = uuid.UUID(int=3)


@pytest.mark.parametrize("names", [[], ["a'b"], ["Held"], ["held", ""], ["held)"], ["%s"]])
def test_only_small_letters_are_written_into_a_statement(names):
    with pytest.raises(ValueError, match="names of ours"):
        str(messaging.OutboxMessage.objects.filter(state__one_of_written=names).query)


def test_it_keeps_those_with_staff_and_no_other(world):
    one, other = world.registered(), world.registered()
    cases.Case.objects.filter(pk=other.pk).update(status="replied")
    assert list(cases.Case.objects.with_staff()) == [one]
    assert list(cases.Case.objects.at(cases.rules.Stage.ANSWERED)) == [other]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL finds them by a bound list too")
@pytest.mark.parametrize(
    ("rows", "index"),
    [
        (lambda: cases.Case.objects.with_staff().order_by("due_at", "pk"), "case_due_first"),
        (lambda: cases.Case.objects.with_staff().filter(holder=OFFICE).order_by("due_at", "pk"), "case_held_first"),
        (lambda: cases.Case.objects.with_staff().filter(idle_at__lte=MONDAY).order_by("idle_at"), "case_idle"),
        (lambda: cases.Case.objects.at(Stage.ANSWERED).filter(due_at__lte=MONDAY), "case_lapse"),
        (lambda: CaseAccess.objects.seen_from([OFFICE], Stage.STAFF).values("case"), "case_access_staff"),
        (lambda: CaseAccess.objects.seen_from([OFFICE], Stage.ANSWERED).values("case"), "case_access_answered"),
        (lambda: messaging.OutboxMessage.objects.waiting(now=MONDAY).filter(office_key=OFFICE), "outbox_office"),
    ],
)
def test_sqlite_finds_what_waits_without_walking_through_all_there_ever_was(rows, index):
    """A dispatcher's list read a hundred thousand cases for fifty of the five thousand that are open."""
    assert re.search(rf"USING (COVERING )?INDEX {index}\b", rows().explain())
