"""The chart of the language engine's page: shares with their intervals, as plain SVG."""

WIDTH, ROW, LEFT, RIGHT = 720, 24, 190, 60


def draw(families: dict[str, dict], kinds: dict[str, dict]) -> str:
    """Draw precision of findings by family, and recall of masking by kind on the held sentences."""
    rows = [("Findings judged right", None)]
    rows += [
        (f"{name} ({of['right']} of {of['of']})", (of["precision"], *of["interval"])) for name, of in families.items()
    ]
    rows += [("What had to be masked and was", None)]
    rows += [(f"{name} ({of['marked']})", (of["recall"], *of["recall_interval"])) for name, of in kinds.items()]
    height = ROW * (len(rows) + 2)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif"',
        ' font-size="13">',
        "<title>Precision of findings and recall of masking, with Wilson intervals of 95 %</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
    ]
    for n, (name, share) in enumerate(rows):
        middle = ROW * (n + 1)
        weight = ' font-weight="bold"' if share is None else ""
        parts.append(f'<text x="8" y="{middle + 4}"{weight} fill="#222">{name}</text>')
        if share:
            parts += _bar(middle, *share)
    parts += [_tick(share, ROW * (len(rows) + 1)) for share in (0, 0.25, 0.5, 0.75, 1)]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _x(share: float) -> float:
    return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)


def _bar(middle: int, share: float, low: float, high: float) -> list[str]:
    return [
        f'<rect x="{_x(0)}" y="{middle - 7}" width="{_x(share) - _x(0):.1f}" height="14" fill="#3b6ea5"/>',
        f'<path d="M{_x(low)} {middle}H{_x(high)}M{_x(low)} {middle - 4}v8M{_x(high)} {middle - 4}v8" stroke="#d9822b" '
        'stroke-width="2" fill="none"/>',
        f'<text x="{WIDTH - RIGHT + 14}" y="{middle + 4}" fill="#222">{share:.2f}</text>',
    ]


def _tick(share: float, y: int) -> str:
    return f'<text x="{_x(share)}" y="{y + 4}" text-anchor="middle" fill="#555">{share:g}</text>'
