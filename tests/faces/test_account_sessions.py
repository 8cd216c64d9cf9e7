"""Sessions: how long, how many, where, and how they end."""

from datetime import timedelta

import pytest
from axes.models import AccessLog
from django.test import Client
from tests.faces.desk_people import PASSWORD, Clock, at, hire, kinds_of, sign_in

from bandeng.faces.desk import services
from bandeng.faces.desk.models import StaffSession
from bandeng.ground.core import clock

pytestmark = pytest.mark.django_db
NEW = "another-bench-by-the-door"
PHONE = "Mozilla/5.0 (Linux; Android 14; HUAWEI) AppleWebKit/537.36 Mobile Safari/537.36"
COMPUTER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36"
TABLET = "Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X)"


@pytest.fixture
def now(monkeypatch):
    wound = Clock(at(1))
    monkeypatch.setattr(clock, "now", wound)
    return wound


@pytest.fixture
def li(now):
    return hire("liqiang", "receptionist", name="李强")


def is_in(client):
    return client.get("/desk/account/").status_code == 200


def opened(agent=COMPUTER):
    client = Client(headers={"user-agent": agent})
    assert sign_in(client, "liqiang").status_code == 302
    return client


def test_half_an_hour_without_use_ends_a_session_on_the_server(li, now):
    client = opened()
    now.wind(minutes=29)
    assert is_in(client)
    now.wind(minutes=29)
    assert is_in(client)
    now.wind(minutes=30, seconds=1)
    assert not is_in(client)


def test_eight_hours_end_a_session_however_busy(li, now):
    client = opened()
    for _n in range(23):
        now.wind(minutes=20)
        assert is_in(client)
    now.wind(minutes=20, seconds=1)
    assert not is_in(client)


def test_use_is_written_once_a_minute_at_most(li, now):
    client = opened()
    path = "/desk/account/"
    client.get(path)
    with _writes() as first:
        client.get(path)
    now.wind(seconds=59)
    with _writes() as second:
        client.get(path)
    now.wind(seconds=2)
    with _writes() as third:
        client.get(path)
    assert (first, second, [sql.split()[0] for sql in third]) == ([], [], ["UPDATE"])
    assert "session_data" not in third[0]


def _writes():
    from contextlib import contextmanager

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    @contextmanager
    def watched():
        found = []
        with CaptureQueriesContext(connection) as queries:
            yield found
        found += [q["sql"] for q in queries if q["sql"].split()[0] in {"INSERT", "UPDATE", "DELETE"}]

    return watched()


