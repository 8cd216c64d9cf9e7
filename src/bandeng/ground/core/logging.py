"""What logs may hold: addresses without secrets and questions, errors without the words in them.

The address in a receipt's QR is `/r/CODE/SECRET`; what a search was for stands behind a `?`; the message of an error
may quote what somebody typed. None of it is to outlive the request in a file (docs/adr/0004, 0007).
"""

import logging
import re
import traceback

from django.http import HttpRequest

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
SECRET_TAIL = re.compile(r"(/r/)[^/\s\"'?]+(?:/[^\s\"'?]*)?")
QUERY = re.compile(r"(/[^\s\"'?]*)\?[^\s\"']*")


def masked(text: str) -> str:
    """Take receipts' codes and secrets and all query strings out of a line."""
    return QUERY.sub(r"\1", SECRET_TAIL.sub(r"\1…", text))


class Masking(logging.Filter):
    """Rewrite a record's message, arguments included, before any handler sees it.

    What Django says of a request quotes its address and headers as they came, so that is told anew: the kind of address
    and the status. The logger's name says what it is about (django.security.csrf).
    """

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        text = _told(request, record) if isinstance(request, HttpRequest) else masked(record.getMessage())
        record.msg, record.args = text, ()
        return True


def _told(request: HttpRequest, record: logging.LogRecord) -> str:
    match = request.resolver_match
    method = request.method if request.method in METHODS else "?"
    return f"{getattr(record, 'status_code', '')} {method} {'/' + match.route if match else 'no such address'}".strip()


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


def _chain(error: BaseException | None) -> list[BaseException]:
    """List an error and what led to it, first cause first."""
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return found[::-1]


def configuration(*, is_developing: bool) -> dict:
    """Give settings.LOGGING: one line an event to the console; messages of errors while developing only."""
    plain = "logging.Formatter" if is_developing else f"{__name__}.WithoutWords"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"masking": {"()": f"{__name__}.Masking"}},
        "formatters": {"line": {"()": plain, "format": "{asctime} {levelname} {name} {message}", "style": "{"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["masking"], "formatter": "line"}},
        "root": {"handlers": ["console"], "level": "INFO"},
        # Django's own handlers are replaced: they would write the same lines past the filter.
        "loggers": {
            **{name: {"handlers": [], "level": "INFO", "propagate": True} for name in ("django", "django.server")},
            "axes": {"level": "WARNING"},  # sign-ins are acts; four more lines a time tell nothing
        },
    }
