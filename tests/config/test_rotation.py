"""New keys under load: nothing is unreadable at any moment, a kill in the middle costs nothing, old keys go last."""

import json
import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from tests.commits import in_threads
from tests.config.backup_site import Site, url_of
from tests.world import MONDAY, ZHANG, build

from bandeng.config import rotation
from bandeng.ground.acts import api as acts
from bandeng.ground.core import api as core
from bandeng.ground.core.keys import Keyring
from bandeng.ground.residents import api as residents
from bandeng.speak.casework import api as cases

KILLED = """
import os, signal
from django.db import transaction
from bandeng.config import rotation
from bandeng.ground.core import clock
real, calls = rotation.PURPOSES["words"].step, []
def step(number, *, limit):
    calls.append(1)
    if len(calls) < 3:
        return real(number, limit=7)
    with transaction.atomic():
        real(number, limit=7)
        os.kill(os.getpid(), signal.SIGKILL)
rotation.PURPOSES["words"] = rotation.Purpose(rotation.PURPOSES["words"].count, step)
rotation.rotate("words", now=clock.now())
"""


@pytest.fixture
def keyring(tmp_path, monkeypatch):
    made = Keyring(tmp_path / "keys")
    made.make_all()
    monkeypatch.setattr(settings, "KEYRING", made)
    return made


@pytest.fixture
def county(committed_database, keyring):
    return build()


def registered(county, n):
    items = [county.registration(words=f"第{i}件事", identity=ZHANG) for i in range(n)]
    return [done.case.pk for done in cases.register_many(items, by=county.hand("liqiang"), now=MONDAY)]


def all_open(keys) -> bool:
    rows = cases.Case.objects.select_related("seal_key").filter(pk__in=keys)
    phones = {residents.address_for_sending(case.resident_id).phone for case in rows}
    return len(rows) == len(keys) and all("件事" in case.statement() for case in rows) and phones == {ZHANG.phone}


@pytest.mark.parametrize("purpose", ["words", "identity"])
def test_everything_opens_while_a_key_is_replaced_under_registrations(county, keyring, purpose):
    made = registered(county, 250)
    is_over = threading.Event()

    def register():
        while not is_over.is_set() and len(made) < 2000:
            made.extend(registered(county, 3))

    def rotate():
        try:
            return rotation.rotate(purpose, now=MONDAY)
        finally:
            is_over.set()

    def read():
        while not is_over.is_set():
            assert all_open(made[:20])

    _none, done, _read = in_threads(register, rotate, read)
    assert (done.number, done.is_new) == (2, True) and done.done >= 250
    # A process that has not noticed yet sealed with the former key: the same command goes on, and makes no third one.
    keyring._currents[purpose] = (float("inf"), 1)
    made += registered(county, 5)
    keyring._currents.clear()
    again = rotation.rotate(purpose, now=MONDAY)
    assert (again.number, again.is_new, again.left) == (2, False, 0) and again.done >= 5
    assert all_open(made) and keyring.current(purpose) == 2
    kinds = acts.Act.objects.filter(kind="key.rotated")
    assert [(a.actor_key, a.payload["key"]) for a in kinds] == [("system:keys", f"{purpose}-2.key")]


def test_limit_says_how_many_are_left(county, keyring):
    registered(county, 30)
    first = rotation.rotate("words", now=MONDAY, limit=12)
    assert (first.done, first.left) == (12, 18)
    assert rotation.rotate("words", now=MONDAY, limit=100) == rotation.Rotated(2, False, 18, 0)


def test_killed_in_the_middle_it_goes_on_when_called_again(county, keyring, tmp_path):
    made = registered(county, 40)
    name = connection.settings_dict["NAME"]
    database = url_of(name) if connection.vendor == "postgresql" else f"sqlite:///{name}"
    site = Site(tmp_path / "home", keyring.directory, database)
    preamble = "import django; django.setup()"
    killed = subprocess.run(
        [sys.executable, "-c", preamble + KILLED], env=site.environment, capture_output=True, timeout=120, check=False
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    assert core.wrapped_under() == {1: 26, 2: 14} and all_open(made)
    done = site.bandeng("rotate-key", "words", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["is_new"], told["done"], told["left"]) == (False, 26, 0)
    assert all_open(made) and acts.Act.objects.filter(kind="key.rotated").count() == 1


def test_an_erased_key_stays_erased(county, keyring):
    (made,) = registered(county, 1)
    key = cases.Case.objects.get(pk=made).seal_key_id
    core.erase_keys([key], now=MONDAY)
    done = rotation.rotate("words", now=MONDAY)
    row = core.SealKey.objects.get(pk=key)
    assert (done.done, done.left, row.wrapped) == (0, 0, None)


def test_an_old_key_goes_when_nothing_names_it_and_nobody_seals_with_it(county, keyring):
    made = registered(county, 3)
    now = MONDAY + timedelta(days=1)
    new = keyring.directory / "words-2.key"
    rotation.rotate("words", now=MONDAY, limit=2)
    os.utime(new, (MONDAY.timestamp(), MONDAY.timestamp()))
    assert rotation.prune(now=now) == []
    rotation.rotate("words", now=MONDAY)
    assert rotation.prune(now=MONDAY + timedelta(minutes=9)) == []
    assert rotation.prune(now=now) == ["words-1.key"]
    assert not (keyring.directory / "words-1.key").exists() and rotation.prune(now=now) == []
    assert all_open(made)


def test_a_running_process_takes_up_a_new_key_by_itself(keyring, monkeypatch):
    from bandeng.ground.core import keys

    seconds = [1000.0]
    monkeypatch.setattr(keys.time, "monotonic", lambda: seconds[0])
    other = Keyring(keyring.directory)
    assert other.current("words") == 1
    assert keyring.make_next("words") == 2 and keyring.current("words") == 2
    assert other.current("words") == 1
    seconds[0] += 31
    assert other.current("words") == 2
