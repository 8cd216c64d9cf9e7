"""What stands on a receipt, gathered once for screen, A4 and the 80 mm roll."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.urls import NoReverseMatch, reverse

from bandeng.ground.core import api as core
from bandeng.ground.directory import api as directory
from bandeng.speak.casework import api as cases

PAPERS = ("slip", "a4")
ON_A_SLIP = 600  # characters of the speaker's words on a roll of paper; A4 has all of them


@dataclass(frozen=True)
class Slip:
    """One receipt. Holds the secret and the speaker's words: shown to the holder of the receipt, kept nowhere."""

    case: cases.Case
    code: str
    secret: str
    qr: str
    signed: cases.receipts.Receipt
    unit: directory.Office
    post: str
    holder: directory.Office
    holder_post: str
    words: str
    corrections: tuple[str, ...]
    answer: str

    @property
    def is_long(self) -> bool:
        return len(self.words) > ON_A_SLIP

    @property
    def short_words(self) -> str:
        return self.words[:ON_A_SLIP]

    @property
    def is_answered(self) -> bool:
        return self.case.status == cases.rules.Status.REPLIED

    @property
    def is_ended(self) -> bool:
        return self.case.state.is_end

    @property
    def due_on(self) -> date | None:
        """The day by which an answer comes; once answered, the day until which the resident may say “not solved”."""
        return self.case.due_on

    @property
    def is_with_receiver(self) -> bool:
        return self.unit.pk == self.holder.pk

    @property
    def phone(self) -> str:
        return self.holder.phone or self.unit.phone or settings.PUBLIC_PHONE

    @property
    def find_url(self) -> str:
        return f"{settings.BASE_URL}{reverse('receipt-lookup')}".split("://")[-1]

    @property
    def proof_url(self) -> str:
        """Where anybody checks the receipt without us; empty where no such page is installed."""
        try:
            return f"{settings.BASE_URL}{reverse('proof')}".split("://")[-1]
        except NoReverseMatch:
            return ""


def slip_of(case: cases.Case, *, now: datetime) -> Slip:
    """Gather the receipt of a case as it stands; about ten queries, nothing is written."""
    offices = directory.offices()
    pens = case.state.pens
    return Slip(
        case=case,
        code=core.show_code(case.code),
        secret=core.show_code(case.secret()),
        qr=cases.receipts.qr(case),
        signed=cases.receipts.receipt_for(case, now=now),
        unit=offices[case.first_receiver_id],
        post=_post(case.registered_by),
        holder=offices[case.holder_id],
        holder_post=str(cases.labels.PEN[_pen(case, pens)]) if pens and not _is_residents(pens) else "",
        words=_words(case),
        corrections=tuple(_corrections(case)),
        answer=_answer(case),
    )


def _pen(case: cases.Case, pens: tuple) -> str:
    """Name whose turn it is; what is to be answered on the spot is reception's own."""
    is_here = case.procedure == "on_the_spot" and case.status == cases.rules.Status.REGISTERED
    return cases.rules.Pen.RECEPTIONIST if is_here else pens[0]


def _is_residents(pens: tuple) -> bool:
    return pens[0] == cases.rules.Pen.RESIDENT


def _post(actor_key: str) -> str:
    """Name the post of whoever wrote it down; a web case has none."""
    kind, _colon, key = actor_key.partition(":")
    if kind != "staff":
        return ""
    return directory.Staff.objects.filter(pk=uuid.UUID(key)).values_list("post_zh", flat=True).first() or ""


def _words(case: cases.Case) -> str:
    try:
        return case.statement()
    except core.CannotOpen:
        return ""


def _corrections(case: cases.Case) -> list[str]:
    try:
        return [s.text() for s in case.statements.filter(kind="corrected")]
    except core.CannotOpen:
        return []


def _answer(case: cases.Case) -> str:
    """Give the answer of this round once it is served; the receipt of a matter settled on the spot carries it."""
    served = case.replies.filter(served_at__isnull=False, round=case.reopen_count)
    reply = served.first()
    try:
        return reply.part("opinion") if reply else ""
    except core.CannotOpen:
        return ""
