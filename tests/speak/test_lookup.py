"""Finding matters: who finds what, as people type it, whatever happened to the index."""

import pytest
from tests.speak.lookup_index import fed

from bandeng.speak.lookup import api as lookup


def codes(world, who: str, words: str, **more) -> list[str]:
    answer = lookup.find(world.permissions(who), lookup.Asked(words, **more))
    return [found.case.code for found in answer.found]


def test_what_was_registered_is_found_by_its_words(world):
    case = world.registered(words="西湖村停水三天,井里也没水了")
    other = world.registered(words="路灯坏了没人修")
    fed()
    assert codes(world, "liqiang", "停水") == [case.code]
    assert codes(world, "liqiang", "路灯") == [other.code]
    assert codes(world, "wangmin", "停水") == []


@pytest.mark.django_db
def test_the_page_shows_what_was_found(world, sign_in):
    case = world.registered(words="西湖村停水三天,井里也没水了")
    fed()
    page = sign_in("liqiang").post("/desk/search/", {"q": "停水"})
    assert page.status_code == 200 and f"/desk/cases/{case.code}/" in page.text and "<mark>停水</mark>" in page.text
