"""A check is a function of `now` that yields findings; the decorator puts it on the list."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it must be: a code for programs, what it concerns, and what is wrong and to be done."""

    code: str
    subject: str
    message: str
    is_warning: bool = False


Function = Callable[[datetime], Iterator[Finding]]


@dataclass(frozen=True)
class Check:
    """One question to the installation."""

    name: str
    run: Function


CHECKS: list[Check] = []


def check(function: Function) -> Function:
    """Put a function on the list; its name is the check's."""
    CHECKS.append(Check(function.__name__, function))
    return function
