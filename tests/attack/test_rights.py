"""Colleagues who want more than their part: sight that outlives the work, papers slipped into a matter, full disks."""

import io
import uuid
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.urls import reverse
from tests.ground import hostile
from tests.speak.test_casework_loop import HOUR, REPLY, replied, working
from tests.world import MONDAY

from bandeng.ground.clocks import api as clocks
from bandeng.ground.messaging import api as messaging
from bandeng.speak.casework import api as cases
from bandeng.speak.reception.staff.common import keyed


def picture() -> io.BytesIO:
    return io.BytesIO(hostile.jpeg())


def on_disk() -> set[Path]:
    return {path for path in Path(settings.FILES_DIR).rglob("*") if path.is_file()}


def sees(world, username: str, case: cases.Case) -> bool:
    return cases.visible(world.permissions(username)).filter(pk=case.pk).exists()


def answered_again(world, case, handler: str, approver: str, now) -> None:
    hand = world.hand(handler)
    cases.accept(case.pk, by=hand, now=now)
    cases.draft_reply(case.pk, REPLY, by=hand, now=now)
    cases.approve(case.pk, by=world.hand(approver), now=now)
    cases.serve(case.pk, method="phone", by=hand, now=now)


def escalated(world) -> cases.Case:
    """A matter that three answers of the same office did not solve."""
    case = replied(world)
    me, now = cases.hand.resident(case.pk), MONDAY + 24 * HOUR
    for _round in range(2):
        cases.reopen(case.pk, missing="钱还没到卡上", by=me, now=now)
        answered_again(world, case, "liuyang", "zhaojun", now)
    assert sees(world, "liuyang", case)
    cases.reopen(case.pk, missing="还是没到", by=me, now=now)
    case = world.fresh(case)
    assert case.is_escalated and case.holder_id == world.office("county-centre")
    return case


def test_an_office_escalated_over_sees_nothing_more_of_the_matter(world, sign_in):
    case = escalated(world)
    for former in ("liuyang", "zhaojun", "sunli"):
        assert not sees(world, former, case)
        assert sign_in(former).get(reverse("case", args=[case.code])).status_code == 404
    for still in ("fengguang", "liqiang", "chenfang"):  # the superior has it; reception received and dispatches it
        assert sees(world, still, case)


def test_an_office_escalated_over_is_told_that_there_is_nothing_left_to_do(world):
    case = escalated(world)
    now = MONDAY + 25 * HOUR
    told = messaging.notices(frozenset({world.office("civil-affairs")}), now=now, limit=100)
    assert [n.template for n in told if n.subject_key == case.pk][-1] == "case.taken_away"


def test_the_superior_may_give_an_escalated_matter_back_and_then_it_is_seen_again(world):
    case = escalated(world)
    by = world.hand("chenfang")
    cases.redispatch(case.pk, to=world.office("civil-affairs"), reason="补发由民政局办", by=by, now=MONDAY + 26 * HOUR)
    assert sees(world, "liuyang", case) and sees(world, "liqiang", case)


def test_a_matter_reopened_at_another_office_leaves_the_sight_of_the_one_that_had_it_last(world):
    case = replied(world)  # answered by civil-affairs
    me, now = cases.hand.resident(case.pk), MONDAY + 24 * HOUR
    cases.reopen(case.pk, missing="路也没修", by=me, now=now)
    dispatcher = world.hand("chenfang")
    cases.redispatch(case.pk, to=world.office("transport"), reason="是修路的事", by=dispatcher, now=now)
    cases.withdraw(case.pk, by=me, now=now + HOUR)
    assert sees(world, "zhengkai", case) and not sees(world, "liuyang", case)
    cases.reopen(case.pk, missing="还是没修", by=me, now=now + 2 * HOUR)
    assert sees(world, "liuyang", case) and not sees(world, "zhengkai", case)


@pytest.mark.parametrize("who", ["sunli", "zhaojun", "hejun"])
def test_whoever_only_looks_or_checks_slips_no_paper_into_a_matter(world, who):
    case, before = working(world), on_disk()
    with pytest.raises(cases.NoPen):
        cases.attach(case.pk, picture(), "a.jpg", by=world.hand(who), now=MONDAY + 3 * HOUR)
    assert case.attachments.count() == 0 and on_disk() == before


def test_supervision_sees_a_late_matter_and_adds_nothing_to_it(world):
    case = working(world)
    late = MONDAY + timedelta(days=90)
    clocks.sweep(now=late)
    assert sees(world, "zhoutao", case)
    with pytest.raises(cases.NoPen):
        cases.attach(case.pk, picture(), "a.jpg", by=world.hand("zhoutao", late), now=late)


@pytest.mark.parametrize("who", ["resident", "liuyang", "liqiang"])
def test_an_ended_matter_takes_no_more_papers_from_anybody(world, who):
    case, before = replied(world), on_disk()
    resident = cases.hand.resident(case.pk)
    cases.confirm(case.pk, by=resident, now=MONDAY + 24 * HOUR)
    by = resident if who == "resident" else world.hand(who)
    with pytest.raises(cases.CannotMove):
        cases.attach(case.pk, picture(), "a.jpg", by=by, now=MONDAY + 25 * HOUR)
    assert case.attachments.count() == 0 and on_disk() == before


def test_papers_beyond_ten_fill_no_disk(world):
    case = working(world)
    by = cases.hand.resident(case.pk)
    for _n in range(10):
        cases.attach(case.pk, picture(), "a.jpg", by=by, now=MONDAY)
    before = on_disk()
    with pytest.raises(cases.CannotMove):
        cases.attach(case.pk, picture(), "a.jpg", by=by, now=MONDAY)
    assert on_disk() == before


def test_a_matter_that_ends_while_a_paper_comes_in_keeps_nothing_of_it(world, monkeypatch):
    """The check before the upload is passed; the one under the lock is not."""
    case, before = working(world), on_disk()
    resident = cases.hand.resident(case.pk)

    class Slow(io.BytesIO):
        def read(self, *size):
            if world.fresh(case).status == "working":
                cases.withdraw(case.pk, by=resident, now=MONDAY + 4 * HOUR)
            return super().read(*size)

    with pytest.raises(cases.CannotMove):
        cases.attach(case.pk, Slow(hostile.jpeg()), "a.jpg", by=resident, now=MONDAY + 4 * HOUR)
    assert case.attachments.count() == 0 and on_disk() == before


def test_what_staff_add_stands_under_their_office(world):
    case = working(world)
    cases.attach(case.pk, picture(), "a.jpg", by=world.hand("liuyang"), now=MONDAY + 3 * HOUR)
    line = cases.history(case)[-1]
    assert line.act.kind == "case.file_added" and line.office.code == "civil-affairs"


def test_people_whose_accounts_were_made_together_share_no_idempotency_key():
    """The first half of a UUIDv7 is the time: two clerks of one import would have got each other's matters."""
    at, key = "01a21994e3e8703e", uuid.uuid4()
    people = [
        SimpleNamespace(user=SimpleNamespace(pk=uuid.UUID(at + rest))) for rest in ("97d5f7fc" * 2, "97d5f7fd" * 2)
    ]
    assert len({keyed("intake", request, key) for request in people}) == 2
