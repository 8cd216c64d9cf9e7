"""What belongs to the staff shell itself; the pages of cases live with the cases."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from bandeng.faces.look.choices import remember
from bandeng.faces.look.context import KEYS_COOKIE
from bandeng.ground.core import navigation
from bandeng.ground.directory.access import permissions, public


@public  # the help shows nobody's data; the menu's keys only to whom it is theirs
@require_GET
def keys(request: HttpRequest) -> HttpResponse:
    """List the shortcuts on a page of its own: the same help without JavaScript."""
    menu = []
    if request.user.is_authenticated:
        menu = [(link.key, link.label) for link in navigation.links("desk.menu", allowed=permissions(request).has)]
    fixed = [
        ("?", _("Shortcuts on this page")),
        ("/", _("To the search box")),
        ("j", _("Next in the list")),
        ("k", _("Previous in the list")),
        ("Esc", _("Close what is open; leave the text box")),
    ]
    return render(request, "desk/keys.html", {"keys": fixed + [pair for pair in menu if pair[0]]})


@public
@csrf_exempt  # sets a preference of this browser and nothing else
@require_POST
def switch_keys(request: HttpRequest) -> HttpResponse:
    """Keep whether single-key shortcuts are wanted (WCAG 2.1.4: they can be turned off)."""
    is_off = request.POST.get("keys") == "off"
    return remember(request, cookie=KEYS_COOKIE, value="off" if is_off else "", fallback="/")
