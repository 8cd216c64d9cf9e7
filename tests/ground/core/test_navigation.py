"""The registry of ways in."""

import pytest
from django.test import override_settings
from django.urls import path

from bandeng.ground.core import navigation

urlpatterns = [path("a/", lambda request: None, name="a"), path("b/", lambda request: None, name="b")]


@pytest.fixture(autouse=True)
def _empty_registry(monkeypatch):
    monkeypatch.setattr(navigation, "_entries", {})
    with override_settings(ROOT_URLCONF=__name__):
        yield


def names(**more) -> list[str]:
    return [link.url_name for link in navigation.links("desk.menu", **more)]


def test_links_stand_in_order_and_doors_to_nowhere_are_left_out():
    navigation.add(place="desk.menu", label="B", url_name="b", order=20)
    navigation.add(place="desk.menu", label="A", url_name="a", order=10, hint="first", key="g a")
    navigation.add(place="desk.menu", label="Not built", url_name="missing", order=5)
    navigation.add(place="portal.home", label="Elsewhere", url_name="a")
    assert names() == ["a", "b"]
    assert navigation.links("desk.menu")[0] == navigation.Link("A", "/a/", "a", "first", "g a")


def test_a_permission_is_asked_for_and_nobody_has_one_by_default():
    navigation.add(place="desk.menu", label="A", url_name="a", permission="case.view")
    assert names() == []
    assert names(allowed=lambda permission: permission == "case.view") == ["a"]
    assert names(allowed=lambda permission: False) == []


def test_adding_again_replaces():
    navigation.add(place="desk.menu", label="A", url_name="a")
    navigation.add(place="desk.menu", label="A anew", url_name="a")
    assert [link.label for link in navigation.links("desk.menu")] == ["A anew"]


def test_a_place_nobody_draws_is_refused():
    with pytest.raises(navigation.NoSuchPlace, match="portal.home"):
        navigation.add(place="sidebar", label="A", url_name="a")
