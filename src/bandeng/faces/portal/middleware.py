"""What a view answers without a page of its own gets one."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from . import errors


class FormAddressMiddleware:
    """Answer in words where somebody opens an address that only takes a form: a bookmark, a link out of a history."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 405:
            return response
        page = errors.takes_a_form(request)
        page["Allow"] = response["Allow"]
        return page
