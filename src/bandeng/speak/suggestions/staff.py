"""Pages of staff: what stands beside a form in writing, how right suggestions were, and states of learning."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from bandeng.ground.core import api as core
from bandeng.ground.directory import access
from bandeng.ground.directory import api as directory
from bandeng.speak.casework import api as cases
from bandeng.speak.lookup import api as lookup

from . import calibration, learned, likes, services
from .beside import beside
from .models import LearnedModel
from .models.learned_model import SUBJECTS

MANAGE = "parameter.set"
LIKES = 3  # beside a form; the case's own page has more
LEAST_SIGNS = 6  # of fewer typed signs nothing can be told


@access.needs("case.register")
@never_cache
@require_POST
def typing(request: HttpRequest) -> HttpResponse:
    """Give the panel for what is being typed. Nothing is kept; an empty answer says that there is nothing to say."""
    words = core.mask(core.tidy(request.POST.get("words", ""))[: cases.MAX_WORDS])
    if len(words.strip()) < LEAST_SIGNS:
        return HttpResponse("")
    office = next(iter(sorted(access.permissions(request).offices("case.register"))))
    home = directory.offices()[office].area_id
    area = (
        next(iter(directory.search_areas(request.POST.get("place", ""), limit=1)), None)
        if request.POST.get("place")
        else None
    )
    area_id = area.pk if area else home
    found = beside(
        words,
        area_id=area_id,
        dispatch_office_id=directory.dispatch_office_for(area_id).pk,
        topic_id=None,
        now=request.now,
    )
    alike = lookup.like(access.permissions(request), words, limit=LIKES)
    context = {"beside": found, "likes": likes.shown(alike) if alike else ()}
    return render(request, "suggestions/_typing.html", context)


@access.needs("statistics.view", "case.dispatch", MANAGE)
@require_GET
def suggestions(request: HttpRequest) -> HttpResponse:
    """Show how right suggestions are, by topic and by certainty, and the states of learning."""
    now, labels = request.now, {"office": _("Offices"), "topic": _("Topics")}
    context = {
        "title": _("How right suggestions are"),
        "all": calibration.overall(now=now),
        "sure": calibration.sure(now=now),
        "bands": calibration.by_band(now=now),
        "topics": calibration.by_topic(now=now),
        "band_name": _("Certainty"),
        "topic_name": _("Topic"),
        "subjects": [{"name": name, "label": labels[name], "rows": _states(name)} for name in SUBJECTS],
        "may_manage": access.permissions(request).has(MANAGE),
    }
    return render(request, "suggestions/suggestions.html", context)


def _states(subject: str) -> list[LearnedModel]:
    rows = list(LearnedModel.objects.filter(subject=subject).defer("content").order_by("-number"))
    for row in rows:
        accuracy = row.figures.get("accuracy")
        row.accuracy = round(100 * accuracy) if accuracy is not None else None
    return rows


@access.needs(MANAGE)
@require_POST
def use(request: HttpRequest) -> HttpResponse:
    """Put a kept state of learning to use."""
    subject, number = request.POST.get("subject", ""), request.POST.get("number", "")
    if subject not in SUBJECTS or not number.isdecimal():
        raise Http404
    by = cases.hand.staff(access.permissions(request))
    try:
        services.use(subject, int(number), by=by, now=request.now)
    except services.CannotChoose as error:
        messages.error(request, str(error))
    else:
        learned.forget()
        messages.success(
            request, _("State %(number)s is in use, everywhere within half a minute.") % {"number": number}
        )
    return redirect("suggestions")
