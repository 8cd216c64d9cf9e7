"""What the harness reads from a database: one thing taken away behind its back and it says so."""

import io

import pytest
from django.db import connection
from tests.world import MONDAY
from torture.clients import picture
from torture.judging import Promise, losses

from bandeng.engines.similarity import dispatch
from bandeng.ground.files import api as files
from bandeng.ground.files import vault
from bandeng.speak.casework import api as cases
from bandeng.speak.matters import api as matters
from bandeng.speak.suggestions import api as suggestions
from bandeng.speak.suggestions.models import LearnedModel
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


def test_a_note_is_counted_for_each_case_of_its_matter_and_missed_when_it_is_gone(told, world):
    other, by, note = world.registered(), world.hand("chenfang"), "记号t000009号"
    key = cases.Case.objects.get(code=told[0].code).pk
    for case in (key, other.pk):
        cases.dispatch(case, to=world.office("civil-affairs"), by=by, now=MONDAY)
    matter = matters.make([key, other.pk], title="水管", by=by, now=MONDAY)
    cases.accept(key, by=world.hand("liuyang"), now=MONDAY)
    matters.write_text(matter.pk, "note", f"看过，{note}。", seen=0, by=world.hand("liuyang"), now=MONDAY)
    promises = [Promise("note", note, told[0].code), Promise("act", "matter.case_joined", told[0].code)]
    assert losses(promises, promises, facts.read()) == []
    matters.MatterText.objects.all().delete()
    assert losses(promises, promises, facts.read()) == [f"lost: note {note} of {told[0].code}, which was acknowledged"]


def test_a_torn_model_does_not_count_as_kept(world):
    suggestions.learn("topic", now=MONDAY)
    assert [subject for subject, _number in facts.learned()] == ["topic"]
    LearnedModel.objects.update(content=b"PK\x03\x04 cut short")
    with pytest.raises(dispatch.UnreadableModel):
        facts.learned()
