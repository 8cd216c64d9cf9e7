"""Keep what goes out in a sheet from acting as a formula when somebody opens it."""

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def guard(cell: object) -> object:
    """Put an apostrophe before a text that a sheet program would run; numbers and dates go out as they are.

    Source: OWASP, CSV Injection. Full-width signs count too: Excel in Chinese folds them when it opens a csv.
    """
    if isinstance(cell, str) and cell.lstrip(" \u3000\ufeff\u200b").startswith(_STARTS):
        return "'" + cell
    return cell


def guard_row(cells: list[object]) -> list[object]:
    """Guard every cell of a row."""
    return [guard(cell) for cell in cells]
