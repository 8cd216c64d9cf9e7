"""Signing in and out: who gets in, what is said to whom does not, and what is written down."""

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client
from tests.faces.desk_people import HERE, PASSWORD, at, hire, kinds_of, office, sign_in

from bandeng.faces.desk import demo
from bandeng.faces.desk.account.tries import counted_as
from bandeng.ground.acts import api as acts
from bandeng.ground.directory import api as directory

pytestmark = pytest.mark.django_db
WRONG = "用户名和密码对不上"


@pytest.fixture
def li():
    return hire("liqiang", "receptionist", name="李强")


def test_the_right_password_opens_the_desk_and_is_written_down_without_an_address(client, li):
    response = sign_in(client, "LiQiang ")
    assert (response.status_code, response.url) == (302, "/desk/")
    act = acts.history("staff", li.pk)[-1]
    assert (act.kind, act.actor_key, act.payload) == ("staff.signed_in", li.actor_key, {"with_code": False, "ended": 0})


@pytest.mark.parametrize("username", ["liqiang", "nobody"])
def test_unknown_name_and_wrong_password_hear_the_same(client, li, username):
    response = sign_in(client, username, "wrong")
    assert response.status_code == 422
    assert WRONG in response.text
    assert "wrong" not in response.text  # the password does not come back in the page
    kept = response.text.replace(username, "")
    assert kept.count("errors__title") == 1


@pytest.mark.parametrize("username", ["liqiang", "nobody", "gone"])
def test_unknown_wrong_and_closed_cost_the_same_work(client, li, username, monkeypatch):
    gone = hire("gone", "receptionist")
    directory.deactivate_staff(gone, by=acts.system("setup"), now=at(1))
    hashed = []
    encode, verify = Argon2PasswordHasher.encode, Argon2PasswordHasher.verify
    monkeypatch.setattr(Argon2PasswordHasher, "encode", lambda *a, **k: hashed.append(1) or encode(*a, **k))
    monkeypatch.setattr(Argon2PasswordHasher, "verify", lambda *a, **k: hashed.append(1) or verify(*a, **k))
    assert sign_in(client, username, "wrong").status_code == 422
    assert len(hashed) == 1


def test_a_closed_account_hears_what_everybody_hears(client, li):
    directory.deactivate_staff(li, by=acts.system("setup"), now=at(1))
    response = sign_in(client, "liqiang")
    assert response.status_code == 422
    assert WRONG in response.text


@pytest.mark.parametrize("username", ["liqiang", "nobody"])
def test_five_wrong_passwords_lock_and_the_page_says_until_when_and_whom_to_call(client, li, username):
    office("aqzx", phone="0000-5550177")
    admin = hire("zhouqi", "receptionist")
    role = directory.Role.objects.get(code="security_admin")
    directory.post_staff(admin, role, directory.office("aqzx"), by=acts.system("setup"), now=at(0))
    for _n in range(4):
        assert sign_in(client, username, "wrong").status_code == 422
    response = sign_in(client, username, "wrong")
    assert response.status_code == 429
    assert "0000-5550177" in response.text
    assert "之后再试" in response.text
    locked_until = response.context["until"]
    tried = AccessAttempt.objects.get(username=counted_as(username))
    assert 15 * 60 < (locked_until - tried.attempt_time).total_seconds() <= 16 * 60
    # Trying on, even with the right password, neither opens nor makes it longer.
    again = sign_in(client, username, PASSWORD)
    assert again.status_code == 429
    assert again.context["until"] == locked_until
    assert "_auth_user_id" not in client.session
    assert kinds_of(li).count("staff.locked_out") == (1 if username == "liqiang" else 0)
    assert "127.0.0.1" not in str([act.payload for act in acts.history("staff", li.pk)])


def test_a_lock_holds_for_one_name_at_one_address(client, li):
    hire("wangmin", "handler")
    for _n in range(5):
        sign_in(client, "liqiang", "wrong")
    assert sign_in(Client(REMOTE_ADDR="10.1.2.3"), "liqiang").status_code == 302
    assert sign_in(client, "wangmin").status_code == 302


@pytest.mark.parametrize(
    ("asked", "lands"),
    [
        ("/desk/account/", "/desk/account/"),
        ("https://elsewhere.example/", "/desk/"),
        ("//elsewhere.example/desk/", "/desk/"),
        ("/\\elsewhere.example", "/desk/"),
        ("javascript:alert(1)", "/desk/"),
        ("/desk/sign-out/", "/desk/"),
        ("/desk/sign-in/?next=/desk/sign-in/", "/desk/"),
        ("", "/desk/"),
    ],
)
def test_after_sign_in_one_lands_at_home_only(client, li, asked, lands):
    assert f'name="next" value="{lands}"' in client.get(HERE, {"next": asked}).text
    assert sign_in(client, "liqiang", next=asked).url == lands


