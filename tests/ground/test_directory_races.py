"""Two at once: nobody becomes two administrators, no row comes in twice, no reader keeps a table that is gone."""

from tests.commits import in_threads
from tests.ground.directory_county import COUNTY, NOW, SETUP, bring_county, person

from bandeng.ground.directory import api as directory


def attempt(call):
    """Make a function for a thread that answers with what was done or the refusal."""

    def run():
        try:
            return call()
        except directory.CannotPost as refused:
            return refused

    return run


def test_two_who_post_one_person_at_once_make_one_administrator(committed_database):
    bring_county()
    staff, office = person("liqiang"), directory.office("sjzx")
    roles = [directory.Role.objects.get(code=code) for code in ("system_admin", "audit_admin", "system_admin")]
    done = in_threads(
        *[attempt(lambda role=role: directory.post_staff(staff, role, office, by=SETUP, now=NOW)) for role in roles]
    )
    assert sum(isinstance(result, directory.Posting) for result in done) == 1
    held = directory.Posting.objects.filter(staff=staff, role__exclusive_group="administrators")
    assert held.count() == 1


def test_an_import_beside_a_posting_makes_one_administrator(committed_database):
    bring_county()
    staff, office = person("wangmin"), directory.office("sjzx")
    security = directory.Role.objects.get(code="security_admin")
    row = {"username": "wangmin", "display_zh": "王敏", "role": "audit_admin", "office": "sjzx"}
    in_threads(
        attempt(lambda: directory.post_staff(staff, security, office, by=SETUP, now=NOW)),
        lambda: directory.import_rows("staff", [row], by=SETUP, now=NOW, dry_run=False),
    )
    assert directory.Posting.objects.filter(staff=staff, role__exclusive_group="administrators").count() == 1


def test_one_file_imported_twice_at_once_comes_in_once(committed_database):
    reports = in_threads(
        *[lambda: directory.importing.run("areas", COUNTY / "areas.csv", by=SETUP, now=NOW, dry_run=False)] * 3
    )
    assert sorted(report.is_written for report in reports) == [False, False, True]
    assert all(report.is_clean for report in reports) and directory.Area.objects.count() == 29


def test_a_table_read_while_it_is_written_is_read_again(committed_database, monkeypatch):
    """A reader that began before the write must not put the old table back after it."""
    from bandeng.ground.directory import small_tables

    bring_county()
    directory.forget()
    read = small_tables._Snapshot

    def slow():
        snapshot = read()
        directory.import_rows(
            "areas",
            [{"code": "new", "parent": "qinghe", "kind": "乡", "label_zh": "新乡"}],
            by=SETUP,
            now=NOW,
            dry_run=False,
        )
        return snapshot

    monkeypatch.setattr(small_tables, "_Snapshot", slow)
    assert directory.area("new") is None
    monkeypatch.setattr(small_tables, "_Snapshot", read)
    assert directory.area("new") is not None
