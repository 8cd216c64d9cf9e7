"""Every request: a number somebody can read out on the telephone, one line in the log, one count."""

import logging
import secrets
import time
from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from bandeng.ground.core import logging as core_logging

from . import numbers

logger = logging.getLogger("bandeng.requests")

HEADER = "X-Request-Id"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"})
PATHS = frozenset({"/healthz", "/readyz", "/metrics"})


class OperationMiddleware:
    """Outermost: what it counts is what the visitor got, errors of every other middleware included.

    The three addresses of operation are answered here, before host names, sessions and database are asked for: a probe
    knows an address and no name, and must hear an answer exactly when those are what is broken.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.number = new_number()
        token = core_logging.request_number.set(request.number)
        started = time.perf_counter()
        try:
            response = self._answer(request)
            response[HEADER] = request.number
            response._has_been_logged = True  # Django's second line on a 5xx would come without the number
            _tell(request, response, time.perf_counter() - started)
            return response
        finally:
            core_logging.request_number.reset(token)

    def _answer(self, request: HttpRequest) -> HttpResponse:
        if request.path_info in PATHS:
            try:
                return _operation(request)
            except Http404:
                pass  # not for this visitor: the page that every address which is not there has
        return self.get_response(request)


def new_number() -> str:
    """Make a request's number: eight digits, by chance, so that it tells nothing and can be read aloud."""
    return f"{secrets.randbelow(10**8):08}"


def _operation(request: HttpRequest) -> HttpResponse:
    request.resolver_match = match = resolve(request.path_info)
    return match.func(request)


def _tell(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    view = _view(request)
    method = request.method if request.method in METHODS else "other"
    numbers.count(view, response.status_code, seconds)
    facts = {"method": method, "view": view, "status": response.status_code, "ms": round(seconds * 1000, 1)}
    logger.info("request", extra=facts)


def _view(request: HttpRequest) -> str:
    """Name the view; what another middleware answered before any was looked for is named by its kind or address."""
    if getattr(request, "resolver_match", None):
        return core_logging.view_name(request)
    if request.path_info.startswith(settings.STATIC_URL):
        return "static"
    try:
        return resolve(request.path_info).url_name or "none"
    except Resolver404:
        return "none"
