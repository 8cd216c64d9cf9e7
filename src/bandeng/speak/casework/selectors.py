"""Reads of cases. What staff get starts at `.visible_to`, what a resident gets at their receipt."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Left

from bandeng.ground.acts import api as acts
from bandeng.ground.clocks import api as clocks
from bandeng.ground.core import api as core
from bandeng.ground.directory import api as directory
from bandeng.ground.policies import api as policies

from . import rules
from .hand import Hand
from .models import Attachment, Case, CaseAccess, Reply, Statement, Trip
from .permissions import can

PAGE = 50
SOON = 36 * 3600  # seconds before the lawful date from which a case is shown as due soon
MANY = 999  # counts beyond it are shown as 999+, and not counted


def scope(permissions: directory.Permissions) -> frozenset[uuid.UUID]:
    """Give the offices through which somebody may see cases."""
    return permissions.offices("case.view")


def visible(permissions: directory.Permissions) -> QuerySet[Case]:
    """Give the cases somebody may see."""
    return Case.objects.visible_to(scope(permissions))


# What a form that was sent asks of its case; the service reads the whole anew, with a lock.
OF_A_FORM = ("code", "version", "procedure", "status", "reopen_count", "topic", "area", "holder")

TITLE = 60  # characters of the masked words


class QueueLine(NamedTuple):
    """What a line of a queue shows of a case; `title` is how its masked words begin, "" where they were erased."""

    pk: uuid.UUID
    code: str
    title: str
    area: uuid.UUID | None
    holder: uuid.UUID
    status: str
    due_at: datetime


def _in_scope(offices: Collection[uuid.UUID], code: str) -> QuerySet[Case]:
    return Case.objects.visible_to(offices).filter(code=code)


_CASE = core.Prepared(lambda offices, code: _in_scope(offices, code).select_related("seal_key"), uuid.UUID, str)
_CASE_OF_A_FORM = core.Prepared(lambda offices, code: _in_scope(offices, code).only(*OF_A_FORM), uuid.UUID, str)
_WHOLE = core.Prepared(lambda key: Case.objects.select_related("seal_key").filter(pk=key), uuid.UUID)
_OF_RECEIPT = core.Prepared(lambda code: Case.objects.filter(code=code).only("code", "issue"), str)


def case_for(permissions: directory.Permissions, code: str, *, is_for_a_form: bool = False) -> Case:
    """Give a case by its code if it is in scope; raise Case.DoesNotExist (a 404) otherwise.

    For a form that was sent some columns are read, the others when they are asked for.
    """
    query = _CASE_OF_A_FORM if is_for_a_form else _CASE
    return query.one(scope(permissions), core.tidy_code(code))


def whole(case: Case) -> Case:
    """Give a case as it is now, all of it."""
    return _WHOLE.one(case.pk)


def case_by_receipt(code: str, secret: str) -> Case | None:
    """Give the case that a receipt's code and secret belong to; what else is asked of it is read then."""
    code = core.tidy_code(code)
    if not core.is_code(code):
        return None
    case = _OF_RECEIPT.first(code)
    # The secret is derived even where there is no case, so that both answers take the same time.
    subject, issue = (case.pk, case.issue) if case else (uuid.UUID(int=0), 1)
    fits = core.secret_matches(core.tidy_code(secret), "case", subject, issue=issue)
    return case if case and fits else None


def case_of_resident(case_key: uuid.UUID) -> Case | None:
    """Give a case to whoever proved to hold its receipt."""
    return _WHOLE.first(case_key)


def page(cases: QuerySet[Case], *, after: tuple[datetime, uuid.UUID] | None = None) -> list[QueueLine]:
    """Give one page of a queue, soonest lawful date first, from behind a (due_at, id) on. Reads what a line shows."""
    if after:
        due_at, pk = after
        # The first condition says nothing new: it is what an index on the date understands.
        cases = cases.filter(Q(due_at__gt=due_at) | Q(due_at=due_at, pk__gt=pk), due_at__gte=due_at)
    rows = cases.annotate(title=Left("words_masked", TITLE)).values_list(*QueueLine._fields)
    return [QueueLine(*row) for row in rows.order_by("due_at", "pk")[:PAGE]]


def held(offices: Collection[uuid.UUID]) -> QuerySet[Case]:
    """Give the cases that these offices are to do something about."""
    return Case.objects.filter(holder__in=offices).at(rules.Stage.STAFF)


def seen(offices: Collection[uuid.UUID], stage: rules.Stage, number: int) -> QuerySet[Case]:
    """Give the cases of a stage that offices may see. `number` is how many, as `count_seen` counts.

    Few are found by the offices' own rows and sorted; of many the soonest are found by date and then asked for sight.
    """
    if number <= MANY:
        return Case.objects.seen_from(offices, stage)
    return Case.objects.visible_to(offices).at(stage)


