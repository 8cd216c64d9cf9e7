"""Days and limits in templates. `now` is the context's, handed over: {{ case.due_at|remaining:now }}."""

from django import template

from bandeng.ground.core import plain_dates

register = template.Library()


@register.filter
def plain_day(when: plain_dates.Day | None, now: plain_dates.Day | None = None) -> str:
    """Write 11月26日（星期四） for something that happened; nothing for nothing."""
    return plain_dates.day(when, now=now or None) if when else ""


@register.filter
def due_day(due: plain_dates.Day | None, now: plain_dates.Day | None = None) -> str:
    """Write the last day of a limit."""
    return plain_dates.due_day(due, now=now or None) if due else ""


@register.filter
def remaining(due: plain_dates.Day | None, now: plain_dates.Day) -> str:
    """Write how long is left until a limit, and its last day."""
    return plain_dates.remaining(due, now) if due else ""
