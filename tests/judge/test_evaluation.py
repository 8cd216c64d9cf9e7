"""Judging: by the resident alone, once a round, apart from the case, and silence is nothing."""

from datetime import datetime, timedelta

import pytest
from tests.judge.evaluation_people import HOUR, IN_NOVEMBER, MISSING, ON_NEW_YEAR, WORDS, answered, judge
from tests.speak.test_casework_loop import REPLY, dispatched, working
from tests.world import SHANGHAI

from bandeng.ground.acts import api as acts
from bandeng.ground.clocks import api as clocks
from bandeng.ground.core import api as core
from bandeng.judge.evaluation import api as evaluation
from bandeng.judge.evaluation.models import Judgement
from bandeng.speak.casework import api as cases

LATER = IN_NOVEMBER + 24 * HOUR


@pytest.mark.parametrize(
    ("is_solved", "then", "status", "outcome"),
    [
        ("yes", "rest", "closed", "confirmed"),
        ("partly", "rest", "closed", "answered"),
        ("no", "rest", "closed", "answered"),
        ("partly", "go_on", "dispatched", ""),
        ("no", "go_on", "dispatched", ""),
    ],
)
def test_a_judgement_ends_the_matter_or_lets_it_go_on(world, is_solved, then, status, outcome):
    case = answered(world)
    row = judge(case, is_solved, then=then, missing=MISSING if then == "go_on" else "", result="poor", manner="fair")
    case = world.fresh(case)
    assert (case.status, case.outcome) == (status, outcome)
    assert (row.is_solved, row.result, row.manner, row.judged_by) == (is_solved, "poor", "fair", "receipt")
    assert (row.office_key, row.procedure, row.month.isoformat()) == (
        world.office("civil-affairs"),
        "general",
        "2026-11-01",
    )
    if then == "go_on":
        assert [s.text() for s in case.statements.all()] == [MISSING]


def test_each_round_is_judged_by_itself(world):
    case = answered(world)
    judge(case, "no", then="go_on", missing=MISSING)
    with pytest.raises(evaluation.CannotJudge):
        judge(case, "yes")  # not answered yet
    now = LATER
    cases.accept(case.pk, by=world.hand("liuyang", now), now=now)
    cases.draft_reply(case.pk, REPLY, by=world.hand("liuyang", now), now=now)
    cases.approve(case.pk, by=world.hand("zhaojun", now), now=now)
    cases.serve(case.pk, method="phone", by=world.hand("liuyang", now), now=now)
    judge(case, "yes", at=now + HOUR)
    rounds = Judgement.objects.order_by("round").values_list("round", "is_solved")
    assert list(rounds) == [(0, "no"), (1, "yes")]


@pytest.mark.parametrize("make", [lambda w: w.registered(), dispatched, working])
def test_without_an_answer_there_is_nothing_to_judge(world, make):
    case = make(world)
    with pytest.raises(evaluation.CannotJudge):
        judge(case)
    assert not Judgement.objects.exists()


def test_what_was_taken_back_is_not_judged(world):
    case = answered(world)
    cases.withdraw(case.pk, by=cases.hand.resident(case.pk), now=LATER)
    with pytest.raises(evaluation.CannotJudge):
        judge(case, at=LATER + HOUR)


@pytest.mark.parametrize("who", ["liuyang", "liqiang", "zhoutao", "other"])
def test_nobody_judges_for_the_resident(world, who):
    case, other = answered(world), answered(world)
    by = cases.hand.resident(other.pk) if who == "other" else world.hand(who)
    with pytest.raises(cases.NoPen):
        evaluation.judge(case.pk, evaluation.Opinion("yes"), by=by, now=LATER, idempotency_key="x")
    assert not Judgement.objects.exists() and world.fresh(case).status == "replied"


def test_silence_makes_nothing_and_can_still_be_broken(world):
    case = answered(world)
    clocks.sweep(now=case.due_at)
    assert world.fresh(case).outcome == "silent" and not Judgement.objects.exists()
    assert not acts.Act.objects.filter(kind__startswith="evaluation").exists()
    judge(case, "no", at=case.due_at + HOUR)
    assert world.fresh(case).outcome == "silent" and Judgement.objects.get().is_solved == "no"


def test_the_same_form_twice_judges_once(world):
    case = answered(world)
    first = judge(case, "no", key="judge:form", then="go_on", missing=MISSING)
    again = judge(case, "no", key="judge:form", then="go_on", missing=MISSING)
    assert first.pk == again.pk and world.fresh(case).reopen_count == 1
    assert acts.Act.objects.filter(kind="evaluation.given").count() == 1


def test_a_form_of_one_matter_does_nothing_on_another(world):
    case, other = answered(world), answered(world)
    judge(case, "yes", key="judge:form")
    with pytest.raises(evaluation.CannotJudge):
        judge(other, "no", key="judge:form")
    assert world.fresh(other).status == "replied"


