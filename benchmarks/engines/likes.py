"""Measure likes on the real tables and draw docs/explanation/engines/search.svg: the engine beside plain methods.

BANDENG_DATA=… python -m benchmarks.engines.likes
"""

import contextlib
import io
import json
import os
from pathlib import Path

from bandeng.config import cli

HERE = Path(__file__).resolve().parent.parent
RESULT = HERE / "results" / "likes.json"
CHART = HERE.parent / "docs" / "explanation" / "engines" / "search.svg"
DATA = Path(os.environ.get("BANDENG_DATA", HERE.parent / "../shared/data")) / "messages"
STREAM = [str(DATA / "stream.xlsx"), str(DATA / "events.csv")]
TASKS = {
    "whole message, events": STREAM,
    "title alone, events": [*STREAM, "--query", "title"],
    "message, its own reply": [str(DATA / "replied.xlsx")],
}
LABELS = {
    "word_tfidf_whole": "TF-IDF, words, whole message",
    "word_tfidf_title": "TF-IDF, words, title",
    "bigram_bm25_whole": "BM25, bigrams, whole message",
    "bigram_bm25_title": "BM25, bigrams, title",
}
LEFT, WIDE, ROW, FROM = 230, 330, 18, 0.6


def main() -> None:
    """Measure, keep the figures, draw."""
    found = {name: _measure(words) for name, words in TASKS.items()}
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    CHART.write_text(_chart(found))
    print(RESULT, CHART)


def _measure(words: list[str]) -> dict:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        cli.main(["evaluate", "likes", *words, "--json"])
    return json.loads(out.getvalue())


def _chart(found: dict[str, dict]) -> str:
    """Draw a bar for each method, and a whisker for the engine's interval; the axis begins at FROM."""
    lines, y = [], 20
    for task, result in found.items():
        lines.append(f'<text x="4" y="{y}" font-weight="bold">{task}</text>')
        rows = [("this engine", result["recall_at_10"], result["interval"], "#a33327")]
        rows += [(LABELS[name], value, None, "#9aa4ad") for name, value in result["baselines"].items()]
        for label, value, interval, colour in rows:
            y += ROW
            lines.append(f'<text x="{LEFT - 6}" y="{y}" text-anchor="end">{label}</text>')
            lines.append(f'<rect x="{LEFT}" y="{y - 11}" width="{_at(value):.1f}" height="13" fill="{colour}"/>')
            if interval:
                low, high = (LEFT + _at(bound) for bound in interval)
                lines.append(f'<path d="M{low:.1f} {y - 4.5}H{high:.1f}" stroke="#222" stroke-width="2"/>')
            lines.append(f'<text x="{LEFT + WIDE + 8}" y="{y}">{value:.3f}</text>')
        y += ROW + 8
    lines.append(f'<text x="{LEFT}" y="{y}">{FROM}</text><text x="{LEFT + WIDE - 12}" y="{y}">1.0</text>')
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 620 {y + 10}" font-family="sans-serif" font-size="12">'
        f'<title>Recall within the first ten</title><rect width="620" height="{y + 10}" fill="#fff"/>'
    )
    return "\n".join([head, *lines, "</svg>", ""])


def _at(value: float) -> float:
    return max(0.0, (value - FROM) / (1 - FROM)) * WIDE


if __name__ == "__main__":
    main()
