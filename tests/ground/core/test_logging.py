"""Logs hold no secret, no search and no word of a resident."""

import io
import logging
import logging.config

import pytest

from bandeng.ground.core import logging as ours

CANARY = "张桂兰说路灯坏了"


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("Not Found: /r/ABCD234567/SECRET22", "Not Found: /r/…"),
        ('"GET /r/ABCD234567/SECRET22 HTTP/1.1" 302', '"GET /r/… HTTP/1.1" 302'),
        ("/r/ABCD234567", "/r/…"),
        ("https://county.example/r/A/B/C?x=1 next", "https://county.example/r/… next"),
        ('"GET /desk/search/?q=%E5%BC%A0 HTTP/1.1" 200', '"GET /desk/search/ HTTP/1.1" 200'),
        ("/desk/queue/?tab=mine&after=2026", "/desk/queue/"),
        ("12 rows swept in 3 ms. Why?", "12 rows swept in 3 ms. Why?"),
    ],
)
def test_addresses_lose_their_secrets_and_questions(line, kept):
    assert ours.masked(line) == kept


def console(is_developing):
    stream = io.StringIO()
    settings = ours.configuration(is_developing=is_developing)
    config = logging.config.DictConfigurator(settings)
    handler = logging.StreamHandler(stream)
    handler.addFilter(config.configure_filter(settings["filters"]["masking"]))
    handler.setFormatter(config.configure_formatter(settings["formatters"]["line"]))
    logger = logging.Logger("test")
    logger.addHandler(handler)
    return logger, stream


def test_arguments_are_masked_as_well():
    logger, stream = console(False)
    logger.warning("%s: %s", "Not Found", "/r/ABCD234567/SECRET22")
    assert "SECRET22" not in stream.getvalue() and "ABCD" not in stream.getvalue()


def test_an_error_says_where_and_what_kind_but_not_its_words():
    logger, stream = console(False)
    try:
        try:
            int(CANARY)
        except ValueError as error:
            raise LookupError(CANARY) from error
    except LookupError:
        logger.exception("Internal Server Error: %s", "/speak/")
    told = stream.getvalue()
    assert CANARY not in told
    assert "builtins.ValueError" in told and "builtins.LookupError" in told and "test_logging.py" in told


def test_while_developing_errors_speak():
    logger, stream = console(True)
    try:
        int("x1")
    except ValueError:
        logger.exception("here")
    assert "invalid literal" in stream.getvalue()


def test_no_handler_of_djangos_own_writes_past_the_filter():
    loggers = ours.configuration(is_developing=False)["loggers"]
    assert all(loggers[name]["handlers"] == [] and loggers[name]["propagate"] for name in ("django", "django.server"))
