"""`/healthz`, `/readyz`, `/metrics`. They come before every other middleware: see requests.py."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from bandeng.ground.core import clock
from bandeng.ground.directory.access import public

from . import numbers, readiness
from .inside import inside


@public
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that this process answers, and nothing more."""
    return _unkept(HttpResponse("ok\n", content_type="text/plain; charset=utf-8"))


@inside
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Say whether this process can do its work, and name what it lacks."""
    missing = readiness.not_ready(clock.now())
    return _unkept(JsonResponse({"is_ready": not missing, "not_ready": missing}, status=503 if missing else 200))


@inside
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Give counts and ages for Prometheus."""
    return _unkept(HttpResponse(numbers.exposition(clock.now()), content_type=numbers.CONTENT_TYPE))


def _unkept(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
