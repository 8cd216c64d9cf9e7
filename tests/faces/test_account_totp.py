"""The second factor: forced by a role or chosen, set up by one code, each code good once."""

import time
from urllib.parse import parse_qs, urlsplit

import pytest
from django_otp.plugins.otp_totp.models import TOTPDevice
from tests.faces.desk_people import KEY, code_at, hire, kinds_of, sign_in

from bandeng.ground.acts import api as acts
from bandeng.ground.core import clock
from bandeng.ground.directory import api as directory

pytestmark = pytest.mark.django_db
EVERYWHERE = ("/desk/", "/desk/account/", "/desk/account/password/", "/desk/notices/", "/desk/totp/drop/")


@pytest.fixture
def telephone(monkeypatch):
    """Give the telephone's clock: `wind(30)` makes the next code."""

    class Telephone:
        at = time.time() // 30 * 30 + 5

        def wind(self, seconds):
            self.at += seconds

        def code(self, key=KEY):
            return code_at(self.at, key)

    phone = Telephone()
    monkeypatch.setattr("django_otp.oath.time", lambda: phone.at)
    monkeypatch.setattr("django_otp.plugins.otp_totp.models.time.time", lambda: phone.at)
    return phone


@pytest.mark.parametrize("role", ["approver", "system_admin", "security_admin", "audit_admin"])
def test_roles_that_need_codes_open_nothing_before_one_is_given(client, telephone, role):
    staff = hire("fanhongmei", role, key=KEY)
    assert sign_in(client, "fanhongmei", next="/desk/account/").url == "/desk/totp/"
    for path in EVERYWHERE:
        assert client.get(path).url == "/desk/totp/", path
    assert "staff.signed_in" not in kinds_of(staff)
    before = client.session.session_key
    assert client.post("/desk/totp/", {"code": telephone.code()}).url == "/desk/account/"
    assert client.session.session_key != before
    assert client.get("/desk/account/").status_code == 200
    assert acts.history("staff", staff.pk)[-1].payload == {"with_code": True, "ended": 0}


def test_codes_chosen_freely_are_asked_for_as_well(client, telephone):
    hire("liqiang", "receptionist", key=KEY)
    assert sign_in(client, "liqiang").url == "/desk/totp/"
    for path in EVERYWHERE:
        assert client.get(path).url == "/desk/totp/", path
    client.post("/desk/totp/", {"code": telephone.code()})
    assert client.get("/desk/account/").status_code == 200


def test_a_code_is_good_once(client, telephone):
    hire("fanhongmei", "approver", key=KEY)
    code = telephone.code()
    sign_in(client, "fanhongmei")
    assert client.post("/desk/totp/", {"code": code}).status_code == 302
    client.post("/desk/sign-out/")
    sign_in(client, "fanhongmei")
    again = client.post("/desk/totp/", {"code": code})
    assert again.status_code == 422
    assert "已经用过" in again.text


@pytest.mark.parametrize("typed", ["", "12345", "abcdef", "１２３４５６", "12345678"])
def test_what_is_no_code_is_not_counted_as_a_try(client, telephone, typed):
    hire("fanhongmei", "approver", key=KEY)
    sign_in(client, "fanhongmei")
    response = client.post("/desk/totp/", {"code": typed})
    assert response.status_code == 422
    assert "六位数字" in response.text
    assert TOTPDevice.objects.get().throttling_failure_count == 0


def test_after_wrong_codes_even_the_right_one_has_to_wait(client, telephone):
    hire("fanhongmei", "approver", key=KEY)
    sign_in(client, "fanhongmei")
    wrong = f"{(int(telephone.code()) + 1) % 10**6:06}"
    for _n in range(4):
        TOTPDevice.objects.update(throttling_failure_timestamp=None)
        client.post("/desk/totp/", {"code": wrong})
    assert TOTPDevice.objects.get().throttling_failure_count == 4
    response = client.post("/desk/totp/", {"code": telephone.code()})
    assert response.status_code == 422
    assert "请等到" in response.text


def test_the_gap_that_telephones_show_may_be_typed(client, telephone):
    hire("fanhongmei", "approver", key=KEY)
    sign_in(client, "fanhongmei")
    code = telephone.code()
    assert client.post("/desk/totp/", {"code": f"{code[:3]} {code[3:]}"}).status_code == 302


