"""The two shells without a browser: choices, errors, what is shown to whom."""

import errno
import re
import sqlite3
from pathlib import Path

import pytest
from django.conf import settings as project
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.test import Client, RequestFactory
from django.urls import reverse

from bandeng.faces.portal import errors

TEMPLATES = sorted((project.PACKAGE).rglob("templates/**/*.html"))


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


def test_the_first_page_stands_without_database_and_sets_no_cookie(client):
    response = client.get("/")
    assert response.status_code == 200
    assert not response.cookies
    assert project.PUBLIC_PHONE in response.text


@pytest.mark.parametrize(("to", "lands"), [("/debug/look/", "/debug/look/"), ("https://elsewhere.example/", "/")])
def test_large_text_is_kept_in_a_cookie_and_never_leads_elsewhere(client, to, lands):
    response = client.post("/text-size/", {"size": "large", "next": to})
    assert response.url == lands
    assert 'data-text="large"' in client.get("/").text
    client.post("/text-size/", {"size": "usual", "next": to})
    assert 'data-text="large"' not in client.get("/").text


def test_pages_of_components_exist_while_developing_only(client, settings):
    assert client.get("/debug/look/").status_code == 404
    assert client.get("/debug/look/desk/").status_code == 404
    settings.DEBUG = True
    assert client.get("/debug/look/").status_code == 200


def test_fiction_is_marked_as_such(client, settings):
    assert "ribbon" not in client.get("/").text
    settings.DEMO = True
    assert "全是编的" in client.get("/").text
    assert "全是编的" in client.get("/desk/keys/").text


def test_an_unknown_address_says_what_to_do(client):
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert "回执上的号码" in response.text
    assert project.PUBLIC_PHONE in response.text


def test_an_address_for_forms_says_so_to_who_opens_it(client):
    response = client.get(reverse("text-size"))
    assert response.status_code == 405
    assert response["Allow"] == "POST"
    assert "填表的那一页" in response.text
    assert "script-src" in response["Content-Security-Policy"]  # a page of ours, not an empty answer


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (errors.bad_request, 400), (errors.denied, 403), (errors.not_found, 404), (errors.csrf_failure, 403),
        (lambda request, _error: errors.takes_a_form(request), 405),
    ],
)  # fmt: skip
def test_error_pages_name_the_next_step(answer, status):
    response = answer(RequestFactory().get("/x/"), PermissionDenied())
    assert response.status_code == status
    assert "窗口" in response.text


def test_the_last_resort_needs_neither_request_nor_database():
    response = errors.server_error(None)
    assert response.status_code == 500
    assert project.PUBLIC_PHONE in response.text
    assert "look/tokens.css" in response.text


def answer_to(error: Exception):
    try:
        raise error
    except Exception:
        return errors.server_error(None)


def sqlite_error(code: int) -> OperationalError:
    error = OperationalError()
    error.__cause__ = sqlite3.OperationalError()
    error.__cause__.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OSError(errno.ENOSPC, "full"), 503),
        (sqlite_error(sqlite3.SQLITE_FULL), 503),
        (sqlite_error(sqlite3.SQLITE_IOERR_WRITE), 503),
        (sqlite_error(sqlite3.SQLITE_ERROR), 500),  # "no such table": ours to mend, not to be waited for
        (OperationalError("server closed the connection unexpectedly"), 503),
        (InterfaceError("connection already closed"), 503),
        (OSError(errno.EPERM, "no"), 500),
        (ValueError(), 500),
    ],
)
def test_what_passes_by_itself_is_told_from_what_does_not(error, status):
    response = answer_to(error)
    assert response.status_code == status and project.PUBLIC_PHONE in response.text
    assert ("再交一次" in response.text) == ("Retry-After" in response) == (status == 503)


def test_a_form_from_another_site_is_told_what_to_do():
    response = Client(enforce_csrf_checks=True).post("/debug/look/", {})
    assert response.status_code == 403
    assert "放得太久" in response.text


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_template_breaks_the_policy(path: Path):
    """Inline style and script are refused by the browser; they would fail silently there, so loudly here."""
    text = path.read_text()
    assert not re.search(r"<[a-z][^>]*\sstyle=", text)
    assert not re.search(r"<style|<script(?![^>]*\bsrc=)|\son[a-z]+=\"|javascript:", text)


@pytest.mark.django_db
def test_the_desks_menu_is_drawn_for_those_signed_in_alone(client, world):
    from bandeng.ground.core import navigation

    menu = navigation.links("desk.menu")
    assert menu, "no app put an entry without permission into the menu"
    assert str(menu[0].label) not in client.get("/desk/keys/").text
    client.force_login(world.staff["liqiang"], backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/desk/keys/").text
    assert str(menu[0].label) in page
    assert "河西镇党群服务中心" in page
    assert "李强" in page


def test_no_two_entries_of_the_desks_menu_share_a_key():
    """Who takes in and reads notices pressed g n and always got the one that stood first."""
    from bandeng.ground.core import navigation

    keys = [link.key for link in navigation.links("desk.menu", allowed=lambda _permission: True) if link.key]
    assert len(keys) > 5 and sorted(keys) == sorted(set(keys))
