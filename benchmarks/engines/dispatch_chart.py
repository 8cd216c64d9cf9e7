"""Draw what benchmarks/results/dispatch.json holds: certainty against truth, macro-F1 by labels. Aggregates only."""

import json
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RESULT = ROOT / "benchmarks" / "results" / "dispatch.json"
TARGET = ROOT / "docs" / "explanation" / "engines"
SIDE, MARGIN = 320, 48
STYLE = (
    "<style>text{font:12px sans-serif;fill:#333}.a{stroke:#999;fill:none}"
    ".e{stroke:#0b5fa5;fill:#0b5fa5}.p{stroke:#b5460f;fill:#b5460f}</style>"
)


def frame(title: str, across: str, up: str, marks: list[str], low: float, labels: list[tuple[float, str]]) -> str:
    """Draw axes from `low` to 1 upwards, `labels` (place 0–1, text) across, and the marks."""
    size = SIDE + 2 * MARGIN
    ticks = [low + (1 - low) * step / 4 for step in range(5)]
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" role="img" aria-label="{title}">{STYLE}',
        f'<rect class="a" x="{MARGIN}" y="{MARGIN}" width="{SIDE}" height="{SIDE}"/>',
        f'<text x="{MARGIN}" y="24">{title}</text>',
        f'<text x="{size / 2}" y="{size - 8}" text-anchor="middle">{across}</text>',
        f'<text x="14" y="{size / 2}" transform="rotate(-90 14 {size / 2})" text-anchor="middle">{up}</text>',
    ]
    for tick in ticks:
        y = MARGIN + SIDE * (1 - (tick - low) / (1 - low))
        lines.append(f'<text x="{MARGIN - 6}" y="{y + 4}" text-anchor="end">{tick:.2f}</text>')
    for place, text in labels:
        lines.append(f'<text x="{MARGIN + place * SIDE}" y="{size - MARGIN + 16}" text-anchor="middle">{text}</text>')
    return "\n".join([*lines, *marks, "</svg>", ""])


def point(place: float, height: float, low: float, kind: str, says: str) -> str:
    x, y = MARGIN + place * SIDE, MARGIN + SIDE * (1 - (height - low) / (1 - low))
    return f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="4"><title>{says}</title></circle>'


def reliability(bins: list[list[float]]) -> str:
    marks = [f'<path class="a" d="M{MARGIN} {MARGIN + SIDE}L{MARGIN + SIDE} {MARGIN}"/>']
    marks += [point(sure, right, 0, "e", f"{sure:.2f} → {right:.2f}") for sure, right, _number in bins]
    labels = [(step / 4, f"{step / 4:.2f}") for step in range(5)]
    return frame("All labels: ten bins of equal mass", "certainty", "right", marks, 0, labels)


def by_labels(evaluations: list[dict]) -> str:
    low, marks, labels = 0.2, [], []
    for number, each in enumerate(evaluations):
        place = (number + 0.5) / len(evaluations)
        labels.append((place, "all" if each["labels"] is None else str(each["labels"])))
        marks.append(point(place, each["macro_f1"], low, "e", f"engine {each['macro_f1']:.3f}"))
        for name, says in (("peer", "SVM on the engine's words"), ("raw_peer", "SVM on raw text")):
            if peer := each.get(name):
                marks.append(point(place, peer["macro_f1"], low, "p", f"{says} {peer['macro_f1']:.3f}"))
    return frame("Macro-F1: engine (blue), SVM (brown)", "labels seen", "macro-F1", marks, low, labels)


def main() -> None:
    evaluations = json.loads(RESULT.read_text())["evaluations"]
    (TARGET / "dispatch-labels.svg").write_text(by_labels(evaluations))
    (TARGET / "dispatch-reliability.svg").write_text(reliability(evaluations[-1]["reliability"]))


if __name__ == "__main__":
    main()