@pytest.mark.parametrize(
    ("stood", "next_page"),
    [
        ("http://testserver/desk/account/", "/desk/account/"),
        ("http://testserver/desk/search/?q=someone", "/desk/search/"),
        ("http://elsewhere.example/desk/account/", "/desk/notices/read/"),
        ("http://testserver/no/such/page/", "/desk/notices/read/"),
        (None, "/desk/notices/read/"),
    ],
)
def test_a_form_sent_after_the_session_leads_back_to_where_it_stood(client, li, stood, next_page):
    """Its own address takes forms alone, and a browser that comes by a link finds nothing there."""
    headers = {"Referer": stood} if stood else {}
    answer = client.post("/desk/notices/read/", {"all": "1"}, headers=headers)
    assert (answer.status_code, answer.url) == (302, f"/desk/sign-in/?next={next_page}")
    assert client.get("/desk/notices/", headers={"Referer": "http://testserver/desk/account/"}).url.endswith(
        "/notices/"
    )


def test_a_planted_session_is_worth_nothing(client, li):
    session = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    client.cookies["sessionid"] = planted
    sign_in(client, "liqiang")
    assert client.session.session_key != planted
    assert not type(session)().exists(planted)


def test_forms_need_their_token(li):
    strict = Client(enforce_csrf_checks=True)
    paths = ("sign-in/", "sign-out/", "totp/", "totp/drop/", "account/password/", "account/sessions/end/")
    for path in (*paths, "notices/read/", "staff/totp-reset/"):
        assert strict.post(f"/desk/{path}").status_code == 403, path


def test_signing_out_ends_the_session_and_is_written_down(client, li):
    sign_in(client, "liqiang")
    key = client.session.session_key
    assert client.get("/desk/sign-out/").status_code == 405
    response = client.post("/desk/sign-out/")
    assert response.url == HERE
    assert not client.session.exists(key)
    assert kinds_of(li)[-1] == "staff.signed_out"
    assert client.get("/desk/account/").url.startswith(HERE)
    assert client.post("/desk/sign-out/").url == HERE


def test_who_is_signed_in_is_not_asked_again(client, li):
    sign_in(client, "liqiang")
    assert client.get(HERE, {"next": "/desk/account/"}).url == "/desk/account/"


def test_the_first_password_must_be_replaced_before_anything_else(client):
    hire("xinren", "receptionist", first=True)
    sign_in(client, "xinren")
    for path in ("/desk/", "/desk/account/", "/desk/notices/"):
        assert client.get(path).url == "/desk/account/password/"
    page = client.get("/desk/account/password/")
    assert "只有您自己知道" in page.text
    new = "another-bench-by-the-door"
    response = client.post("/desk/account/password/", {"old": PASSWORD, "new": new, "again": new})
    assert response.url == "/desk/"
    assert client.get("/desk/account/").status_code == 200


def test_the_desk_leads_those_without_cases_to_their_notices(client):
    hire("shenji", "auditor")
    sign_in(client, "shenji")
    assert client.get("/desk/").url == "/desk/notices/"
    assert client.get("/desk/notices/").status_code == 200


def test_the_demonstration_lists_its_accounts_and_nothing_else_does(client, li, settings):
    settings.DEMO = False
    assert demo.PASSWORD not in client.get(HERE).text
    with pytest.raises(demo.NotTheDemo):
        demo.demo_totp_secret("songzhiyuan")
    settings.DEMO = True
    hire("songzhiyuan", "approver", key=demo.demo_totp_secret("songzhiyuan"))
    page = client.get(HERE)
    assert demo.PASSWORD in page.text
    rows = {row.username: row for row in page.context["demo"]["first"]}
    assert rows["liqiang"].code == ""
    assert rows["liqiang"].role == "接访员"
    assert len(rows["songzhiyuan"].code) == 6
    assert rows["songzhiyuan"].code in page.text
    sign_in(client, "songzhiyuan")
    assert client.post("/desk/totp/", {"code": rows["songzhiyuan"].code}).url == "/desk/"


def test_a_real_secret_is_never_shown_by_the_demonstration(client, settings):
    settings.DEMO = True
    hire("songzhiyuan", "approver", key=b"a secret of its own!")
    assert client.get(HERE).context["demo"]["first"][0].code == ""
