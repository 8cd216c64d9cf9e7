"""A queue of one before the app, for a live server whose threads share one database connection."""

from collections.abc import Callable
from threading import Lock

from django.http import HttpRequest, HttpResponse

TURN = Lock()


def one_at_a_time(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answer each request when the one before it has been answered."""

    def answer(request: HttpRequest) -> HttpResponse:
        with TURN:
            return get_response(request)

    return answer
