"""`{% load look %}`: the components too clumsy for an include. Each draws a template of `look/`, nothing else."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import cache, lru_cache
from html import escape

from django import template
from django.forms import BaseForm, BoundField
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext, pgettext

from bandeng.faces.look.icons import ICONS
from bandeng.faces.look.tones import tone_of
from bandeng.ground.core import navigation
from bandeng.ground.directory import access

register = template.Library()

SOON = 3  # days before a due date from which it is shown as soon


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw an icon that screen readers skip; the word beside it says the same."""
    svg = f'<svg class="icon icon--{name}" viewBox="0 0 20 20" aria-hidden="true" focusable="false">{ICONS[name]}</svg>'
    return mark_safe(svg)  # noqa: S308 - from our own table


@register.simple_tag
def status(value: str, label: str) -> SafeString:
    """Draw a status as word, shape and colour. `value` is a case status or one of the tones."""
    return _drawn_status(tone_of(value), str(label))


@lru_cache(256)
def _drawn_status(tone: str, label: str) -> SafeString:
    return _block("status", tone=tone, label=label)


def _local_day(when: date | datetime) -> date:
    return timezone.localtime(when).date() if isinstance(when, datetime) else when


@register.simple_tag
def due(when: date | datetime | None, now: date | datetime, estimated: bool = False, soon: int = SOON) -> SafeString:
    """Draw a due date: how long is left and the day itself. Days are Shanghai days."""
    on = None if when is None else _local_day(when)
    return _drawn_due(on, _local_day(now), bool(estimated), soon, get_language())


@lru_cache(1024)  # the fifty rows of a list fall on a few days
def _drawn_due(on: date | None, today: date, is_estimated: bool, soon: int, _language: str) -> SafeString:
    return _block("due", **_due(on, today, is_estimated, soon))


def _due(on: date | None, today: date, is_estimated: bool, soon: int) -> dict:
    if on is None:
        return {"tone": "waiting", "words": gettext("no date yet")}
    left = (on - today).days
    if left < 0:
        tone, words = "late", ngettext("%(n)d day late", "%(n)d days late", -left) % {"n": -left}
    elif left == 0:
        tone, words = "soon", gettext("due today")
    else:
        tone = "soon" if left <= soon else "waiting"
        words = ngettext("%(n)d day left", "%(n)d days left", left) % {"n": left}
    return {
        "tone": tone,
        "words": words,
        "on": on,
        "is_other_year": on.year != today.year,
        "is_estimated": is_estimated,
    }


@register.filter
def day(when: date | datetime) -> str:
    """Write a day with its weekday: 11月26日(星期四)."""
    return date_format(_local_day(when), pgettext("date format", "l j F"))


@register.filter
def year_day(when: date | datetime) -> str:
    """Write a day with year and weekday: 2026年11月26日(星期四)."""
    return date_format(_local_day(when), pgettext("date format", "l j F Y"))


@register.filter
def short_day(when: date | datetime) -> str:
    """Write a day without its weekday: 11月26日."""
    return date_format(_local_day(when), pgettext("date format", "j F"))


@register.filter
def clock(when: datetime) -> str:
    """Write the time of day in Shanghai: 15:30."""
    return f"{timezone.localtime(when):%H:%M}"


def _saying_which(field: BoundField, text: str) -> str:
    """Put the question before a message that several questions may share."""
    if text != gettext("This field is required."):
        return text
    return f"{field.label}{pgettext('label', ':')}{text}"


def error_links(*forms: BaseForm) -> list[dict]:
    """List the errors of `forms`, each with the id of the control that mends it ("" where there is none)."""
    found = []
    for form in forms:
        found += [{"id": "", "text": text} for text in form.non_field_errors()]
        for field in form:
            target = field.id_for_label or (f"{field.auto_id}_0" if field.auto_id else "")
            found += [{"id": target, "text": _saying_which(field, text)} for text in field.errors]
    return found


@register.inclusion_tag("look/_errors.html")
def errors(*forms: BaseForm) -> dict:
    """Draw the error summary of one or more bound forms; nothing where all is well."""
    return {"errors": error_links(*[form for form in forms if form is not None])}


@register.simple_tag(takes_context=True)
def navigation_links(context: dict, place: str) -> list[navigation.Link]:
    """List the registered links of a place that this reader may follow."""
    request = context.get("request")
    if request is None or not getattr(context.get("user"), "is_authenticated", False):
        return [] if place.startswith("desk.") else navigation.links(place)
    return navigation.links(place, allowed=access.permissions(request).has)


@register.simple_tag(takes_context=True)
def may(context: dict, permission: str) -> bool:
    """Tell whether this reader has a permission, so that no page shows a door that is shut to them."""
    if not getattr(context.get("user"), "is_authenticated", False):
        return False
    return access.permissions(context["request"]).has(permission)


@register.simple_tag(takes_context=True)
def current(context: dict, url: str) -> SafeString | str:
    """Write `aria-current` on a link to the page one is on, or to a page above it."""
    path = context["request"].path
    if path == url:
        return mark_safe('aria-current="page"')  # noqa: S308
    is_above = url != "/" and url.count("/") > 2 and path.startswith(url)
    return mark_safe('aria-current="true"') if is_above else ""  # noqa: S308


def _block(name: str, **values: object) -> str:
    return render_to_string(f"look/_{name}.html", values)


@register.simple_block_tag
def notice(content: str, tone: str = "info", title: str = "") -> str:
    """Draw a notice. Tones: info, done, soon, late."""
    return _block("notice", body=content, tone=tone, title=title)


@register.simple_block_tag
def details(content: str, summary: str, is_open: bool = False) -> str:
    """Draw a part that opens on demand, without JavaScript."""
    return _block("details", body=content, summary=summary, is_open=is_open)


@register.simple_block_tag
def panel(content: str, title: str) -> str:
    """Draw the confirmation at the end of a path: `title` large, the code or the next date inside."""
    return _block("panel", body=content, title=title)


@register.simple_block_tag
def empty(content: str, title: str) -> str:
    """Draw an empty list: what would be here (`title`) and how it gets there (the content)."""
    return _block("empty", body=content, title=title)


@register.simple_block_tag
def rows(content: str, lines: Iterable[dict], now: date | datetime) -> SafeString:
    """Draw `content` once for each line, `{name}` in it being the line's own; made for lists of fifty.

    What all lines have in common, words and conditions, is worked out once, a fifth of what a loop takes. So nothing
    stands in it in double braces but translated words. `due` (a day) and `status` (status, label) of a line are drawn
    as the tags of that name draw them, all else is text.
    """
    today, language = _local_day(now), get_language()
    escaped = cache(escape)  # places and offices are the same in many

    def drawn(due: date, status: tuple[str, str], **texts: str) -> str:
        texts = {name: escaped(text) for name, text in texts.items()}
        tone, label = tone_of(status[0]), status[1]
        due_drawn = _drawn_due(due, today, False, SOON, language)
        return content.format(due=due_drawn, status=_drawn_status(tone, label), **texts)

    # What is not drawn by our own templates is escaped.
    return mark_safe("".join([drawn(**line) for line in lines]))  # noqa: S308
