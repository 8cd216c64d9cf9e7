"""What must hold in a running installation, each thing asked of the database in sets.

    for check in checks.CHECKS:
        for finding in check.run(now): …

Order matters once: where migrations are missing nothing else can be asked.
"""

from . import cases, erasures, keys, matters, search, surroundings
from .framework import CHECKS, Check, Finding

__all__ = ["CHECKS", "Check", "Finding", "cases", "erasures", "keys", "matters", "search", "surroundings"]
