"""One case: words, clocks, what may be done now and by whom, on one screen."""

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from bandeng.ground.acts import api as acts
from bandeng.ground.core import api as core
from bandeng.ground.directory import access
from bandeng.ground.files import api as files

from .. import services
from ..permissions import CannotMove
from ..public_forms import KeyForm
from .acts import refused
from .context import case_context, case_or_404, my_hand


@access.needs("case.view")
@require_GET
def case(request: HttpRequest, code: str) -> HttpResponse:
    """Show a case. That it was looked at is kept, once a day, after the page went out."""
    found = case_or_404(request, code)
    response = render(request, "casework/case.html", case_context(request, found))
    services.log_view(found.pk, staff_id=request.user.pk, now=request.now)
    return response


@access.needs("identity.open")
@require_POST
def identity(request: HttpRequest, code: str) -> HttpResponse:
    """Show name and telephone, once, on a page that is not kept; recorded, and shown to the resident."""
    found = case_or_404(request, code)
    try:
        opened = services.open_identity(found.pk, purpose="contact", by=my_hand(request), now=request.now)
    except CannotMove as error:
        return refused(request, found, error)
    context = {"case": found, "code": core.show_code(found.code), "identity": opened}
    response = render(request, "casework/identity.html", context)
    response["Cache-Control"] = "no-store"
    return response


@access.needs("case.view")
@require_GET
def file(request: HttpRequest, code: str, attachment: str) -> HttpResponse:
    """Send a cleaned photo or paper to somebody who may see its case."""
    found = case_or_404(request, code)
    row = found.attachments.select_related("file__seal_key").filter(pk=attachment).first()
    if row is None:
        raise Http404
    return send_file(row.file)


def send_file(stored) -> HttpResponse:
    """Send a clean file inline as what it is, and nothing else; one still being checked is not there yet."""
    try:
        content = files.open_clean(stored)
    except files.NotClean:
        raise Http404 from None
    response = FileResponse(content, content_type=stored.media_type)
    response["Content-Disposition"] = f'inline; filename="bandeng-{stored.pk}.{stored.kind}"'
    response["Cache-Control"] = "no-store"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@access.needs("case.note_trip")
@require_POST
def trip(request: HttpRequest, code: str) -> HttpResponse:
    """Note that the resident came or called again about this matter."""
    found = case_or_404(request, code)
    by = my_hand(request)
    office = next((o for o in sorted(by.permissions.offices("case.note_trip"))), None)
    if office is None:
        raise PermissionDenied
    form = KeyForm(request.POST)
    key = f"trip:{form.cleaned_data['key']}" if form.is_valid() else None
    try:
        with transaction.atomic():
            services.note_trip(found.pk, office=office, by=by, now=request.now, idempotency_key=key)
    except IntegrityError:
        # The same button pressed twice meets at the unique index of the key; anything else is an error.
        if key is None or not acts.by_idempotency_keys([key]):
            raise
    return redirect("case", code=found.code)
