"""What the views of matters share."""

import uuid
from collections.abc import Callable, Collection

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from bandeng.ground.directory import access
from bandeng.speak.casework import api as cases

from ..models import Matter
from ..scope import cases_for, matter_for


def my_hand(request: HttpRequest) -> cases.Hand:
    return cases.hand.staff(access.permissions(request))


def matter_or_404(request: HttpRequest, key: uuid.UUID) -> Matter:
    """Give the matter if one of its cases is in the person's scope; otherwise it does not exist for them."""
    try:
        return matter_for(access.permissions(request), key)
    except Matter.DoesNotExist:
        raise Http404 from None


def found_by_code(request: HttpRequest, codes: Collection[str]) -> list[cases.Case]:
    """Give the cases with these numbers that the person may see as parts of matters."""
    return list(
        cases_for(access.permissions(request)).filter(code__in=list(codes)).defer("words").order_by("received_at")
    )


def done(request: HttpRequest, act: Callable[[], object], text: str, to: str, *args) -> HttpResponse:
    """Do it and go on; what cannot be done is said on the page one comes back to."""
    try:
        act()
    except cases.CannotMove as error:
        messages.error(request, str(error))
    except Matter.DoesNotExist:
        raise Http404 from None
    else:
        messages.success(request, text)
    return redirect(to, *args)
