"""Line charts as plain SVG: two axes, a few lines, no script."""

from collections.abc import Sequence
from math import log10
from pathlib import Path

WIDE, HIGH, LEFT, TOP, RIGHT, BOTTOM = 680, 320, 88, 40, 160, 48
COLOURS = ("#0b5cad", "#b3541e", "#3a7d44", "#6b4c9a")
Line = tuple[str, Sequence[tuple[float, float]]]


def chart(target: Path, title: str, x_title: str, y_title: str, lines: Sequence[Line], *, is_log: bool = False) -> None:
    """Draw lines of (x, y) points; on logarithmic axes where asked."""
    points = [point for _, line in lines for point in line]
    x_ticks, y_ticks = (_ticks([point[axis] for point in points], is_log) for axis in (0, 1))

    def place(x: float, y: float) -> tuple[float, float]:
        return (
            LEFT + _share(x, x_ticks, is_log) * (WIDE - LEFT - RIGHT),
            HIGH - BOTTOM - _share(y, y_ticks, is_log) * (HIGH - TOP - BOTTOM),
        )

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {HIGH}" font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDE}" height="{HIGH}" fill="#fff"/><text x="{LEFT}" y="22" font-size="14">{title}</text>',
    ]
    for tick in x_ticks:
        x, y = place(tick, y_ticks[0])
        parts.append(f'<text x="{x:.0f}" y="{y + 18:.0f}" text-anchor="middle">{_said(tick)}</text>')
    for tick in y_ticks:
        x, y = place(x_ticks[0], tick)
        parts.append(f'<path d="M{x:.0f} {y:.1f}H{WIDE - RIGHT}" stroke="#ddd"/>')
        parts.append(f'<text x="{x - 8:.0f}" y="{y + 4:.0f}" text-anchor="end">{_said(tick)}</text>')
    below = (LEFT + WIDE - RIGHT) // 2
    parts.append(f'<text x="{below}" y="{HIGH - 10}" text-anchor="middle">{x_title}</text>')
    parts.append(f'<text transform="translate(14 {HIGH // 2}) rotate(-90)" text-anchor="middle">{y_title}</text>')
    names = _apart([place(*line[-1])[1] for _, line in lines])
    for number, (name, line) in enumerate(lines):
        colour = COLOURS[number % len(COLOURS)]
        placed = [place(*point) for point in line]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in placed)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in placed]
        parts.append(f'<text x="{WIDE - RIGHT + 10}" y="{names[number] + 4:.0f}" fill="{colour}">{name}</text>')
    target.write_text("\n".join([*parts, "</svg>", ""]))
    print(target)


def _apart(heights: Sequence[float]) -> list[float]:
    """Move names that would stand on one another upwards."""
    placed, above = [0.0] * len(heights), float("inf")
    for number in sorted(range(len(heights)), key=lambda n: -heights[n]):
        above = placed[number] = min(heights[number], above - 15)
    return placed


def _ticks(values: Sequence[float], is_log: bool) -> list[float]:
    low, high = min(values), max(values)
    if is_log:
        first, last = int(log10(low) // 1), int(-(-log10(high) // 1))
        return [10.0**power for power in range(first, max(last, first + 1) + 1)]
    step = next(step for step in (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200) if (high - low) / step <= 6)
    first = low // step
    return [round((first + n) * step, 6) for n in range(int(-(-(high - first * step) // step)) + 1)]


def _share(value: float, ticks: Sequence[float], is_log: bool) -> float:
    low, high, value = (log10(v) if is_log else v for v in (ticks[0], ticks[-1], value))
    return (value - low) / (high - low)


def _said(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:g}"
