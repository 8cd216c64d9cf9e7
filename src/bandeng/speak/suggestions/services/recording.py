"""What is suggested for a new case, and where the case went: for the calibration, and for the page."""

from collections import defaultdict
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Case, Exists, F, OuterRef, Q, When

from bandeng.ground.core import api as core
from bandeng.speak.casework import api as cases

from .. import learned
from ..material import SIGNED_FOR
from ..models import Suggested
from ..ranking import rank_offices, rank_topics

BACK = timedelta(days=2)  # longer than any worker rests
STEP = 200


def suggest_for_new(*, now: datetime, limit: int = STEP) -> int:
    """Work out and keep what is suggested for cases that are new; gives for how many."""
    model = learned.in_use("office")
    if model is None:
        return 0
    is_done = Exists(Suggested.objects.filter(case=OuterRef("pk")))
    rows = cases.Case.objects.filter(~is_done, pk__gte=core.id_at(now - BACK), status="registered")
    found = list(rows.exclude(words_masked="").defer("words").order_by("pk")[:limit])
    made = [_suggested(case, model.number, now) for case in found]
    Suggested.objects.bulk_create([one for one in made if one], ignore_conflicts=True)
    return len(found)


def _suggested(case: cases.Case, number: int, now: datetime) -> Suggested | None:
    topics = rank_topics(case.words_masked, is_explained=False)
    ranked = rank_offices(
        case.words_masked, topics, area_id=case.area_id, dispatch_office_id=case.dispatch_office_id,
        topic_id=case.topic_id, now=now, is_explained=False,
    )  # fmt: skip
    if not ranked.offices:
        return None
    first, *others = ranked.offices
    return Suggested(
        case=case,
        model_number=number,
        first_id=first.key,
        second_id=others[0].key if others else None,
        probability=first.probability,
        is_sure=ranked.is_sure,
        topic_id=topics.topics[0].key if topics.topics else None,
        suggested_at=now,
    )


def settle(*, now: datetime, limit: int = STEP) -> int:
    """Note where cases went that were signed for meanwhile; forget those that went nowhere. Gives how many."""
    waiting = Suggested.objects.filter(settled_at=None).order_by("suggested_at")
    gone = waiting.filter(case__status__in=[*SIGNED_FOR, "redirected", "rejected", "merged", "terminated"])
    was_withdrawn = Q(case__outcome="withdrawn", case__holder=F("case__dispatch_office"))
    undispatched = Exists(cases.Reply.objects.filter(case=OuterRef("case"), is_undispatched=True))
    rows = list(
        gone.annotate(is_nowhere=Case(When(was_withdrawn | undispatched, then=True), default=False)).values_list(
            "pk", "case__status", "case__procedure", "case__holder_id", "is_nowhere"
        )[:limit]
    )
    went_to: dict[UUID, list[UUID]] = defaultdict(list)
    nowhere: list[UUID] = []
    for pk, status, procedure, holder, is_nowhere in rows:
        is_somewhere = status in SIGNED_FOR and procedure != "on_the_spot" and not is_nowhere
        (went_to[holder] if is_somewhere else nowhere).append(pk)
    for holder, keys in went_to.items():
        Suggested.objects.filter(pk__in=keys, settled_at=None).update(chosen=holder, settled_at=now)
    Suggested.objects.filter(pk__in=nowhere, settled_at=None).delete()
    learned.forget_accepted()
    return len(rows)