def test_the_cookie_ends_with_the_browser_and_scripts_cannot_read_it(li):
    cookie = opened().cookies["sessionid"]
    assert not cookie["max-age"] and not cookie["expires"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"


def test_the_fourth_session_ends_the_oldest(li, now):
    clients = []
    for _n in range(4):
        clients.append(opened())
        now.wind(minutes=1)
    assert [is_in(client) for client in clients] == [False, True, True, True]
    assert StaffSession.objects.filter(staff=li).count() == 3


def test_the_account_lists_sessions_by_device_without_key_or_address(li, now):
    here, there, tablet = opened(), opened(PHONE), opened(TABLET)
    page = here.get("/desk/account/")
    assert {row.device: is_this for row, is_this in page.context["sessions"]} == {
        "computer": True,
        "phone": False,
        "tablet": False,
    }
    assert "手机" in page.text and "群众来访接待中心" in page.text and "接访员" in page.text
    for client in (here, there, tablet):
        assert client.session.session_key not in page.text
    assert "127.0.0.1" not in page.text and "Mozilla" not in page.text
    columns = {field.name for field in StaffSession._meta.get_fields()}
    assert not columns & {"ip", "ip_address", "user_agent", "address"}


def test_one_ends_one_other_session_or_all(li, now):
    here, there, tablet = opened(), opened(PHONE), opened(TABLET)
    page = here.get("/desk/account/")
    phone = next(row for row, _is_this in page.context["sessions"] if row.device == "phone")
    here.post("/desk/account/sessions/end/", {"session": str(phone.public_id)})
    assert (is_in(here), is_in(there), is_in(tablet)) == (True, False, True)
    assert kinds_of(li)[-1] == "staff.session_ended"
    here.post("/desk/account/sessions/end/", {"all": "1"})
    assert (is_in(here), is_in(tablet)) == (True, False)
    assert here.post("/desk/account/sessions/end/", {"session": "rubbish"}).status_code == 302


def test_nobody_ends_somebody_elses_session(li, now):
    here = opened()
    hire("wangmin", "handler")
    other = Client()
    sign_in(other, "wangmin")
    theirs = StaffSession.objects.get(staff__username="wangmin")
    here.post("/desk/account/sessions/end/", {"session": str(theirs.public_id)})
    here.post("/desk/account/sessions/end/", {"all": "1"})
    assert is_in(other)


def test_a_new_password_ends_all_other_sessions(li, now):
    here, there = opened(), opened(PHONE)
    before = here.session.session_key
    response = here.post("/desk/account/password/", {"old": PASSWORD, "new": NEW, "again": NEW})
    assert response.url == "/desk/account/"
    assert (is_in(here), is_in(there)) == (True, False)
    assert here.session.session_key != before
    assert "staff.password_set" in kinds_of(li)
    assert sign_in(Client(), "liqiang", PASSWORD).status_code == 422
    assert sign_in(Client(), "liqiang", NEW).status_code == 302


@pytest.mark.parametrize(
    ("old", "new", "again", "says"),
    [
        ("wrong", NEW, NEW, "不是您现在的密码"),
        (PASSWORD, NEW, NEW + "x", "两遍不一样"),
        (PASSWORD, PASSWORD, PASSWORD, "就是现在的密码"),
        (PASSWORD, "short", "short", "10"),
        (PASSWORD, "liqiang123", "liqiang123", "相似"),
        (PASSWORD, "", "", "请输入新密码"),
    ],
)
def test_a_password_that_will_not_do_is_told_why(li, now, old, new, again, says):
    client = opened()
    response = client.post("/desk/account/password/", {"old": old, "new": new, "again": again})
    assert response.status_code == 422
    assert says in response.text
    for typed in filter(None, (old, new)):
        assert f'value="{typed}"' not in response.text
    assert kinds_of(li).count("staff.password_set") == 1


def test_guessing_the_old_password_at_an_open_session_locks(li, now):
    client = opened()
    for _n in range(5):
        response = client.post("/desk/account/password/", {"old": "wrong", "new": NEW, "again": NEW})
    assert response.status_code == 429
    assert kinds_of(li)[-1] == "staff.locked_out"


def test_the_demonstration_keeps_its_passwords(li, now, settings):
    settings.DEMO = True
    client = opened()
    response = client.post("/desk/account/password/", {"old": PASSWORD, "new": NEW, "again": NEW})
    assert response.status_code == 422
    assert "大家共用" in response.text


def test_a_session_ended_elsewhere_is_not_brought_back_by_a_late_request(li, now):
    client = opened()
    session = client.session
    assert session["_auth_user_id"]
    StaffSession.objects.all().delete()
    session.see(now() + timedelta(minutes=5))
    assert not StaffSession.objects.exists()


def test_addresses_are_forgotten_after_six_months_and_sessions_when_they_end(li, now):
    opened()
    AccessLog.objects.update(attempt_time=now())
    assert services.forget_sign_ins(now() + timedelta(minutes=20)) == 0
    assert services.forget_sign_ins(now() + timedelta(hours=1)) == 1
    assert AccessLog.objects.count() == 1
    assert services.forget_sign_ins(now() + timedelta(days=185)) == 1
    assert not AccessLog.objects.exists()
