"""The rules as data: one TOML file a family beside this module, each rule with the examples that are its own tests."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FAMILIES = ("missing", "jargon", "structure", "tone", "off_point")
KINDS = ("reply", "notice")


@dataclass(frozen=True)
class Rule:
    """One rule: a pattern or the name of a check in `checks`, why in two languages, and what would be plainer.

    `unless` is sought in the sentence and `unless_reply` in the whole text: where it stands, the rule is silent.
    `replacement` is what to put in place of the words found, with their groups as \\1, or None where one must rewrite.
    """

    id: str
    family: str
    why_zh: str
    why_en: str
    plainer: str
    good: tuple
    bad: tuple
    kinds: tuple[str, ...] = KINDS
    pattern: re.Pattern[str] | None = None
    check: str = ""
    unless: re.Pattern[str] | None = None
    unless_reply: re.Pattern[str] | None = None
    replacement: str | None = None
    once: bool = False


@cache
def rules() -> tuple[Rule, ...]:
    """Give all rules, by family and in the order of their files."""
    return tuple(rule for family in FAMILIES for rule in _of(family))


def _of(family: str) -> list[Rule]:
    path = Path(__file__).with_name(f"{family}.toml")
    return [_rule(family, entry) for entry in tomllib.loads(path.read_text(encoding="utf-8"))["rule"]]


def _rule(family: str, entry: dict) -> Rule:
    patterns = {name: re.compile(entry[name]) for name in ("pattern", "unless", "unless_reply") if name in entry}
    lists = {name: tuple(entry[name]) for name in ("good", "bad", "kinds") if name in entry}
    return Rule(**entry | patterns | lists, family=family)
