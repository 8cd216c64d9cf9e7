"""What holds on a day."""

from datetime import date, time
from typing import Any

from bandeng.engines import deadlines

from .models import Article, ParameterVersion, Procedure
from .models.law import chinese_number
from .tables import tables


class NoParameter(LookupError):
    """No version of a parameter holds on the day asked for."""


class NoProcedure(LookupError):
    """No procedure has that code."""


def version_at(code: str, on: date) -> ParameterVersion:
    """Give the version of a parameter that holds on a Shanghai day; raise NoParameter naming both."""
    for version in tables().versions.get(code, ()):
        if version.effective_from <= on and (version.effective_to is None or on < version.effective_to):
            return version
    raise NoParameter(f"No value of parameter {code!r} holds on {on}; set one that begins on that day or before.")


def value_at(code: str, on: date) -> Any:
    """Give the bare value of a parameter on a Shanghai day; raise NoParameter."""
    return version_at(code, on).value


def limit_at(code: str, on: date) -> deadlines.Limit:
    """Give the limit that holds on a Shanghai day; raise NoParameter, or ValueError where it is no limit."""
    return version_at(code, on).limit


def office_hours(version: ParameterVersion) -> deadlines.OfficeHours:
    """Read a version of `office_hours` into the form that the engine counts with."""
    return deadlines.OfficeHours(
        tuple((time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in version.value)
    )


def current_versions(on: date) -> list[ParameterVersion]:
    """Give every parameter's version of a day, by code, for the page of limits and their sources."""
    codes = sorted(tables().versions)
    return [
        v
        for code in codes
        for v in tables().versions[code]
        if v.effective_from <= on and (v.effective_to is None or on < v.effective_to)
    ]


def procedure(code: str) -> Procedure:
    """Give a procedure, also one no longer offered; raise NoProcedure."""
    try:
        return tables().procedures[code]
    except KeyError:
        raise NoProcedure(f"There is no procedure {code!r}.") from None


def procedures() -> list[Procedure]:
    """Give the procedures offered now, in their order."""
    return [p for p in tables().procedures.values() if p.is_active]


def articles(query: str = "", *, limit: int = 20) -> list[Article]:
    """Find articles for a picker: every word of `query` is in the law's title, the gist, or is the number.

    Numbers may be typed 23, 第23条, 二十三 or 第二十三条.
    """
    words = query.replace("《", " ").replace("》", " ").split()
    found = [a for a in tables().articles if all(_matches(a, w.lower()) for w in words)]
    return found[:limit]


def _matches(article: Article, word: str) -> bool:
    number = word.removeprefix("第").removesuffix("条")
    if number in (str(article.number), chinese_number(article.number)):
        return True
    if word.isdecimal():
        return False
    law = article.law
    return any(
        word in text.lower() for text in (law.title, law.title_en, article.gist_zh, article.gist_en, str(article))
    )
