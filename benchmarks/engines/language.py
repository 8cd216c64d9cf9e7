"""The language engine on real messages, beside jieba and jionlp: `python -m benchmarks.engines.language`.

Writes benchmarks/results/language.json and the chart of docs/explanation/engines/language.md. Of the data only counts.
"""

import csv
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from bandeng.config.cli.evaluate import files, findings, masking
from bandeng.config.cli.evaluate.intervals import wilson
from bandeng.engines import language

from . import language_chart, language_doors

ROOT = Path(__file__).resolve().parents[2]
PEER = ROOT / "benchmarks" / "peers" / "language"
PLACE = ROOT / "benchmarks" / ".cache" / "peers" / "language"
RESULTS = ROOT / "benchmarks" / "results"
GOLD = ROOT / "tests" / "engines" / "data" / "persons.csv"
PEER_KINDS = ("phone", "id_number", "plate", "email", "account")


def main(size: str = "small") -> int:
    """Measure on the whole of the data; there is one size."""
    data = Path(os.environ.get("BANDENG_DATA", ROOT.parent / "shared" / "data"))
    if not data.is_dir():
        print(f"{data} is not there: set BANDENG_DATA.", file=sys.stderr)
        return 2
    stream = files.read(data / "messages" / "stream.xlsx", ["title", "text"])
    replied = files.read(data / "messages" / "replied.xlsx", ["id", "text", "reply"], ["title"])
    short = [row["title"] for row in stream]
    gold = {part: _gold(part) for part in ("develop", "held", "fresh")}
    peer = _peer({"short": short, "gold": [text for part in gold.values() for text, _spans in part]})
    results = {
        "machine": {"cores": os.cpu_count(), "python": platform.python_version(), "load": round(os.getloadavg()[0], 1)},
        "tokenising": _tokenising(short, [row["text"] for row in stream], peer["cutting"]),
        "masking": _masking(gold, peer),
        "doors": language_doors.measure(data / "addresses"),
        "findings": _findings(replied),
        "judged": {number: _judged(number) for number in (1, 2, 3)},
    }
    (RESULTS / "language.json").write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    chart = language_chart.draw(results["judged"][3]["families"], results["masking"]["held"]["kinds"])
    (ROOT / "docs" / "explanation" / "engines" / "language.svg").write_text(chart, encoding="utf-8")
    print(json.dumps(results, ensure_ascii=False, indent=1))
    return 0


def _gold(part: str) -> list[tuple[str, set]]:
    with GOLD.open(encoding="utf-8", newline="") as file:
        return [masking.unmarked(row["marked"]) for row in csv.DictReader(file) if row["part"] == part]


def _peer(given: dict) -> dict:
    """Ask the peers in their own environment, made where it is not there yet."""
    python, made = PLACE / "bin" / "python", PLACE / "requirements.txt"
    wanted = (PEER / "requirements.txt").read_text(encoding="utf-8")
    if not made.exists() or made.read_text(encoding="utf-8") != wanted:
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(PLACE)], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "-q", "-r", PEER / "requirements.txt"], check=True)
        made.write_text(wanted, encoding="utf-8")
    command = [python, "-m", "benchmarks.peers.language.ask"]
    asked = subprocess.run(command, input=json.dumps(given), cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(asked.stdout)


def _seconds(do, inputs: list) -> float:
    """Give CPU seconds: the cores are shared with others."""
    began = time.process_time()
    for given in inputs:
        do(given)
    return time.process_time() - began


def _tokenising(short: list[str], texts: list[str], peer: float) -> dict:
    tokeniser = language.Tokeniser()
    tokeniser.words("龍")  # dictionaries are read once
    runs = sorted(_seconds(tokeniser.words, short) for _ in range(5))
    return {
        "short_messages": len(short),
        "a_second": round(len(short) / statistics.median(runs)),
        "jieba_a_second": round(len(short) / peer),
        "ratio": round(peer / statistics.median(runs), 1),
        "whole_messages_a_second": round(len(texts) / _seconds(tokeniser.words, texts)),
    }


def _masking(gold: dict[str, list[tuple[str, set]]], peer: dict) -> dict:
    spans, told = iter(peer["spans"]), {}
    for part, sentences in gold.items():
        texts = [text for text, _spans in sentences]
        seconds = _seconds(language.find, texts)
        with GOLD.open(encoding="utf-8", newline="") as file:
            ours = masking.measure([row["marked"] for row in csv.DictReader(file) if row["part"] == part])
        right, found, marked = Counter(), Counter(), Counter()
        for _text, of in sentences:
            theirs = {tuple(span) for span in next(spans)}
            right.update(kind for _a, _b, kind in of & theirs)
            found.update(kind for _a, _b, kind in theirs)
            marked.update(kind for _a, _b, kind in of)
        ours["microseconds"] = round(seconds / len(texts) * 1e6)
        ours["jionlp"] = {
            kind: {
                "precision": round(right[kind] / found[kind], 4) if found[kind] else None,
                "recall": round(right[kind] / marked[kind], 4) if marked[kind] else None,
            }
            for kind in PEER_KINDS
        }
        told[part] = ours
    told["jionlp_microseconds"] = round(peer["finding"] / len(peer["spans"]) * 1e6)
    return told


def _findings(replied: list[dict[str, str]]) -> dict:
    counts = findings.count(list(findings._found(replied)))
    lengths = [row for row in replied if 900 <= len(row["reply"]) <= 1100]
    took = [
        _seconds(lambda row: language.findings(row["reply"], message=row["text"]), [row]) * 1000
        for row in random.Random(1).sample(lengths, min(60, len(lengths)))
    ]
    return {
        **counts,
        "rules_there_are": len(language.plain.rules()),
        "ms_for_1000_characters": {"median": round(statistics.median(took), 2), "most": round(max(took), 2)},
    }


def _judged(number: int) -> dict:
    """Give the precision of a judged sample, by family and over all, with Wilson intervals of 95 %."""
    family = {rule.id: rule.family for rule in language.plain.rules()}
    right, whole = Counter(), Counter()
    with (RESULTS / f"language-findings-judged-{number}.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            whole[family[row["rule"]]] += 1
            right[family[row["rule"]]] += row["verdict"] == "right"
    families = {name: _rate(right[name], whole[name]) for name in language.plain.FAMILIES}
    return {"all": _rate(right.total(), whole.total()), "families": families}


def _rate(right: int, whole: int) -> dict:
    return {"right": right, "of": whole, "precision": round(right / whole, 4), "interval": wilson(right, whole)}


if __name__ == "__main__":
    sys.exit(main())
