"""Intervals of shares, for measures on few examples."""

import math

Z = 1.959963984540054  # the 97.5 % point of the normal


def wilson(part: int, whole: int) -> list[float] | None:
    """Give the Wilson score interval of 95 % for a share; None where there is nothing to share."""
    if not whole:
        return None
    share, spread = part / whole, Z * Z / whole
    middle = (share + spread / 2) / (1 + spread)
    half = math.sqrt(share * (1 - share) * spread + spread * spread / 4) / (1 + spread)
    return [round(max(0.0, middle - half), 4), round(min(1.0, middle + half), 4)]
