"""Plain-language and tone findings for notices and replies."""

from .finding import Finding, findings
from .rules import FAMILIES, KINDS, Rule, rules

__all__ = ["FAMILIES", "KINDS", "Finding", "Rule", "findings", "rules"]
