"""Results: for the public the county's counts, for staff those of offices and topics. Never one judgement."""

import csv
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from bandeng.ground.directory import access
from bandeng.ground.directory import api as directory
from bandeng.speak.casework.importing.guards import guard_row

from . import periods, selectors
from .counting import Counts
from .periods import Period
from .services import periods_with_words, read_words

CSV_COLUMNS = (
    "from", "to", "answered", "judged", "did_not_judge", "withdrawn", "reopened", "solved", "partly", "not_solved",
    "solved_share", "share_low", "share_high", "result_good", "manner_good", "asked_for_good_mark",
)  # fmt: skip


def last_day(period: Period) -> date:
    """Give the last day of a period."""
    return date.fromordinal(periods.later(period.last, 1).toordinal() - 1)


def label(period: Period) -> str:
    """Write the months of a period: 2026年11月 or 2026年11月 – 2026年12月."""
    months = dict.fromkeys((period.first, period.last))
    return " – ".join(date_format(month, pgettext("date format", "F Y")) for month in months)


def _percent(share: float) -> str:
    return f"{100 * share:.0f}%"


def shown(counts: Counts) -> dict:
    """Give counts with the share and its interval as a page writes them."""
    share = counts.solved_share
    return {
        "counts": counts,
        "share": _percent(share[0]) if share else "",
        "low": _percent(share[1]) if share else "",
        "high": _percent(share[2]) if share else "",
        "part": _percent(counts.judged / counts.answered) if counts.answered else "",
    }


@access.public
@require_GET
def public_results(request: HttpRequest) -> HttpResponse:
    """Show the county's counts, period by period: how many judged, and how many did not, beside what they said."""
    blocks = [{"label": label(p), **shown(selectors.county(p))} for p in selectors.out(request.now)]
    context = {
        "blocks": blocks,
        "next_out": selectors.next_out(request.now),
        "minimum": periods.minimum(directory.day_of(request.now)),
    }
    return render(request, "evaluation/results.html", context)


@access.public
@require_GET
def open_data(request: HttpRequest) -> HttpResponse:
    """Give the same as a sheet: UTF-8 with a mark for spreadsheet programs, cells guarded against formulas."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="results.csv"'
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow(CSV_COLUMNS)
    for period in selectors.out(request.now):
        writer.writerow(guard_row(_csv_row(period, selectors.county(period))))
    return response


def _csv_row(period: Period, c: Counts) -> list[object]:
    shares = [f"{share:.3f}" for share in c.solved_share or ()] or ["", "", ""]
    counted = [c.answered, c.judged, c.silent, c.withdrawn, c.reopened, c.yes, c.partly, c.no]
    more = [c.result_good, c.manner_good, c.asked_for_mark]
    return [period.first.isoformat(), last_day(period).isoformat(), *counted, *shares, *more]


def _chosen(found: list[Period], code: str | None) -> Period | None:
    return next((period for period in found if code in (None, "", period.code)), None)


@access.needs("statistics.view")
@never_cache
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """Show offices and topics of one period, by code; small groups are hidden."""
    found = selectors.out(request.now)
    period = _chosen(found, request.GET.get("period"))
    if found and period is None:
        raise Http404
    rows = [{"row": row, **shown(row.counts)} for row in selectors.table(period)] if period else []
    tabs = [{"label": label(p), "url": f"?period={p.code}", "is_current": p == period} for p in found]
    context = {
        "title": _("Judged by residents"),
        "tabs": tabs,
        "period": period,
        "label": label(period) if period else "",
        "rows": rows,
        "next_out": selectors.next_out(request.now),
        "minimum": periods.minimum(directory.day_of(request.now)),
        "word_periods": [{"code": p.code, "label": label(p)} for p in _readable(request)],
        "may_read_words": _may_read_words(request),
    }
    return render(request, "evaluation/desk.html", context)


def _may_read_words(request: HttpRequest) -> bool:
    offices = directory.offices()
    keys = access.permissions(request).offices("statistics.view")
    return any(offices[key].kind == "supervision" for key in keys if key in offices)


def _readable(request: HttpRequest) -> list[Period]:
    return periods_with_words(request.now) if _may_read_words(request) else []


@access.needs("statistics.view")
@never_cache
@require_POST
def words(request: HttpRequest) -> HttpResponse:
    """Show the supervision office what residents wrote in one period; a POST, because each reading is recorded."""
    if not _may_read_words(request):
        raise Http404
    period = _chosen(periods_with_words(request.now), request.POST.get("period") or "-")
    if period is None:
        raise Http404
    read = read_words(period, permissions=access.permissions(request), now=request.now)
    return render(request, "evaluation/words.html", {"words": read, "label": label(period)})
