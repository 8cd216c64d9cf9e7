"""The residents' first page, and the choice of large text."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from bandeng.faces.look.choices import remember
from bandeng.faces.look.context import TEXT_COOKIE
from bandeng.ground.core import navigation
from bandeng.ground.directory.access import public


@public
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Show what one can do here; a door to a room not built yet is not shown."""
    return render(request, "portal/home.html", {"ways": navigation.links("portal.home")})


@public
@csrf_exempt  # changes the size of letters and nothing else; so no page needs a cookie for its sake
@require_POST
def text_size(request: HttpRequest) -> HttpResponse:
    """Keep the reader's choice of 大字版 and go back to the page it was made on."""
    is_large = request.POST.get("size") == "large"
    return remember(request, cookie=TEXT_COOKIE, value="large" if is_large else "", fallback="/")
