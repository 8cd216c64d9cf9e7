"""The fictional county, imported: what the tests of the directory stand on."""

from datetime import UTC, datetime
from pathlib import Path

from bandeng.config import demo
from bandeng.ground.acts import api as acts
from bandeng.ground.directory import api as directory

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # Monday, 09:00 in Qinghe
SETUP = acts.system("setup")
COUNTY = Path(demo.__file__).parent / "county"


def bring_county(*, now=NOW):
    """Import all tables of the county in their order; give the reports by kind."""
    return {
        kind: directory.importing.run(kind, COUNTY / f"{kind}.csv", by=SETUP, now=now, dry_run=False)
        for kind in directory.importing.IMPORTS
    }


def person(username):
    """Give a member of staff by user name."""
    return directory.Staff.objects.get(username=username)
