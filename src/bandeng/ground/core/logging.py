"""What logs may hold: addresses without secrets and questions, errors without the words in them.

The address in a receipt's QR is `/r/CODE/SECRET`; what a search was for stands behind a `?`; the message of an error
may quote what somebody typed. None of it is to outlive the request in a file (docs/adr/0004, 0007). Of a request the
log keeps the view's name and not the address; one event is one line, whatever a visitor sent.
"""

import json
import logging
import re
import traceback
from contextvars import ContextVar
from datetime import datetime
from zoneinfo import ZoneInfo

from django.http import HttpRequest

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
SECRET_TAIL = re.compile(r"(/r/)[^/\s\"'?]+(?:/[^\s\"'?]*)?")
QUERY = re.compile(r"(/[^\s\"'?]*)\?[^\s\"']*")
SHANGHAI = ZoneInfo("Asia/Shanghai")
# What a line may carry beside its constant text: names and counts that our own code made.
EXTRAS = ("method", "view", "status", "ms", "task", "did")

# The number of the request being answered; it stands on every line written for it, in its answer and on the page 500.
request_number: ContextVar[str] = ContextVar("request_number", default="")


def masked(text: str) -> str:
    """Take receipts' codes and secrets and all query strings out of a line."""
    return QUERY.sub(r"\1", SECRET_TAIL.sub(r"\1…", text))


def one_line(text: str) -> str:
    """Write out what would begin a line of its own, colour a terminal or turn a text's direction.

    Else whoever chooses a user name or a path writes lines into the log that nobody but us seems to have written.
    """
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def view_name(request) -> str:
    """Name the view that a request was led to; `none` where there is none."""
    match = getattr(request, "resolver_match", None)
    return (match.url_name if match else None) or "none"


class Masking(logging.Filter):
    """Rewrite a record's message, arguments included, before any handler sees it: one line, without secrets.

    What Django says of a request quotes its address and headers as they came, so that is told anew: the view's name and
    the status. The logger's name says what it is about (django.security.csrf).
    """

    def __init__(self, *, is_developing: bool = False):
        super().__init__()
        self.is_developing = is_developing

    def filter(self, record: logging.LogRecord) -> bool:
        record.number = request_number.get()
        record.msg, record.args = one_line(masked(self._message(record))), ()
        return True

    def _message(self, record: logging.LogRecord) -> str:
        request = getattr(record, "request", None)
        if self.is_developing or not isinstance(request, HttpRequest):
            return record.getMessage()
        method = request.method if request.method in METHODS else "?"
        view = view_name(request)
        told = "no such address" if view == "none" else view
        return f"{getattr(record, 'status_code', '')} {method} {told}".strip()


class WithoutWords(logging.Formatter):
    """Print where an error happened and of what kind it is, but not its message: that may quote a resident."""

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None  # another handler may have left there what it made of the error, words and all
        return super().format(record)

    def formatException(self, ei) -> str:  # noqa: N802 - the name is logging's
        lines = []
        for error in _chain(ei[1]):
            lines += traceback.format_tb(error.__traceback__)
            lines.append(f"{type(error).__module__}.{type(error).__qualname__}\n")
        return masked("".join(lines).rstrip())

    def formatStack(self, stack_info: str) -> str:  # noqa: N802
        return masked(stack_info)


class AsJson(WithoutWords):
    """Print an event as one JSON object on one line, in ASCII: nothing in it can look like the end of a line."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, SHANGHAI).isoformat(timespec="milliseconds")
        line = {"time": at, "level": record.levelname, "logger": record.name, "event": record.getMessage()}
        if number := getattr(record, "number", ""):
            line["request"] = number
        line |= {name: getattr(record, name) for name in EXTRAS if hasattr(record, name)}
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        if record.stack_info:
            line["stack"] = self.formatStack(record.stack_info)
        return json.dumps(line)


def _chain(error: BaseException | None) -> list[BaseException]:
    """List an error and what led to it, first cause first."""
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return found[::-1]


def configuration(*, is_developing: bool, is_demo: bool = False) -> dict:
    """Give settings.LOGGING: one JSON line an event to the console; plain lines while developing and in a demo.

    Messages of errors are printed while developing only. A demo does not print requests: it shows sign-ins.
    """
    formatter: dict = {"format": "{asctime} {levelname} {name} {message}", "style": "{"}
    formatter["()"] = "logging.Formatter" if is_developing else f"{__name__}.WithoutWords"
    if not is_developing and not is_demo:
        formatter = {"()": f"{__name__}.AsJson"}
    quiet = {"level": "WARNING"} if is_demo or is_developing else {}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"masking": {"()": f"{__name__}.Masking", "is_developing": is_developing}},
        "formatters": {"line": formatter},
        "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["masking"], "formatter": "line"}},
        "root": {"handlers": ["console"], "level": "INFO"},
        # Django's own handlers are replaced: they would write the same lines past the filter.
        "loggers": {
            **{name: {"handlers": [], "level": "INFO", "propagate": True} for name in ("django", "django.server")},
            # Each request has its own line; what went wrong on our side has a second one.
            "django.request": {} if is_developing else {"level": "ERROR"},
            "axes": {"level": "ERROR"},  # its warnings name who was locked out; the database has it
            "bandeng.requests": quiet,
            "bandeng.jobs": quiet,
        },
    }


def with_server(logging: dict) -> dict:
    """Give settings.LOGGING with the web server's own lines, which run none of our code: written like all others."""
    server = {"handlers": ["console"], "level": "ERROR", "propagate": False}
    return logging | {"loggers": logging["loggers"] | {"_granian": server}}
