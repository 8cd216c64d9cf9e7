"""Erase what was said, by the reasoned decision of two people. That it was said, when, and every date stays proven.

What goes: the case's key, so that whatever lies under it is unreadable wherever a copy lies; the sealed words and the
masked ones; reasons and the salts that committed to words; files, messages, drafts; who spoke. What stays: the acts,
their place in the log, codes, dates, offices. A case gets a fresh key, so that a resident who opens it again is heard.
"""

import uuid
from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bandeng.ground.acts import api as acts
from bandeng.ground.core import api as core
from bandeng.ground.files import api as files
from bandeng.ground.messaging import api as messaging
from bandeng.ground.residents import api as residents

from ..hand import Hand
from ..models import Case, Draft, ErasureProposal, ImportedOriginal, Reply
from ..permissions import CannotMove, NoPen
from ..rules import ENDED
from .moving import SUBJECT, locked, note

PROPOSE, CONFIRM = "erasure.propose", "erasure.confirm"
MAX_REASON = 2000
RESTORE = Hand("clock", "system:restore")

# What rooms above keep of a case's words under keys of their own: functions of (case's key), filled in their `ready`.
_elsewhere: list[Callable[[uuid.UUID], None]] = []


class CannotErase(CannotMove):
    """The words of this case cannot be erased now; the message says what has to come first."""


def on_erasure(empty: Callable[[uuid.UUID], None]) -> None:
    """Have a room above empty what it keeps of a case's words, in the erasure's transaction (docs/adr/0010)."""
    if empty not in _elsewhere:
        _elsewhere.append(empty)


def _office(by: Hand, permission: str) -> uuid.UUID:
    offices = sorted(by.permissions.offices(permission)) if by.permissions else []
    if not offices:
        raise NoPen(_("Erasing takes a supervisor who proposes it and an audit administrator who confirms it."))
    return offices[0]


def _check_ended(case: Case) -> None:
    if case.status not in ENDED:
        raise CannotErase(
            _(
                "This matter is still open: nobody could answer what is erased. It has to be answered first, or taken"
                " back by the resident, who can do so on their page."
            )
        )


@transaction.atomic
def propose_erasure(case_key: uuid.UUID, *, ground: str, reason: str, by: Hand, now: datetime) -> ErasureProposal:
    """Propose to erase the words of an ended case; somebody else has to confirm it.

    `ground` is one of ErasureProposal.GROUNDS, `reason` is kept sealed (≤ 2,000 characters). Raises NoPen, CannotErase.
    """
    case = locked(case_key)
    office = _office(by, PROPOSE)
    _check_ended(case)
    reason = core.tidy(reason).strip()
    if ground not in ErasureProposal.GROUNDS or not reason or len(reason) > MAX_REASON:
        raise CannotErase(_("Choose a ground and say why, in at most %(n)d characters.") % {"n": MAX_REASON})
    if case.erasure_proposals.filter(state="proposed").exists():
        raise CannotErase(_("This was proposed already and waits for a second person."))
    key = core.SealKey.make()
    key.save(force_insert=True)
    proposal = ErasureProposal(case=case, ground=ground, seal_key=key, proposed_at=now, proposed_by=by.key)
    proposal.reason = key.seal(reason, proposal.reason_context())
    proposal.save(force_insert=True)
    payload = {"proposal": str(proposal.pk), "ground": ground}
    note(
        case,
        "words.erasure_proposed",
        by=by,
        now=now,
        office_key=office,
        payload=payload,
        reason=reason,
        seal_key=key,
    )
    return proposal


def _open_proposal(proposal_key: uuid.UUID) -> tuple[Case, ErasureProposal]:
    """Lock case and proposal, in that order."""
    case = locked(ErasureProposal.objects.values_list("case", flat=True).get(pk=proposal_key))
    proposal = ErasureProposal.objects.select_for_update(of=("self",)).select_related("seal_key").get(pk=proposal_key)
    if proposal.state != "proposed":
        raise CannotErase(_("This was decided already."))
    return case, proposal