def test_setting_up_shows_picture_and_letters_and_takes_one_code(client, telephone):
    staff = hire("fanhongmei", "approver")
    sign_in(client, "fanhongmei")
    page = client.get("/desk/totp/")
    assert "style=" not in page.text
    assert "viewBox" in page.context["qr"]  # without it a small screen cuts the picture off
    letters = page.context["secret"]
    assert [len(group) for group in letters.split()] == [4] * 8
    assert client.get("/desk/totp/").context["secret"] == letters  # the same until it is confirmed
    key = bytes.fromhex(client.session["totp_key"])
    wrong = f"{(int(telephone.code(key)) + 1) % 10**6:06}"
    assert client.post("/desk/totp/", {"code": wrong}).status_code == 422
    assert not TOTPDevice.objects.exists()
    assert client.get("/desk/account/").url == "/desk/totp/"
    code = telephone.code(key)
    assert client.post("/desk/totp/", {"code": code}).url == "/desk/"
    assert "totp_key" not in client.session
    assert kinds_of(staff)[-2:] == ["staff.totp_set_up", "staff.signed_in"]
    client.post("/desk/sign-out/")
    sign_in(client, "fanhongmei")
    assert client.post("/desk/totp/", {"code": code}).status_code == 422  # the code that confirmed is used up
    telephone.wind(30)
    TOTPDevice.objects.update(throttling_failure_timestamp=None)
    assert client.post("/desk/totp/", {"code": telephone.code(key)}).status_code == 302


def test_the_address_in_the_picture_is_one_that_authenticators_read():
    staff = directory.Staff(username="fanhongmei")
    parts = urlsplit(directory.totp_uri(staff, KEY, "青禾县板凳"))
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    assert parts.path == "/%E9%9D%92%E7%A6%BE%E5%8E%BF%E6%9D%BF%E5%87%B3%3Afanhongmei"
    assert parse_qs(parts.query) == {"secret": ["GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"], "issuer": ["青禾县板凳"]}


def test_who_has_codes_takes_the_telephone_back_with_one_of_them(client, telephone):
    staff = hire("liqiang", "receptionist", key=KEY)
    sign_in(client, "liqiang")
    client.post("/desk/totp/", {"code": telephone.code()})
    assert client.get("/desk/totp/drop/").status_code == 200
    assert client.post("/desk/totp/drop/", {"code": telephone.code()}).status_code == 422  # used at sign-in
    telephone.wind(60)
    TOTPDevice.objects.update(throttling_failure_timestamp=None)
    assert client.post("/desk/totp/drop/", {"code": telephone.code()}).url == "/desk/account/"
    assert not TOTPDevice.objects.exists()
    assert kinds_of(staff)[-1] == "staff.totp_dropped"
    assert client.get("/desk/account/").status_code == 200


def test_the_security_administrator_resets_codes_of_others_alone(client, telephone):
    admin = hire("zhouqi", "security_admin", key=KEY)
    lost = hire("fanhongmei", "approver", key=b"another secret here!", name="范红梅")
    sign_in(client, "zhouqi")
    client.post("/desk/totp/", {"code": telephone.code()})
    page = client.post("/desk/staff/", {"q": "fan"})
    assert [person.username for person in page.context["people"]] == ["fanhongmei"]
    assert client.post("/desk/staff/totp-reset/", {"username": "fanhongmei"}).url == "/desk/staff/"
    assert directory.totp_device(lost) is None
    assert kinds_of(lost)[-1] == "staff.totp_reset"
    client.post("/desk/staff/totp-reset/", {"username": "zhouqi"})
    assert directory.totp_device(admin) is not None
    assert client.post("/desk/staff/totp-reset/", {"username": "nobody"}).status_code == 404


def test_the_security_administrator_sets_a_first_password_that_is_shown_once(client, telephone):
    hire("zhouqi", "security_admin", key=KEY)
    lost = hire("liqiang", "receptionist", name="李强")
    for _n in range(5):
        sign_in(client, "liqiang", "forgotten")
    sign_in(client, "zhouqi")
    client.post("/desk/totp/", {"code": telephone.code()})
    page = client.post("/desk/staff/password-reset/", {"username": "liqiang"})
    password = page.context["password"]
    assert password in page.text and "no-store" in page["Cache-Control"]
    assert password not in str([act.payload for act in acts.history("staff", lost.pk)])
    client.post("/desk/sign-out/")
    assert sign_in(client, "liqiang", password).status_code == 302
    assert client.get("/desk/").url == "/desk/account/password/"


@pytest.mark.parametrize("role", ["receptionist", "dispatcher", "handler", "leader", "supervisor", "auditor"])
def test_nobody_else_reaches_the_list_of_staff(client, role):
    hire("wangmin", role)
    sign_in(client, "wangmin")
    assert client.get("/desk/staff/").status_code == 403
    assert client.post("/desk/staff/totp-reset/", {"username": "wangmin"}).status_code == 403


def test_codes_are_set_up_once_and_by_the_person_alone(telephone):
    staff, other = hire("liqiang", "receptionist", key=KEY), hire("wangmin", "handler")
    by, now = acts.Actor(staff.actor_key), clock.now()
    with pytest.raises(directory.CannotChangeTotp):
        directory.enrol_totp(staff, KEY, telephone.code(), by=by, now=now)
    with pytest.raises(directory.CannotChangeTotp):
        directory.enrol_totp(other, KEY, telephone.code(), by=by, now=now)
    with pytest.raises(directory.NotPermitted):
        directory.reset_totp(other, by=by, now=now)
