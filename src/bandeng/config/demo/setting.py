"""Bring the fictional county in by the imports, and open its accounts."""

from datetime import datetime
from pathlib import Path

from django.contrib.auth.hashers import make_password

from bandeng.config.calendars import put_years
from bandeng.faces.desk.demo import PASSWORD, demo_totp_secret
from bandeng.ground.acts import api as acts
from bandeng.ground.directory import api as directory

COUNTY = Path(__file__).parent / "county"
SETUP = acts.system("setup")


class BadCounty(RuntimeError):
    """The shipped tables do not go in: a defect of this software."""


def bring_county(*, now: datetime) -> None:
    """Import areas, offices, staff, topics, duties, catalogue and calendar."""
    for kind in directory.importing.IMPORTS:
        report = directory.importing.run(kind, COUNTY / f"{kind}.csv", by=SETUP, now=now, dry_run=False)
        if not report.is_clean:
            raise BadCounty(f"{kind}: {report.errors[0]}")
    days, _report = directory.read_calendar(COUNTY / "calendar.csv")
    put_years(days, source="calendar.csv", now=now)
    directory.forget()


def open_accounts(*, now: datetime) -> None:
    """Give everybody the published password, and codes to those whose roles ask for them.

    One hash for all, written past the service that sets one person's password: sixty hashes of a password that stands
    on the sign-in page would take five seconds and hide nothing.
    """
    everybody = directory.Staff.objects.filter(is_active=True)
    everybody.update(password=make_password(PASSWORD), is_password_temporary=False)
    for staff in everybody.order_by("username"):
        if directory.permissions_of(staff, now).must_use_totp:
            directory.issue_totp(staff, key=demo_totp_secret(staff.username), by=SETUP, now=now)
