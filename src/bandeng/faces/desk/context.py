"""What every page of the desk shows beside its own: how many notices wait."""

from django.http import HttpRequest

from bandeng.ground.directory.access import is_verified

from . import notices


def desk(request: HttpRequest) -> dict:
    """Give `notice_count` ("", "7", "999+") on pages of the desk to whoever is fully signed in."""
    if not request.path.startswith("/desk/") or not request.user.is_authenticated or not is_verified(request):
        return {}
    return {"notice_count": notices.count(request)}
