"""The holiday calendar as shipped; a migration loads it, later years come by `load_calendar`."""

import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any


def read() -> dict[str, Any]:
    """Read the shipped calendar."""
    return tomllib.loads((Path(__file__).parent / "calendar.toml").read_text(encoding="utf-8"))


def days(periods: list[dict[str, Any]]) -> Iterator[tuple[date, str, str]]:
    """Spell periods (first and last day off, days made up) out into `(day, kind, label)`."""
    for period in periods:
        first, last = period["holidays"]
        for offset in range((last - first).days + 1):
            yield first + timedelta(days=offset), "holiday", period["label"]
        for day in period.get("makeup", ()):
            yield day, "makeup", period["label"]


def load_first_calendar(version_model, day_model) -> None:
    """Add the shipped calendar where there is none."""
    if version_model.objects.exists():
        return
    data = read()
    fields = ("covers_from", "covers_until", "source", "loaded_at")
    version = version_model.objects.create(**{name: data[name] for name in fields})
    day_model.objects.bulk_create(
        day_model(version=version, on=on, kind=kind, label=label) for on, kind, label in days(data["period"])
    )
