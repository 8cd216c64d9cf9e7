"""What each role may do, where and until when."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.ground.directory_county import NOW, SETUP, bring_county, person

from bandeng.ground.acts import api as acts
from bandeng.ground.directory import api as directory

pytestmark = pytest.mark.django_db

# Written by hand from the roles' descriptions, not from shipped/roles.toml.
MAY = {
    "receptionist": "case.view case.register case.note_trip case.reply_on_the_spot case.search case.print"
    " identity.open",
    "dispatcher": "case.view case.dispatch case.settle_return case.redirect case.search matter.join",
    "handler": "case.view case.accept case.return case.draft case.serve case.search identity.open"
    " matter.join matter.write",
    "approver": "case.view case.approve case.serve",
    "leader": "case.view statistics.view",
    "supervisor": "case.view statistics.view erasure.view erasure.propose",
    "auditor": "ledger.view audit.view",
    "system_admin": "directory.import parameter.set",
    "security_admin": "staff.manage",
    "audit_admin": "audit.view ledger.view erasure.view erasure.confirm",
}
NEEDS_TOTP = {"approver", "system_admin", "security_admin", "audit_admin"}
PASSWORD = "a-bench-by-the-door"


def role(code):
    return directory.Role.objects.get(code=code)


def hire(username, *, by=SETUP, now=NOW):
    return directory.add_staff(username, "试用", "科员", PASSWORD, by=by, now=now)


def post(staff, code, office="qzzx", *, by=SETUP, now=NOW):
    return directory.post_staff(staff, role(code), directory.office(office), by=by, now=now)


def test_each_role_may_do_what_the_table_says_and_nothing_else():
    shipped = {r.code: (set(r.permissions), r.is_totp_required) for r in directory.Role.objects.all()}
    assert shipped == {code: (set(line.split()), code in NEEDS_TOTP) for code, line in MAY.items()}


def test_only_an_auditor_and_an_administrator_reach_no_words():
    words = {"case.view", "case.search", "identity.open"}
    blind = {code for code, line in MAY.items() if not words & set(line.split())}
    assert blind == {"auditor", "system_admin", "security_admin", "audit_admin"}


def test_permissions_hold_at_the_office_of_the_posting_and_cost_one_query(django_assert_num_queries):
    bring_county()
    li = person("liqiang")
    with django_assert_num_queries(1):
        may = directory.permissions_of(li, NOW)
        assert may.has("case.register") and not may.has("case.approve")
        assert may.roles == {"receptionist"} and not may.must_use_totp
    hexi, liushu = directory.office("hexi-dqzx"), directory.office("liushu-dqzx")
    assert may.has("case.register", hexi.pk) and not may.has("case.register", liushu.pk)
    assert may.offices("case.register") == may.office_ids == {hexi.pk}
    directory.check(may, "case.register", hexi)
    with pytest.raises(directory.NotPermitted):
        directory.check(may, "case.register", liushu)


def test_two_postings_do_not_lend_each_other_their_permissions():
    bring_county()
    staff = hire("twoposts")
    post(staff, "handler", "mzj")
    post(staff, "dispatcher", "qzzx")
    may = directory.permissions_of(staff, NOW)
    mzj, qzzx = directory.office("mzj").pk, directory.office("qzzx").pk
    assert may.offices("case.accept") == {mzj} and may.offices("case.dispatch") == {qzzx}
    assert may.offices("case.view") == {mzj, qzzx}
    assert not may.has("case.dispatch", mzj) and not may.has("case.accept", qzzx)


def test_a_posting_begins_at_midnight_in_shanghai_and_ends_at_once():
    bring_county()
    staff = hire("nightshift")
    shanghai = ZoneInfo("Asia/Shanghai")
    posting = post(staff, "handler", now=datetime(2026, 11, 23, 0, 0, tzinfo=shanghai))
    eve = datetime(2026, 11, 22, 23, 59, 59, tzinfo=shanghai)
    assert not directory.permissions_of(staff, eve).grants
    assert directory.permissions_of(staff, eve + timedelta(seconds=1)).grants
    directory.end_posting(posting, by=SETUP, now=NOW + timedelta(days=3))
    assert posting.until_on == date(2026, 11, 26)
    assert directory.permissions_of(staff, NOW + timedelta(days=2)).grants
    assert not directory.permissions_of(staff, NOW + timedelta(days=3)).grants
    with pytest.raises(directory.CannotEndPosting):
        directory.end_posting(posting, by=SETUP, now=NOW + timedelta(days=4))


def test_a_closed_office_and_a_closed_account_lend_no_permission():
    bring_county()
    wang = person("wangmin")
    directory.Office.objects.filter(code="liushu-dqzx").update(is_active=False)
    assert not directory.permissions_of(wang, NOW).grants
    li = person("liqiang")
    directory.deactivate_staff(li, by=SETUP, now=NOW)
    assert not directory.permissions_of(person("liqiang"), NOW).grants
    assert directory.Posting.objects.get(staff=li).until_on == date(2026, 11, 23)


@pytest.mark.parametrize("first", ["system_admin", "security_admin", "audit_admin"])
@pytest.mark.parametrize("second", ["system_admin", "security_admin", "audit_admin"])
def test_the_three_administrators_are_three_persons(first, second):
    bring_county()
    staff = hire("oneofthree")
    post(staff, first, "sjzx")
    if first == second:
        post(staff, second, "qzzx")
    else:
        with pytest.raises(directory.CannotPost):
            post(staff, second, "qzzx")
    post(staff, "handler", "qzzx")


def test_an_administrator_who_left_that_post_may_take_another():
    bring_county()
    staff = hire("changing")
    posting = post(staff, "system_admin", "sjzx")
    directory.end_posting(posting, by=SETUP, now=NOW)
    post(staff, "audit_admin", "sjzx")


def test_only_the_security_administrator_manages_staff_and_never_themselves():
    bring_county()
    security, system = person("jiamin"), person("qinhao")
    by_security, by_system = acts.Actor(security.actor_key), acts.Actor(system.actor_key)
    staff = hire("newcomer", by=by_security)
    post(staff, "handler", by=by_security)
    for attempt in (
        lambda: hire("another", by=by_system),
        lambda: post(staff, "approver", by=by_system),
        lambda: directory.set_password(staff, PASSWORD + "2", by=by_system, now=NOW),
        lambda: directory.deactivate_staff(staff, by=by_system, now=NOW),
        lambda: directory.import_rows("staff", [], by=by_system, now=NOW, dry_run=True),
        lambda: directory.import_rows("areas", [], by=by_security, now=NOW, dry_run=True),
        lambda: hire("ghost", by=acts.Actor("staff:00000000-0000-0000-0000-000000000000")),
        lambda: hire("stranger", by=acts.Actor("resident")),
    ):
        with pytest.raises(directory.NotPermitted):
            attempt()
    with pytest.raises(directory.CannotPost):
        post(security, "handler", by=by_security)


def test_a_first_password_is_temporary_and_ones_own_is_not():
    staff = hire("newcomer")
    assert staff.check_password(PASSWORD) and staff.is_password_temporary
    own = acts.Actor(staff.actor_key)
    directory.set_password(staff, "a-longer-bench-outside", by=own, now=NOW)
    staff.refresh_from_db()
    assert staff.check_password("a-longer-bench-outside") and not staff.is_password_temporary
    with pytest.raises(directory.CannotSetPassword):
        directory.set_password(staff, "12345678", by=own, now=NOW)
    directory.set_password(staff, PASSWORD, by=SETUP, now=NOW)
    assert staff.is_password_temporary


@pytest.mark.parametrize("username", ["", "A", "李强", "x" * 41, "a b", "1abc"])
def test_a_user_name_that_cannot_be_typed_everywhere_is_refused(username):
    with pytest.raises(directory.CannotAddStaff):
        hire(username)


def test_every_write_emits_one_act_without_names_or_passwords():
    bring_county()
    before = acts.Act.objects.count()
    staff = hire("newcomer")
    with pytest.raises(directory.CannotAddStaff):
        hire("newcomer")
    posting = post(staff, "handler")
    with pytest.raises(directory.CannotPost):
        post(staff, "handler")
    directory.end_posting(posting, by=SETUP, now=NOW)
    directory.set_password(staff, PASSWORD + "!", by=SETUP, now=NOW)
    directory.deactivate_staff(staff, by=SETUP, now=NOW)
    made = list(acts.Act.objects.order_by("at", "id")[before:])
    assert [act.kind for act in made] == [
        "staff.added", "staff.posted", "staff.posting_ended", "staff.password_set", "staff.deactivated",
    ]  # fmt: skip
    assert {act.subject_key for act in made} == {staff.pk}
    assert made[1].payload == {"posting": str(posting.pk), "role": "handler", "office": "qzzx"}
    assert "试用" not in str([act.payload for act in made]) and PASSWORD not in str([act.payload for act in made])


def test_signing_in_leaves_no_statistics(client):
    staff = hire("newcomer")
    assert not any(field.name == "last_login" for field in directory.Staff._meta.get_fields())
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
