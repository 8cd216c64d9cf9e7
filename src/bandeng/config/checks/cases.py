"""Cases: holder, date, clocks, sight and history agree. One query a question, whatever the number of cases."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Case as Choose
from django.db.models import CharField, Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils.translation import gettext as _

from bandeng.ground.acts import api as acts
from bandeng.ground.clocks import api as clocks
from bandeng.ground.core import api as core
from bandeng.ground.files import api as files
from bandeng.ground.messaging import api as messaging
from bandeng.ground.policies import api as policies
from bandeng.speak.casework import api as casework

from .framework import Finding, check

CHUNK = 2000
LATE = timedelta(hours=3)  # the worker looks every hour


def _running() -> QuerySet:
    return clocks.Clock.objects.running().filter(subject_kind="case", subject_key=OuterRef("pk"))


def _main_limit() -> Choose:
    """Name the parameter of the clock `main`: each procedure's own limit."""
    limits = policies.Procedure.objects.values_list("code", "limit__code")
    whens = [When(procedure=code, then=Value(limit)) for code, limit in limits]
    return Choose(*whens, default=Value(""), output_field=CharField())


@check
def cases_have_their_clocks(now: datetime) -> Iterator[Finding]:
    """Every clock that a status asks for runs, the leading one gives the date, and ended cases have none."""
    for status, state in casework.rules.STATES.items():
        cases = casework.Case.objects.filter(status=status)
        if state.is_end:
            for code in cases.filter(Exists(_running())).values_list("code", flat=True).iterator(CHUNK):
                yield Finding("clock-left-running", code, _("The case has ended and a clock still runs."))
            continue
        for clock in sorted(state.clocks):
            yield from _clock_of(cases, clock, is_leading=clock in {casework.rules.MAIN, "lapse"})


def _clock_of(cases: QuerySet, clock: str, *, is_leading: bool) -> Iterator[Finding]:
    if clock == casework.rules.MAIN:
        cases = cases.alias(limit=_main_limit())
        due = _running().filter(parameter=OuterRef("limit"))
    else:
        due = _running().filter(parameter=clock)
    rows = cases.annotate(clock_due=Subquery(due.values("due_legal")[:1]))
    rows = rows.filter(Q(clock_due=None) | ~Q(clock_due=F("due_at")) if is_leading else Q(clock_due=None))
    for code, found in rows.values_list("code", "clock_due").iterator(CHUNK):
        if found is None:
            yield Finding("clock-missing", code, _("The clock “%(clock)s” does not run.") % {"clock": clock})
        else:
            yield Finding("due-differs", code, _("The case's date is not that of its clock."))


@check
def offices_see_their_cases(now: datetime) -> Iterator[Finding]:
    """Whoever holds, dispatches or received a case may see it; no case is without any of them."""
    for reason, column in (("holder", "holder"), ("dispatching", "dispatch_office"), ("received", "first_receiver")):
        sight = Q(sight__reason=reason, sight__office=F(f"{column}_id"))
        rows = casework.Case.objects.annotate(sight=FilteredRelation("access", condition=_under(sight)))
        for code in rows.filter(sight=None).values_list("code", flat=True).iterator(CHUNK):
            yield Finding(
                "access-missing", code, _("The office that is its “%(reason)s” cannot see it.") % {"reason": reason}
            )


@check
def access_rows_know_their_stage(now: datetime) -> Iterator[Finding]:
    """The stage that access rows repeat, by which queues find what is open, is that of their case."""
    for stage, statuses in casework.rules.AT_STAGE.items():
        wrong = casework.Case.objects.filter(status__in=sorted(statuses)).exclude(access__stage=str(stage))
        for code in wrong.values_list("code", flat=True).iterator(CHUNK):
            yield Finding(
                "access-stage", code, _("It stands in the wrong list. `bandeng worker` mends this once a day.")
            )


@check
def sight_is_explained(now: datetime) -> Iterator[Finding]:
    """Nobody sees a case whom no act on it gave sight."""
    for code, office, reason in casework.unexplained_access():
        told = _("Office %(office)s sees it as its “%(reason)s”, and no act says so. Find out who wrote this row.")
        yield Finding("access-unexplained", code, told % {"office": office, "reason": reason})


@check
def drafts_are_forgotten(now: datetime) -> Iterator[Finding]:
    """What somebody typed and did not send is gone once its days are over."""
    if kept := casework.Draft.objects.filter(expires_at__lte=now - LATE).count():
        yield Finding(
            "draft-expired",
            str(kept),
            _("Drafts are kept beyond their days. Is `bandeng worker` running?"),
        )


def _under(sight: Q) -> Q:
    """Spell a condition with the relation's own name, as FilteredRelation wants it."""
    return Q(**{key.replace("sight__", "access__"): value for key, value in sight.children})


@check
def history_says_the_same(now: datetime) -> Iterator[Finding]:
    """A case is what the last act on it left: status, holder, date, procedure, version."""
    yield from (Finding(code, key, told) for code, key, told in history_differences())


def history_differences() -> Iterator[tuple[str, str, str]]:
    """Give (code, case's code, what differs) for each case that its last act does not describe."""
    last = acts.Act.objects.filter(subject_kind="case", subject_key=OuterRef("pk"), payload__has_key="case")
    facts = ("pk", "code", "procedure", "status", "holder_id", "due_at", "version", "idle_at")
    rows = casework.Case.objects.annotate(last=Subquery(last.order_by("-at", "-id").values("payload__case")[:1]))
    # Named tuples, which have all that `open_facts` reads: rows in full would take four times as long.
    for case in rows.values_list(*facts, "last", named=True).iterator(CHUNK):
        if case.last is None:
            yield "history-missing", case.code, _("There is no act on this case.")
            continue
        here = casework.Case.open_facts(case)
        # The last by time is in all but a few cases the last one done; the others are looked at by themselves.
        is_same = all(here.get(name) == value for name, value in case.last.items())
        if wrong := [] if is_same else casework.differences(case.pk):
            yield (
                "history-differs",
                case.code,
                _("Its row and its last act differ in: %(fields)s. The row was changed without an act.")
                % {"fields": ", ".join(sorted(wrong))},
            )


@check
def nothing_is_orphaned(now: datetime) -> Iterator[Finding]:
    """What speaks of a case speaks of one that is there."""
    case = Exists(casework.Case.objects.filter(pk=OuterRef("subject_key")))
    for name, rows in (
        ("clock", clocks.Clock.objects),
        ("act", acts.Act.objects),
        ("file", files.StoredFile.objects),
        ("message", messaging.OutboxMessage.objects),
    ):
        lost = rows.filter(~case, subject_kind="case").values_list("subject_key", flat=True)
        for key in lost.order_by("subject_key").distinct().iterator(CHUNK):
            yield Finding(f"orphan-{name}", str(key), _("It speaks of a case that is not there."))
    unkept = casework.Case.objects.filter(seal_key__in=core.SealKey.objects.filter(wrapped=None, erased_at=None))
    for code in unkept.values_list("code", flat=True).iterator(CHUNK):
        yield Finding("key-lost", code, _("Its key is gone without having been erased."))
