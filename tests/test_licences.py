"""Nothing runs in a county that would oblige it to publish its changes, and no licence is guessed."""

from email.message import Message

import pytest
from tools import licences


def data(**fields) -> Message:
    message = Message()
    for name, value in fields.items():
        message[name.replace("_", "-")] = value
    return message


@pytest.mark.parametrize(
    ("expression", "is_accepted"),
    [
        ("MIT", True),
        ("Apache-2.0 OR BSD-3-Clause", True),
        ("GPL-2.0-only OR MIT", True),
        ("MPL-2.0 AND MIT", True),
        ("(MIT OR Apache-2.0) AND GPL-3.0-only", False),
        ("MIT AND GPL-3.0-or-later", False),
        ("(MIT AND GPL-3.0-only) OR (MIT AND Apache-2.0)", True),
        ("AGPL-3.0-only", False),
        ("GNU General Public License v3 (GPLv3)", False),
        ("GPL", False),
        ("", False),
        ("Proprietary", False),
    ],
)
def test_only_licences_agreed_to_pass(expression, is_accepted):
    assert licences.is_accepted(expression) is is_accepted


def test_a_licence_is_read_where_it_is_stated():
    assert licences.licence(data(License_Expression="MIT", License="other")) == "MIT"
    assert licences.licence(data(License="x" * 500, Classifier="License :: OSI Approved :: BSD License")) == "BSD"
    assert "GPLv3" in licences.licence(
        data(Classifier="License :: OSI Approved :: GNU General Public License v3 (GPLv3)")
    )
    assert licences.licence(data(Name="x")) == ""


def test_everything_locked_for_running_is_in_the_list():
    names = [row[0] for row in licences.python_rows()]
    text = (licences.ROOT / "requirements" / "run.txt").read_text()
    lines = [line for line in text.splitlines() if "==" in line and "win32" not in line]
    assert names == sorted({line.split("==")[0] for line in lines}) and len(names) > 25
    assert [row[0] for row in licences.page_rows()] == ["htmx.org"]


def test_one_wrong_licence_fails_the_check(monkeypatch, capsys):
    monkeypatch.setattr(licences, "licence", lambda _: "AGPL-3.0-only")
    assert licences.main(["check"]) == 1
    assert "django: AGPL-3.0-only" in capsys.readouterr().out
