"""A typed place or topic is understood where nothing else can be meant, and asked about otherwise; the catalogue."""

from datetime import date

import polib
import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from tests.speak.reception_people import NOW

from bandeng.ground.directory import api as directory
from bandeng.speak.reception import pickers


@pytest.fixture
def namesakes(world):
    """Put a second 柳树村 into the other township, and initials on both."""
    directory.Area.objects.filter(code="liushu").update(pinyin="lsc")
    directory.Area.objects.create(
        code="liushu2",
        parent=world.areas["shiqiao"],
        path=f"{world.areas['shiqiao'].path}liushu2/",
        kind="village",
        label_zh="柳树村",
        pinyin="lsc",
        valid_from=date(2020, 1, 1),
    )
    directory.forget()
    return world


def place(text, home=None):
    found = pickers.find_area(text, home=home, now=NOW)
    return found.code if found else None


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", None),
        ("  ", None),
        ("柳树村", "liushu"),
        ("柳树", "liushu"),
        ("河西镇 柳树村", "liushu"),
        ("水磨", "shuimo"),
    ],
)
def test_a_name_or_part_of_it(world, typed, code):
    assert place(typed) == code


def test_a_namesake_is_asked_about_unless_one_is_of_the_own_area(namesakes):
    with pytest.raises(ValidationError, match="河西镇 柳树村、石桥乡 柳树村"):
        place("柳树村")
    assert place("柳树村", namesakes.areas["hexi"]) == "liushu"
    assert place("LSC", namesakes.areas["shiqiao"]) == "liushu2"
    assert place("石桥乡 柳树村", namesakes.areas["hexi"]) == "liushu2"


def test_a_village_that_no_longer_exists_is_not_offered(world):
    directory.Area.objects.filter(code="liushu").update(valid_to=date(2026, 1, 1))
    directory.forget()
    assert "liushu" not in [a.code for a in pickers.areas_for(None, NOW)]
    with pytest.raises(ValidationError, match="没有找到"):
        place("柳树村")


def test_the_offices_own_villages_come_first(world):
    rows = pickers.areas_for(world.areas["shiqiao"], NOW)
    assert [a.code for a in rows][:2] == ["shiqiao", "shuimo"]


def test_topics_are_found_alike(world):
    assert pickers.find_topic("低保") == world.topics["09.01.01"]
    with pytest.raises(ValidationError, match="没有找到"):
        pickers.find_topic("<script>")


def test_every_string_has_its_chinese():
    catalogue = settings.PACKAGE / "speak/reception/locale/zh_Hans/LC_MESSAGES/django.po"
    assert [e.msgid for e in polib.pofile(str(catalogue)) if e.fuzzy or not e.translated()] == []
