"""Is it there, can it work, how does it do: `/healthz`, `/readyz`, `/metrics`, the number and line of each request."""

import json
import logging
import shutil
import tomllib
from pathlib import Path

import pytest
from django.db import OperationalError, connection
from django.test import Client, RequestFactory
from django.urls import reverse
from prometheus_client.parser import text_string_to_metric_families
from tests.speak.test_casework_loop import HOUR, replied
from tests.world import MONDAY

from bandeng.config import worker
from bandeng.config.operation import gauges, inside, readiness, requests
from bandeng.ground.acts import api as acts
from bandeng.ground.core import api as core
from bandeng.ground.core import clock
from bandeng.ground.core import logging as core_logging
from bandeng.ground.ledger import api as ledger

TABLE = tomllib.loads((Path(__file__).parents[1] / "expectations" / "metrics.toml").read_text())
NOW = MONDAY + 6 * HOUR
WORDS = "张桂兰说路灯坏了"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def counted_anew(monkeypatch):
    gauges.forget()
    monkeypatch.setattr(clock, "now", lambda: NOW)
    yield
    gauges.forget()


def beat(now=NOW):
    core.Lease.objects.claim(worker.HEARTBEAT, "a worker", now=now, seconds=worker.HEARTBEAT_SECONDS)


def scraped() -> dict[tuple, float]:
    """Give (name, labels) → value of a scrape."""
    text = Client().get("/metrics").content.decode()
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def value(found, name, **labels):
    return found[name, tuple(sorted(labels.items()))]


# ---- metrics --------------------------------------------------------------------------------------------------------


def test_every_metric_and_label_has_its_line_and_purpose(world):
    replied(world)
    ledger.sequence(now=NOW)
    beat()
    Client().get("/")
    text = Client().get("/metrics").content.decode()
    found = {
        family.name: sorted({name for sample in family.samples for name in sample.labels} - {"le"})
        for family in text_string_to_metric_families(text)
    }
    # What has no sample just now has no label either.
    found["bandeng_outbox_messages"] = found.get("bandeng_outbox_messages") or ["channel", "state"]
    assert found == {name: sorted(row["labels"]) for name, row in TABLE.items()}
    assert all(row["purpose"] for row in TABLE.values())


def test_metrics_say_how_many_and_how_late_and_never_who_or_what(world):
    case = replied(world)
    waiting = world.registered()
    text = Client().get("/metrics").content.decode()
    found = scraped()
    assert value(found, "bandeng_cases", status="replied", procedure=case.procedure, lateness="none") == 1
    assert value(found, "bandeng_cases", status=waiting.status, procedure=waiting.procedure, lateness="fine") == 1
    for secret in (case.code, case.words_masked[:6], str(case.pk), world.staff["liqiang"].username):
        assert secret and secret not in text


def test_a_case_past_its_date_is_counted_late(world, monkeypatch):
    case = world.registered()
    monkeypatch.setattr(clock, "now", lambda: case.due_at)
    found = scraped()
    assert value(found, "bandeng_cases", status=case.status, procedure=case.procedure, lateness="late") == 1
    assert value(found, "bandeng_sweeper_lag_seconds") >= 0


def test_ages_are_measured_from_what_waits(world, monkeypatch):
    world.registered()
    oldest = min(acts.Act.objects.values_list("at", flat=True))
    monkeypatch.setattr(clock, "now", lambda: oldest + HOUR)
    found = scraped()
    assert value(found, "bandeng_ledger_pending") == acts.Act.objects.count()
    assert value(found, "bandeng_ledger_pending_oldest_seconds") == 3600
    ledger.sequence(now=oldest + HOUR)
    monkeypatch.setattr(clock, "now", lambda: oldest + 3 * HOUR)
    beat(now=oldest + 3 * HOUR - HOUR)
    found = scraped()
    assert value(found, "bandeng_ledger_pending") == value(found, "bandeng_ledger_pending_oldest_seconds") == 0
    assert value(found, "bandeng_ledger_size") == acts.Act.objects.count()
    assert value(found, "bandeng_ledger_head_age_seconds") == 7200
    assert value(found, "bandeng_worker_up") == 0
    assert value(found, "bandeng_worker_heartbeat_age_seconds") == 3600