@transaction.atomic
def decline_erasure(proposal_key: uuid.UUID, *, reason: str, by: Hand, now: datetime) -> acts.Act:
    """Decide against a proposal, with the reason the resident reads (个人信息保护法 art 50); or take one's own back."""
    case, proposal = _open_proposal(proposal_key)
    office = _office(by, PROPOSE if proposal.proposed_by == by.key else CONFIRM)
    if not reason.strip() or len(reason) > MAX_REASON:
        raise CannotErase(_("Say why not; the resident reads it. At most %(n)d characters.") % {"n": MAX_REASON})
    ErasureProposal.objects.filter(pk=proposal.pk).update(state="declined", settled_at=now, settled_by=by.key)
    payload = {"proposal": str(proposal.pk), "ground": proposal.ground}
    return note(
        case,
        "words.erasure_declined",
        by=by,
        now=now,
        office_key=office,
        payload=payload,
        reason=core.tidy(reason).strip(),
        seal_key=proposal.seal_key,
    )


@transaction.atomic
def confirm_erasure(proposal_key: uuid.UUID, *, by: Hand, now: datetime) -> acts.Act:
    """Confirm a proposal: the words are gone with this transaction. Never by the person who proposed it.

    Raises NoPen, CannotErase. The line in the register follows the commit; where it cannot be written, the worker
    writes it within a minute.
    """
    case, proposal = _open_proposal(proposal_key)
    office = _office(by, CONFIRM)
    if proposal.proposed_by == by.key:
        raise NoPen(_("You proposed this; somebody else has to confirm it."))
    _check_ended(case)
    payload = {"ground": proposal.ground, "proposal": str(proposal.pk)}
    act = _erase(case, by=by, office_key=office, payload=payload, now=now)
    transaction.on_commit(register_erasures, robust=True)
    return act


@transaction.atomic
def erase_again(erasure: core.erasure_register.Erasure, *, now: datetime) -> acts.Act | None:
    """Carry out in a restored database what the register says was erased; None where there is nothing of it any more.

    Also where the case was still open at the backup: the decision stands, and the case goes on under a fresh key.
    """
    case_key = Case.objects.filter(seal_key=erasure.seal_key).values_list("pk", flat=True).first()
    if case_key is None:
        return None
    payload = {"ground": erasure.ground, "decided_by": erasure.act, "decided_at": erasure.at}
    return _erase(locked(case_key), by=RESTORE, office_key=None, payload=payload, now=now)


def _erase(case: Case, *, by: Hand, office_key: uuid.UUID | None, payload: dict, now: datetime) -> acts.Act:
    old = case.seal_key_id
    emptied = acts.empty_words(SUBJECT, case.pk, seal_key=old)
    core.erase_keys([old], now=now)
    fresh = core.SealKey.make()
    fresh.save(force_insert=True)
    case.seal_key, case.words, case.words_masked = fresh, b"", ""
    Case.objects.filter(pk=case.pk).update(seal_key=fresh, words=b"", words_masked="")
    case.statements.update(words=b"", words_masked="")
    ImportedOriginal.objects.filter(case=case).update(row=b"")
    for part in Reply.PARTS:  # a part that was never written stays so; an emptied one no longer opens
        case.replies.filter(**{f"{part}__isnull": False}).update(**{part: b""})
    files.erase_files(old, now=now)
    messaging.empty_messages(old)
    _drop_drafts(case)
    if case.resident_id:
        residents.erase_identity(case.resident_id)
    for empty in _elsewhere:
        empty(case.pk)
    payload = {**payload, "acts": [str(key) for key in emptied]}
    act = note(case, "words.erased", by=by, now=now, office_key=office_key, payload=payload)
    case.erasure_proposals.filter(state="proposed").update(
        state="confirmed", settled_at=now, settled_by=by.key, erased_key=old, act_key=act.pk
    )
    return act


def _drop_drafts(case: Case) -> None:
    """Forget what staff were typing about the case; `form` begins with the case's key (staff/acts.py)."""
    rows = Draft.objects.filter(form__startswith=f"case:{case.pk}:")
    keys = list(rows.values_list("seal_key", flat=True))
    rows.delete()
    core.SealKey.objects.filter(pk__in=keys).delete()


def register_erasures() -> int:
    """Write into the register beside the database what was erased and does not stand there yet; give how many."""
    done = ErasureProposal.objects.filter(state="confirmed").order_by("settled_at", "id")
    erasures = [
        core.erasure_register.Erasure(
            act=str(row.act_key),
            subject=str(row.case_id),
            seal_key=str(row.erased_key),
            at=acts.timestamp(row.settled_at),
            ground=row.ground,
        )
        for row in done
    ]
    return core.erasure_register.append(core.erasure_register.path(), erasures) if erasures else 0
