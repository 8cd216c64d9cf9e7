"""One of the three registries: what higher storeys show beside a case. Filled in their `AppConfig.ready`."""

from collections.abc import Callable

from django.http import HttpRequest

from .models import Case

# A maker gives {"title": …, "template": …, **context} or None where it has nothing to show to this person; with
# `is_first` it stands above what may be done, because it helps to do it; with `is_for_writing` beside a draft too.
Maker = Callable[[HttpRequest, Case], dict | None]

_makers: list[Maker] = []


def add(maker: Maker) -> None:
    """Show a panel beside every case."""
    if maker not in _makers:
        _makers.append(maker)


def registered() -> list[Maker]:
    """Give all makers, in the order they were added."""
    return list(_makers)
