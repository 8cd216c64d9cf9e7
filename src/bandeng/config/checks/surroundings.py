"""Around the cases: migrations, log, outbox, files, calendar."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from bandeng.engines import deadlines
from bandeng.ground.clocks import api as clocks
from bandeng.ground.files import api as files
from bandeng.ground.ledger import api as ledger
from bandeng.ground.messaging import api as messaging

from .framework import Finding, check

MERGE_DELAY = 60  # seconds within which an act must have its leaf
LATE = timedelta(hours=1)  # what the worker does every few seconds and has not done for so long, nobody does
DAYS_AHEAD = 60


@check
def log_is_current(now: datetime) -> Iterator[Finding]:
    """No entry waits longer for its leaf than the receipts promise, and none was dropped from the queue."""
    if waiting := ledger.pending_older_than(MERGE_DELAY, now):
        yield Finding(
            "ledger-pending",
            str(waiting),
            _("Entries have waited for the public log for more than a minute. Is `bandeng worker` running?"),
        )
    for key in ledger.lost_entries():
        yield Finding(
            "entry-lost",
            str(key),
            _(
                "This entry waits for the public log no more and is not in it. Restore the row from a backup, and"
                " ask who could write to the database."
            ),
        )


@check
def clocks_are_watched(now: datetime) -> Iterator[Finding]:
    """Every limit that passed was noticed, and no handler keeps failing."""
    passed = clocks.Clock.objects.running().filter(breach_claimed_at=None, due_legal__lte=now - LATE)
    for key, subject in passed.values_list("id", "subject_key").iterator():
        yield Finding(
            "clock-unwatched",
            str(subject),
            _("The limit %(clock)s passed over an hour ago and nothing was done. Is `bandeng worker` running?")
            % {"clock": key},
        )


@check
def messages_go_out(now: datetime) -> Iterator[Finding]:
    """Nothing is stuck on its way, and nobody is left untold."""
    rows = messaging.OutboxMessage.objects
    stuck = rows.claimable(now=now).filter(send_after__lte=now - LATE)
    for key, subject in stuck.values_list("id", "subject_key").iterator():
        yield Finding(
            "outbox-stuck",
            str(subject),
            _("Message %(key)s should have gone out over an hour ago. Is `bandeng worker` running?") % {"key": key},
        )
    for key, subject, error in messaging.dead_letters().values_list("id", "subject_key", "last_error").iterator():
        yield Finding(
            "outbox-dead",
            str(subject),
            _("Message %(key)s could not be delivered (%(error)s). Tell this person another way.")
            % {"key": key, "error": error},
        )


@check
def files_are_there(now: datetime) -> Iterator[Finding]:
    """Every stored file is on disk, in its size."""
    for found in files.check():
        yield Finding(f"file-{found.code.replace('_', '-')}", str(found.file_id), _("Restore the file from a backup."))


@check
def calendar_reaches(now: datetime) -> Iterator[Finding]:
    """The holiday calendar knows the next two months."""
    until, today = clocks.covers_until(), now.astimezone(deadlines.SHANGHAI).date()
    if (until - today).days < DAYS_AHEAD:
        yield Finding(
            "calendar-ends",
            until.isoformat(),
            _(
                "The holiday calendar ends soon; dates after it are estimates. Load next year's as soon as the State"
                " Council publishes it (usually in November): `bandeng import calendar FILE`."
            ),
            is_warning=True,
        )
