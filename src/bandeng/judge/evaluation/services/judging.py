"""Judge an answer: the marks go where no handler sees them, the case goes on or rests, in one transaction."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bandeng.ground.acts import api as acts
from bandeng.ground.core import api as core
from bandeng.speak.casework import api as cases

from .. import periods
from ..kinds import SUBJECT
from ..models import Judgement

REST, GO_ON = "rest", "go_on"
JUDGED = {"replied", "closed", "redirected", "rejected"}
MAX_WORDS = 2000


class CannotJudge(cases.CannotMove):
    """There is nothing to judge (any more); the message says what can be done."""


@dataclass(frozen=True)
class Opinion:
    """What the resident thinks. `words` go to the supervision office alone, later, without number and name."""

    is_solved: str
    result: str = "none"
    manner: str = "none"
    was_asked_for_good_mark: bool | None = None
    words: str = ""


def answer_to_judge(case: cases.Case) -> cases.Reply | None:
    """Give the served reply of the round that counts now, if the resident may still say what they think of it."""
    if case.status not in JUDGED or case.outcome == "withdrawn":
        return None
    return cases.Reply.objects.filter(case=case, round=case.reopen_count, served_at__isnull=False).first()


def _check(opinion: Opinion, then: str, missing: str) -> None:
    if opinion.is_solved not in Judgement.SOLVED:
        raise CannotJudge(_("Say whether it is solved: yes, partly or no."))
    if {opinion.result, opinion.manner} - set(Judgement.MARKS):
        raise CannotJudge(_("Choose one of the words given."))
    if len(opinion.words) > MAX_WORDS:
        raise CannotJudge(_("Please shorten what you wrote to %(n)d characters.") % {"n": MAX_WORDS})
    if then not in (REST, GO_ON):
        raise CannotJudge(_("Say whether it is to go on or to rest."))
    if then == GO_ON and opinion.is_solved == "yes":
        raise CannotJudge(_("You said that it is solved, so there is nothing to go on with."))
    if then == GO_ON and not missing.strip():
        raise CannotJudge(_("Say what is still missing; one sentence is enough."))


def _locked(case_key: uuid.UUID) -> cases.Case:
    return cases.Case.objects.select_for_update(of=("self",)).get(pk=case_key)


def _given_before(case: cases.Case, done: acts.Act) -> Judgement:
    row = Judgement.objects.filter(pk=done.subject_key, case_key=case.pk).first()
    if row is None:
        raise CannotJudge(_("There is no answer to judge yet, or the matter has moved on. Look at its page."))
    return row


def _seal(row: Judgement, words: str) -> None:
    if not words.strip():
        row.words, row.seal_key = None, None
        return
    key = core.SealKey.make()
    key.save(force_insert=True)
    row.seal_key, row.words = key, key.seal(core.tidy(words).strip(), row.words_context)


def _write(case: cases.Case, reply: cases.Reply, opinion: Opinion, way: str, key: str, now: datetime) -> Judgement:
    row = Judgement.objects.select_for_update().filter(case_key=case.pk, round=reply.round).first()
    former_key = row.seal_key_id if row else None
    row = row or Judgement(case_key=case.pk, round=reply.round)
    row.is_solved, row.result, row.manner = opinion.is_solved, opinion.result, opinion.manner
    row.was_asked_for_good_mark = opinion.was_asked_for_good_mark
    row.judged_at, row.judged_by = now, way
    row.office_key, row.area_key, row.topic_key = reply.office_id, case.area_id, case.topic_id
    row.procedure, row.month = case.procedure, periods.month_of(reply.served_at)
    _seal(row, opinion.words)
    # The act names neither case, office nor mark: whoever reads the register sees that somebody judged, no more.
    act = acts.emit(
        acts.Draft(
            "evaluation.given",
            SUBJECT,
            row.pk,
            acts.Actor("resident"),
            sealed={"marks": row.marks()},
            idempotency_key=key,
        ),
        now=now,
    )
    row.act_key = act.pk
    row.save()
    core.SealKey.objects.filter(pk=former_key).delete()
    return row


def _move(case: cases.Case, opinion: Opinion, then: str, missing: str, by: cases.Hand, now: datetime) -> None:
    if then == GO_ON:
        cases.reopen(case.pk, missing=missing, by=by, now=now)
    elif case.status == "replied":
        end = cases.confirm if opinion.is_solved == "yes" else cases.let_rest
        end(case.pk, by=by, now=now)


@transaction.atomic
def judge(
    case_key: uuid.UUID,
    opinion: Opinion,
    *,
    by: cases.Hand,
    now: datetime,
    idempotency_key: str,
    then: str = REST,
    missing: str = "",
    way: str = "receipt",
) -> Judgement:
    """Keep what the resident thinks of the answer, and let the matter rest or go on.

    `then` is "rest" (ends it: as confirmed where solved, else as let rest) or "go_on" (opens it again; `missing` is
    all that the office gets to read). Until the results of the answer's month are out, a further judgement of the same
    round replaces the first; the same `idempotency_key` gives the first result again. Silence makes no row.
    Raises CannotJudge, casework's NoPen.
    """
    _check(opinion, then, missing)
    case = _locked(case_key)
    if by.kind != "resident" or by.case_key != case.pk:
        raise cases.NoPen(_("Only who brought the matter judges it."))
    if done := acts.by_idempotency_keys([idempotency_key]).get(idempotency_key):
        return _given_before(case, done)
    reply = answer_to_judge(case)
    if reply is None:
        raise CannotJudge(_("There is no answer to judge yet, or the matter has moved on. Look at its page."))
    if now >= periods.out_at(periods.month_of(reply.served_at)):
        raise CannotJudge(_("The results of that month are out and no longer change. Tell us anything missing anew."))
    row = _write(case, reply, opinion, way, idempotency_key, now)
    _move(case, opinion, then, missing, by, now)
    return row