def test_without_a_database_the_scrape_says_so_and_requests_are_still_counted(monkeypatch):
    def gone(**_):
        raise OperationalError

    monkeypatch.setattr(gauges.casework, "counts", gone)
    found = scraped()
    assert value(found, "bandeng_database_up") == 0
    assert not any(name == "bandeng_cases" for name, _labels in found)


def test_requests_are_counted_by_view_and_class():
    def count(view, status):
        return scraped().get(("bandeng_request_seconds_count", (("status", status), ("view", view))), 0)

    before = count("home", "2xx"), count("none", "4xx")
    Client().get("/")
    Client().get("/张桂兰 13800001234/")
    assert (count("home", "2xx"), count("none", "4xx")) == (before[0] + 1, before[1] + 1)


# ---- who may ask ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("::ffff:127.0.0.1", {}, 200),
        ("10.9.0.5", {}, 200),
        ("10.9.1.5", {}, 404),
        ("unix", {}, 404),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, 404),
        ("127.0.0.1", {"X-Real-Ip": "10.9.0.5"}, 404),
        ("203.0.113.7", {"Authorization": "Bearer 板凳板凳"}, 404),
        ("203.0.113.7", {"Authorization": "Bearer "}, 404),
        ("203.0.113.7", {"Authorization": "Bearer a-long-token"}, 200),
        ("127.0.0.1", {"Authorization": "Bearer a-long-token", "X-Forwarded-For": "203.0.113.7"}, 200),
    ],
)
def test_metrics_open_near_by_or_with_the_token(settings, address, headers, status):
    from bandeng.config import environment

    settings.METRICS_TOKEN = "a-long-token"
    settings.METRICS_FROM = [*map(environment.ip_network, ["10.9.0.0/24"])]
    assert Client(REMOTE_ADDR=address, headers=headers).get("/metrics").status_code == status


def test_without_a_token_no_token_opens(settings):
    settings.METRICS_TOKEN = ""
    request = RequestFactory().get("/metrics", REMOTE_ADDR="203.0.113.7", headers={"Authorization": "Bearer "})
    assert not inside._has_token(request)


def test_an_address_that_is_not_for_you_looks_like_one_that_is_not_there():
    far = Client(REMOTE_ADDR="203.0.113.7")
    hidden, missing = far.get("/metrics"), far.get("/metricz")
    assert hidden.status_code == missing.status_code == 404
    assert hidden.content == missing.content.replace(b"/metricz", b"/metrics")
    assert sorted(hidden.headers) == sorted(missing.headers)


def test_a_probe_needs_no_host_name(settings):
    settings.ALLOWED_HOSTS = ["bandeng.example.gov.cn"]
    client = Client(headers={"Host": "10.0.0.7:8000"})
    assert client.get("/healthz").status_code == 200
    assert client.get("/").status_code == 400


# ---- readiness ------------------------------------------------------------------------------------------------------


def lacks(monkeypatch=None) -> list[str]:
    response = Client().get("/readyz")
    told = json.loads(response.content)
    assert told["is_ready"] is (response.status_code == 200) is (told["not_ready"] == [])
    return told["not_ready"]


@pytest.fixture
def ready(settings):
    settings.KEYRING.make_all()
    beat()
    assert lacks() == []


def test_what_is_not_ready_is_named(ready, settings, monkeypatch, tmp_path):
    beat(now=NOW + 1000 * HOUR)
    with monkeypatch.context() as patch:
        patch.setattr(readiness, "_is_migrated", False)
        patch.setattr(readiness, "unapplied", lambda: ["casework.0002_more"])
        assert lacks() == ["migrations"]
    with monkeypatch.context() as patch:
        usage = shutil.disk_usage(settings.HOME)
        patch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=300 * 1024**2))
        assert lacks() == ["disk"]
    settings.KEYRING = type(settings.KEYRING)(tmp_path)
    assert lacks() == ["keys"]
    assert list(tmp_path.iterdir()) == []  # asking makes none


def test_a_restore_under_way_is_not_ready(ready, settings):
    mark = settings.HOME / "RESTORING"
    mark.touch()
    try:
        assert lacks() == ["restoring"]
    finally:
        mark.unlink()


def test_a_silent_worker_is_not_ready(ready, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW + HOUR)
    assert lacks() == ["worker"]


