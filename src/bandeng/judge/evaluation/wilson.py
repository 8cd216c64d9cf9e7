"""The interval that a share of few people deserves."""

from math import sqrt

Z = 1.96  # 95 %


def interval(hits: int, n: int, z: float = Z) -> tuple[float, float]:
    """Give the Wilson score interval of hits/n, both ends in 0..1; nothing is known of nobody: (0, 1).

    Source: E. B. Wilson, J. Am. Stat. Assoc. 22 (1927) 209-212.
    """
    if not 0 <= hits <= n:
        raise ValueError(f"{hits} of {n} is no share.")
    if n == 0:
        return 0.0, 1.0
    share, square = hits / n, z * z
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = z / (1 + square / n) * sqrt(share * (1 - share) / n + square / (4 * n * n))
    low = 0.0 if hits == 0 else max(0.0, middle - half)
    high = 1.0 if hits == n else min(1.0, middle + half)
    return low, high
