"""rjieba, loaded on first use: its dictionary costs 33 MB, and most commands cut nothing."""

from functools import cache


@cache
def rjieba():
    """Give the module; its dictionary is never written to."""
    import rjieba as module

    return module
