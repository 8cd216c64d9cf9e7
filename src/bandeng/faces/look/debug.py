"""Pages of components exist while developing only."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse


def only_when_debugging(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer 404 unless settings.DEBUG; asked at each request, so that a test may switch it."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not settings.DEBUG:
            raise Http404
        return view(request, *args, **kwargs)

    return wrapped