def test_a_database_that_is_gone_is_named_alone(ready, monkeypatch):
    def gone():
        raise OperationalError("password authentication failed for bandeng")

    monkeypatch.setattr(connection, "cursor", gone)
    response = Client().get("/readyz")
    assert json.loads(response.content) == {"is_ready": False, "not_ready": ["database"]}


def test_health_asks_no_database(monkeypatch, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert Client().get("/healthz").content == b"ok\n"


# ---- a request's number and line ------------------------------------------------------------------------------------


@pytest.fixture
def lines(caplog):
    """Give what the log of a real site would hold, as printed."""
    caplog.set_level(logging.INFO)
    logging.getLogger("bandeng.requests").setLevel(logging.INFO)
    masking, formatter = core_logging.Masking(), core_logging.AsJson()
    printed = []

    class Printing(logging.Handler):
        def emit(self, record):
            masking.filter(record)
            printed.append(formatter.format(record))

    handler = Printing()
    logging.getLogger().addHandler(handler)
    yield printed
    logging.getLogger().removeHandler(handler)
    logging.getLogger("bandeng.requests").setLevel(logging.WARNING)


def test_each_request_has_one_line_with_its_number_and_no_address(lines):
    response = Client().get("/r/ABCD234567/SECRET22?from=SECRET22")
    [line] = [json.loads(each) for each in lines if "bandeng.requests" in each]
    assert line.pop("ms") >= 0 and line.pop("time")
    assert line == {
        "level": "INFO", "logger": "bandeng.requests", "event": "request", "request": response["X-Request-Id"],
        "method": "GET", "view": "receipt-link", "status": 302,
    }  # fmt: skip
    assert "SECRET22" not in "".join(lines) and "ABCD234567" not in "".join(lines)


def test_numbers_are_ours_and_differ():
    client = Client(headers={"X-Request-Id": "chosen-by-me"})
    numbers = {client.get("/healthz")["X-Request-Id"] for _ in range(20)}
    assert len(numbers) == 20 and all(number.isdecimal() and len(number) == 8 for number in numbers)
    assert core_logging.request_number.get() == ""


@pytest.mark.parametrize(
    "visit",
    [
        lambda: Client().get('/\n{"level": "forged"}\u2028'),
        lambda: Client(headers={"Host": 'x\n{"level": "forged"}'}).get("/"),
        lambda: Client(headers={"User-Agent": '\n{"level": "forged"}', "Referer": "\n{forged"}).get("/desk/"),
        lambda: Client().generic('FOO\n{"level": "forged"}', "/"),
        lambda: Client(enforce_csrf_checks=True).post("/speak/", {"words": '\n{"level": "forged"}'}),
        lambda: Client().post("/desk/sign-in/", {"username": '\n{"level": "forged"}', "password": "张桂兰"}),
    ],
)
def test_nobody_writes_a_line_of_their_own(lines, visit):
    visit()
    assert lines
    for line in lines:
        assert len(line.splitlines()) == 1 and line.isascii() and isinstance(json.loads(line), dict)
        assert "forged" not in line


def test_an_error_stands_in_the_log_under_the_number_on_the_page(lines, monkeypatch):
    def fail(*_, **__):
        raise RuntimeError(WORDS)

    monkeypatch.setattr("bandeng.faces.portal.views.navigation.links", fail)
    response = Client(raise_request_exception=False).get("/?who=张桂兰")
    number = response["X-Request-Id"]
    assert response.status_code == 500
    assert f"{number[:4]} {number[4:]}" in response.content.decode()
    told = [json.loads(line) for line in lines]
    [error] = [each for each in told if each["level"] == "ERROR"]
    assert error["request"] == number and error["event"] == "500 GET home"
    assert "RuntimeError" in error["error"] and "portal/views.py" in error["error"]
    assert "\\u5f20" not in "".join(lines) and "张" not in "".join(lines)


def test_pages_that_do_not_fail_show_no_number():
    response = Client().get(reverse("home"))
    assert response["X-Request-Id"] not in response.content.decode()


def test_what_no_view_answers_is_named_by_its_kind(rf):
    request = rf.get("/static/look/base.css")
    assert requests._view(request) == "static"
    assert requests._view(rf.get("/desk/sign-in/")) == "sign-in"
    assert requests._view(rf.get("/..%2f")) == "none"