def test_a_second_judgement_replaces_the_first_with_its_words_and_their_key(world):
    case = answered(world)
    judge(case, "yes", words=WORDS)
    judge(case, "no", at=LATER + HOUR, words="另一句")
    row = Judgement.objects.select_related("seal_key").get()
    assert (row.is_solved, row.own_words()) == ("no", "另一句")
    assert not core.SealKey.objects.exclude(pk__in=[row.seal_key_id, case.seal_key_id]).exists()
    assert world.fresh(case).outcome == "confirmed"  # the case's end is not rewritten; figures come from judgements


def test_a_month_that_is_out_no_longer_changes(world):
    case = answered(world)
    judge(case, "yes", at=ON_NEW_YEAR - timedelta(seconds=1))
    for then in ("rest", "go_on"):
        with pytest.raises(evaluation.CannotJudge):
            judge(case, "no", at=ON_NEW_YEAR, then=then, missing=MISSING)
    assert Judgement.objects.get().is_solved == "yes"


@pytest.mark.parametrize(
    "bad",
    [
        {"is_solved": "maybe"},
        {"is_solved": "yes", "result": "5 stars"},
        {"is_solved": "yes", "then": "go_on", "missing": "x"},
        {"is_solved": "no", "then": "go_on", "missing": "  "},
        {"is_solved": "no", "then": "nowhere"},
        {"is_solved": "no", "words": "字" * 2001},
    ],
)
def test_what_cannot_be_used_changes_nothing(world, bad):
    case = answered(world)
    with pytest.raises(evaluation.CannotJudge):
        judge(case, bad.pop("is_solved"), **bad)
    assert not Judgement.objects.exists() and world.fresh(case).status == "replied"


def test_the_words_are_sealed_with_a_key_that_is_not_the_cases(world):
    case = answered(world)
    row = judge(case, "no", words=WORDS)
    assert row.seal_key_id != case.seal_key_id and row.own_words() == WORDS
    assert "金丝雀".encode() not in bytes(row.words)
    with pytest.raises(core.CannotOpen):
        case.seal_key.open(bytes(row.words), row.words_context)


def test_the_act_of_judging_names_neither_case_office_nor_mark(world):
    case = answered(world)
    row = judge(case, "no", result="poor", manner="poor", was_asked_for_good_mark=True, words=WORDS)
    act = acts.Act.objects.get(kind="evaluation.given")
    assert act.subject_kind == "evaluation" and act.subject_key == row.pk and act.office_key is None
    assert act.cause_key is None and set(act.payload) == {"sealed"} and set(act.payload["sealed"]) == {"marks"}
    told = str(act.envelope())
    for secret in (case.code, str(case.pk), str(case.holder_id), "poor", "金丝雀"):
        assert secret not in told
    for line in cases.history(case):
        assert "evaluation" not in line.act.kind and str(row.pk) not in str(line.act.envelope())


def test_ending_looks_the_same_whether_it_was_called_solved_or_not(world):
    seen = []
    for is_solved in evaluation.Judgement.SOLVED:
        case = answered(world)
        judge(case, is_solved)
        staff = [line.label for line in cases.history(case)]
        resident = [line.label for line in cases.timeline(case)]
        seen.append((staff, resident, str(cases.labels.OUTCOME[world.fresh(case).outcome])))
    assert seen[0] == seen[1] == seen[2]


def test_a_mark_changed_behind_our_back_is_found(world):
    honest, forged = answered(world), answered(world)
    judge(honest, "yes")
    row = judge(forged, "no")
    assert list(evaluation.altered()) == []
    Judgement.objects.filter(pk=row.pk).update(is_solved="yes")
    assert list(evaluation.altered()) == [row.pk]
    assert all(finding is None for finding in acts.verify())


def test_a_judgement_and_what_it_does_to_the_matter_stand_or_fall_together(world, monkeypatch):
    case = answered(world)
    monkeypatch.setattr(cases, "let_rest", lambda *a, **k: (_ for _ in ()).throw(RuntimeError("the power went")))
    with pytest.raises(RuntimeError):
        judge(case, "no", words=WORDS)
    assert not Judgement.objects.exists() and not acts.Act.objects.filter(kind="evaluation.given").exists()
    assert core.SealKey.objects.count() == 1 and world.fresh(case).status == "replied"


def test_a_month_ends_in_shanghai(world):
    last = datetime(2026, 11, 30, 23, 59, tzinfo=SHANGHAI)
    assert judge(answered(world, at=last), at=last + HOUR).month.month == 11
    first = last + timedelta(minutes=1)
    assert judge(answered(world, at=first), at=first + HOUR).month.month == 12
