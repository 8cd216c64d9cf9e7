"""`bandeng createuser`: what it makes, what it hands over, what it refuses."""

import argparse
import json

import pytest
from django.test import Client
from tests.faces.desk_people import kinds_of, sign_in

from bandeng.config.cli import createuser
from bandeng.ground.directory import api as directory

LI = ["--username", "liqiang", "--name", "李强", "--office", "hexi-centre-2"]


@pytest.fixture
def county(db):
    area = directory.Area.objects.create(
        code="qinghe", path="/qinghe/", kind="county", label_zh="青禾县", valid_from="2020-01-01"
    )
    return directory.Office.objects.create(code="hexi-centre-2", area=area, kind="reception", label_zh="河西中心")


def run(*flags):
    parser = argparse.ArgumentParser()
    createuser.add_arguments(parser)
    return createuser.run(parser.parse_args([*flags]))


def test_a_person_with_a_role_gets_a_password_for_one_sign_in(county, capsys):
    assert run(*LI, "--role", "receptionist", "--json") == 0
    made = json.loads(capsys.readouterr().out)
    assert made.keys() == {"username", "name", "role", "office", "password"}
    li = directory.Staff.objects.get(username="liqiang")
    assert li.is_password_temporary and li.check_password(made["password"])
    assert kinds_of(li) == ["staff.added", "staff.posted"]
    client = Client()
    assert sign_in(client, "liqiang", made["password"]).url == "/desk/"
    assert client.get("/desk/").url == "/desk/account/password/"


def test_a_role_with_codes_gets_its_secret_once(county, capsys):
    assert run(*LI, "--role", "security_admin") == 0
    told = capsys.readouterr().out
    li = directory.Staff.objects.get(username="liqiang")
    secret = directory.spoken_key(bytes.fromhex(directory.totp_device(li).key))
    assert secret in told and "otpauth://totp/" in told
    assert kinds_of(li) == ["staff.added", "staff.posted", "staff.totp_set_up"]


def test_a_password_that_was_given_is_not_printed(county, capsys):
    assert run(*LI, "--role", "handler", "--password", "a-bench-by-the-door") == 0
    assert "a-bench-by-the-door" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("flags", "code"),
    [
        (["--role", "king"], 1),
        (["--role", "handler", "--office", "nowhere"], 1),
        (["--role", "handler", "--password", "short"], 1),
        (["--role", "handler", "--username", "Li Qiang"], 1),
        ([], 2),
    ],
)
def test_what_cannot_be_done_is_refused_and_leaves_nobody(county, capsys, flags, code):
    assert run(*LI, *flags) == code
    assert capsys.readouterr().err.startswith("bandeng: ")
    assert not directory.Staff.objects.exists()
    assert run(*LI, *flags, "--json") == code
    assert json.loads(capsys.readouterr().out)["error"]


def test_a_user_name_is_given_once(county, capsys):
    assert run(*LI, "--role", "handler") == 0
    assert run(*LI, "--role", "handler") == 1