def count_held(offices: Collection[uuid.UUID]) -> int:
    """Count what `held` gives, no further than one beyond what a page shows."""
    return held(offices).order_by().values("pk")[: MANY + 1].count()


def count_seen(offices: Collection[uuid.UUID], stage: rules.Stage) -> int:
    """Count what `seen` gives, no further than one beyond what a page shows. Reads no case."""
    rows = CaseAccess.objects.seen_from(offices, stage).values("case")
    if len(offices) == 1:  # found in the order of cases, so that two of one case lie side by side
        return rows.distinct()[: MANY + 1].count()
    # Who sees thousands has them in far fewer rows than there could be: the first so many tell.
    for rows_a_case in (CaseAccess.USUAL_A_CASE, CaseAccess.MOST_A_CASE):
        most = (MANY + 1) * rows_a_case
        found = rows[:most].aggregate(cases=Count("case", distinct=True), rows=Count("case"))
        if found["cases"] > MANY or found["rows"] < most:
            break
    return min(found["cases"], MANY + 1)


def shown_count(number: int) -> str:
    """Write a count as a page shows it: at most 999, then 999+."""
    return f"{MANY}+" if number > MANY else str(number)


@dataclass(frozen=True)
class Line:
    """One line of a history: what was done, when, for which office, and why, where a reason was given."""

    act: acts.Act
    label: str
    office: directory.Office | None
    reason: str


def history(case: Case) -> list[Line]:
    """Give the staff's history of a case, oldest first."""
    return [_line(act, str(acts.kind(act.kind).staff)) for act in acts.history("case", case.pk)]


def timeline(case: Case) -> list[Line]:
    """Give the resident's timeline, in their words, without what only concerns the office."""
    lines = []
    for act in acts.history("case", case.pk):
        kind = acts.kind(act.kind)
        if kind.resident:
            line = _line(act, str(kind.resident))
            lines.append(line if kind.is_reason_shared else replace(line, reason=""))
    return lines


def _line(act: acts.Act, label: str) -> Line:
    office = directory.offices().get(act.office_key) if act.office_key else None
    try:
        reason = act.reason_words()
    except core.CannotOpen:
        reason = ""
    return Line(act, label, office, reason)


def running_clocks(case: Case) -> list[clocks.Clock]:
    """Give the case's running clocks, soonest first."""
    return clocks.running("case", [case.pk])[case.pk]


def open_edges(case: Case, by: Hand) -> list[rules.Edge]:
    """List what a hand may do now."""
    return [edge for edge in rules.edges_from(case.status) if can(edge.name, case, by)]


def answer_edge(case: Case, by: Hand) -> str | None:
    """Name the edge by which a hand writes the answer of a case it works on now; None where it may not."""
    needs_approval = policies.procedure(case.procedure).needs_approval
    name = "draft" if needs_approval else "serve_unapproved"
    return name if can(name, case, by) else None


_STATEMENTS = core.Prepared(lambda key: Statement.objects.filter(case=key), uuid.UUID)
_REPLIES = core.Prepared(lambda key: Reply.objects.filter(case=key).order_by("-round"), uuid.UUID)
_SERVED = core.Prepared(
    lambda key: Reply.objects.filter(case=key, served_at__isnull=False).order_by("-round"), uuid.UUID
)
_PAPERS = core.Prepared(lambda key: Attachment.objects.filter(case=key).select_related("file__seal_key"), uuid.UUID)
_TRIPS = core.Prepared(lambda key: Trip.objects.filter(case=key).order_by().values_list("pk"), uuid.UUID)


def statements(case: Case) -> list[Statement]:
    """Give what was added to a case, oldest first."""
    return _of(case, _STATEMENTS)


def replies(case: Case) -> list[Reply]:
    """Give the replies of all rounds, the newest first, drafts too."""
    return _of(case, _REPLIES)


def served(case: Case) -> list[Reply]:
    """Give the replies that reached the resident, the newest round first."""
    return _of(case, _SERVED)


def papers(case: Case) -> list[Attachment]:
    """Give photos and papers with their files, oldest first."""
    return _of(case, _PAPERS)


def _of(case: Case, query: core.Prepared) -> list:
    """Give the rows of a case, which they know as the one they belong to."""
    rows = query.rows(case.pk)
    for row in rows:
        row.case = case
    return rows


def trips(case: Case) -> int:
    """Count the trips this matter cost the resident."""
    return len(_TRIPS.rows(case.pk))


def due_state(case: Case, now: datetime) -> str:
    """Name how near the lawful date is: late, soon (within a day) or fine; `none` for ended cases."""
    if case.due_at is None:
        return "none"
    if case.due_at <= now:
        return "late"
    return "soon" if (case.due_at - now).total_seconds() <= SOON else "fine"
