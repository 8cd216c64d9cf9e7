"""Every field of every table says what it holds and what for, against a list written by hand."""

import re
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from bandeng.ground.core import api as core

EXPECTED = tomllib.loads((Path(__file__).parent / "expectations" / "fields.toml").read_text())
CLASSES = {"open", "masked", "words", "identity"}
LONGEST_CODE = 60  # a CharField up to here is a code, a key or a short name; a longer one says why it is open

# What would be a label, a score or a forecast of a person, or a target of fewer voices. Whole words of a field's name.
LABELS = (
    "emotion|mood|sentiment|temper|attitude|stance|score|scores|points|credit|rank|ranking|rating|grade|"
    "level|risk|danger|dangerous|trust|trusted|blacklist|blacklisted|whitelist|watch|watched|watchlist|"
    "flag|flagged|tag|tags|label|labels|profile|nuisance|vexatious|difficult|troublemaker|repeat|"
    "repeater|repeated|frequent|key_person|sensitive|sensitivity|stability|persuaded|pledge|personality|"
    "severity|suspicion|suspicious|priority|credibility|behaviour|tone|probability|likelihood|forecast|"
    "predicted|target|checkin|location|latitude|longitude|gps"
)


QUESTIONS = ("is_", "has_", "can_", "was_", "needs_")


def fields():
    for config in apps.get_app_configs():
        if config.name.startswith("bandeng."):
            for model in config.get_models(include_auto_created=True):
                for field in model._meta.get_fields(include_hidden=True):
                    if not field.auto_created or field.concrete:
                        yield f"{model._meta.label}.{field.name}", field


FIELDS = dict(fields())
LISTED = {
    f"{app}.{model}.{name}": line
    for app, tables in EXPECTED.items()
    for model, lines in tables.items()
    if isinstance(lines, dict)
    for name, line in lines.items()
}


def test_every_field_is_listed_and_nothing_is_listed_that_is_not_there():
    assert sorted(FIELDS.keys() - LISTED.keys()) == [], "give each a class and a purpose in tests/expectations"
    assert sorted(LISTED.keys() - FIELDS.keys()) == [], "these are gone"


@pytest.mark.parametrize("name", sorted(FIELDS))
def test_a_field_has_the_class_that_is_listed(name):
    assert name in LISTED
    data_class, purpose = LISTED[name]
    assert data_class in CLASSES and len(purpose) >= 3
    assert core.data_class(FIELDS[name]) == data_class


def test_who_somebody_is_stands_in_residents_alone():
    identity = {name for name, field in FIELDS.items() if core.data_class(field) == "identity"}
    assert identity and all(name.startswith("residents.") for name in identity)


def is_long(field) -> bool:
    """Tell whether a field could hold words that somebody typed."""
    if isinstance(field, core.MaskedField) or getattr(field, "choices", None):
        return False
    if isinstance(field, models.TextField | models.JSONField):
        return True
    return isinstance(field, models.CharField) and (field.max_length or 10**6) > LONGEST_CODE


def test_no_words_stand_open():
    long = {name for name, field in FIELDS.items() if is_long(field)}
    assert long == EXPECTED["open_text"].keys()
    too_long = [name for name in long if isinstance(FIELDS[name], models.CharField) and FIELDS[name].max_length > 300]
    assert too_long == []


def test_open_bytes_are_keys_and_hashes():
    raw = {n for n, f in FIELDS.items() if isinstance(f, models.BinaryField) and core.data_class(f) == "open"}
    assert raw == EXPECTED["open_bytes"].keys()


def test_no_field_labels_scores_or_forecasts_a_person():
    pattern = re.compile(rf"(^|_)({LABELS})(_|$)")
    found = {name for name in FIELDS if pattern.search(re.sub(r"label_(zh|en)$", "", name.rsplit(".", 1)[1]))}
    assert found == EXPECTED["not_about_a_person"].keys()


def test_nothing_is_counted_about_a_person():
    counted = {
        name: field
        for name, field in FIELDS.items()
        if name.startswith(("residents.Resident.", "directory.Staff."))
        and isinstance(field, models.IntegerField | models.FloatField | models.DecimalField | models.JSONField)
    }
    assert counted.keys() == {"residents.Resident.sealed_with"}


def test_few_rows_point_to_a_person():
    for person, expected in EXPECTED["points_to"].items():
        found = {n for n, f in FIELDS.items() if f.related_model and f.related_model._meta.label == person}
        assert found == set(expected), person


def test_every_moment_names_who_or_says_why_nobody():
    moments = {name for name, field in FIELDS.items() if isinstance(field, models.DateTimeField)}
    alone = {name for name in moments if not (name.endswith("_at") and f"{name[:-3]}_by" in FIELDS)}
    ends = {name for name in alone if re.search(r"_(until|from|to|after|date|strict|legal)$", name)}
    assert alone - ends == EXPECTED["nobody"].keys()
    for name in FIELDS:
        if name.endswith("_at"):
            assert isinstance(FIELDS[name], models.DateTimeField), name
        if name.endswith("_on"):
            assert isinstance(FIELDS[name], models.DateField) and not isinstance(FIELDS[name], models.DateTimeField)
        if name.rsplit(".", 1)[1].startswith(QUESTIONS) and name not in EXPECTED["more_than_yes_and_no"]:
            assert isinstance(FIELDS[name], models.BooleanField), name


def test_booleans_are_named_as_questions():
    for name, field in FIELDS.items():
        if isinstance(field, models.BooleanField):
            assert name.rsplit(".", 1)[1].startswith(QUESTIONS), name
