"""What the harness reads from a database: one thing taken away behind its back and it says so."""

import io

import pytest
from django.db import connection
from tests.world import MONDAY
from torture.clients import picture
from torture.judging import Promise, losses

from bandeng.ground.files import api as files
from bandeng.ground.files import vault
from bandeng.speak.casework import api as cases
from torture import facts

CASE, PHOTO = "记号r000001号", "记号r000002号"


@pytest.fixture
def told(world, settings, tmp_path):
    """Give the promises of a case with a photo and an act, all of them kept."""
    settings.FILES_DIR = tmp_path
    case = world.registered(words=f"水管坏了，{CASE}。")
    me = cases.hand.resident(case.pk)
    cases.attach(case.pk, io.BytesIO(picture(PHOTO)), f"{PHOTO}.png", by=me, now=MONDAY)
    files.clean_pending(now=MONDAY)
    promises = [("case", CASE), ("file", PHOTO), ("act", "case.registered")]
    return [Promise(kind, mark, case.code) for kind, mark in promises]


def test_what_is_there_is_found(told):
    assert losses(told, told, facts.read()) == losses(told, told, facts.read({told[0].code})) == []


def test_a_photo_whose_bytes_are_gone_is_a_fault(told):
    vault.locate(files.StoredFile.objects.get().path).unlink()
    assert "does not open: FileNotFoundError" in losses(told, told, facts.read())[0]


def test_a_photo_that_shows_something_else_is_a_fault(told, monkeypatch):
    monkeypatch.setattr(facts, "colour_of", lambda mark: (1, 2, 3))
    assert "shows another picture" in losses(told, told, facts.read())[0]


def test_an_attachment_taken_away_is_a_loss(told):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM casework_attachment")
    assert losses(told, told, facts.read()) == [f"lost: file {PHOTO} of {told[0].code}, which was acknowledged"]


def test_a_case_whose_clock_was_taken_away_is_a_fault(told):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE clocks_clock SET stopped_at = due_legal, stop_reason = 'met'")
    assert "without owner or clock" in losses(told, told, facts.read())[0]
