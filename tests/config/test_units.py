"""deploy/*.service: read without complaint by systemd, and closed as far as it can tell."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tools import try_units, try_units_site

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))
MOST_EXPOSED = 20  # tenths, of systemd's ten; a unit without any of this has about 96
pytestmark = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")


def analyze(*words) -> subprocess.CompletedProcess:
    return subprocess.run(["systemd-analyze", *words], capture_output=True, text=True, check=False)


@pytest.fixture
def unit(request, tmp_path):
    """The shipped unit with a command that is on this machine."""
    text = request.param.read_text()
    assert "ExecStart=/srv/bandeng/app/.venv/bin/bandeng " in text
    copy = tmp_path / request.param.name
    copy.write_text(text.replace("/srv/bandeng/app/.venv/bin/bandeng", "/bin/true"))
    return copy


def test_there_is_one_for_the_pages_and_one_for_the_work():
    assert [unit.stem for unit in UNITS] == ["bandeng-web", "bandeng-worker"]


@pytest.mark.parametrize("unit", UNITS, indirect=True, ids=lambda path: path.stem)
def test_systemd_understands_every_line(unit):
    done = analyze("verify", str(unit))
    ours = [line for line in done.stderr.splitlines() if unit.stem in line and "bandeng-worker.service not" not in line]
    assert (done.returncode, ours) == (0, [])


@pytest.mark.parametrize("unit", UNITS, indirect=True, ids=lambda path: path.stem)
def test_a_unit_is_closed(unit):
    done = analyze("security", "--offline=true", f"--threshold={MOST_EXPOSED}", "--no-pager", str(unit))
    assert done.returncode == 0, done.stdout.splitlines()[-1]


def test_both_are_closed_alike():
    """What one lacks of the other is named: commands, memory, network."""
    lines = [{line for line in unit.read_text().splitlines() if "=" in line and line[0] != "#"} for unit in UNITS]
    names = {line.partition("=")[0] for line in lines[0] ^ lines[1]}
    assert names == {
        "Description", "Wants", "ExecStart", "TimeoutStopSec", "RuntimeDirectory", "RuntimeDirectoryMode", "MemoryHigh",
        "MemoryMax", "IPAddressDeny", "IPAddressAllow",
    }  # fmt: skip


def test_where_the_units_cannot_be_tried_it_says_why(monkeypatch, capsys):
    """`make try-units` itself takes minutes and root; what it lacks it names at once."""
    monkeypatch.setattr(os, "getuid", lambda: 1000)
    monkeypatch.setattr(sys, "argv", ["try_units.py"])
    assert try_units.main() == 3
    assert capsys.readouterr().out.startswith("The units cannot be tried here. It takes root")


def test_what_is_read_otherwise_for_the_trial_stands_in_the_page():
    """A changed line of the page would be run as it stands, or not at all."""
    page, first = try_units.PAGE.read_text(), try_units.commands("1.")
    assert all(theirs in first for theirs, _ours in try_units.FOR_HERE)
    assert all(theirs in page for theirs, _ours in try_units_site.FOR_HERE)
    assert "systemctl enable --now bandeng-web bandeng-worker" in try_units.commands("3.")
