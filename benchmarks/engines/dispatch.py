"""What dispatching costs and what each part brings: `python -m benchmarks.engines.dispatch [--ablations] [--many N]`.

Reads BANDENG_DATA (../shared/data beside the repository by default) and keeps aggregates only: benchmarks/results/
dispatch.json, and the charts of docs/explanation/engines. The peer is a support vector machine on TF-IDF of words and
characters as scikit-learn has it, trained and asked on the same messages in the same run.
"""

import argparse
import json
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from bandeng.config.cli.evaluate import dispatch_runs, files
from bandeng.engines.similarity.dispatch import Example, Model, Settings, evaluation, train

ROOT = Path(__file__).resolve().parents[2]
RESULT = ROOT / "benchmarks" / "results" / "dispatch.json"
DATA = Path(os.environ.get("BANDENG_DATA", ROOT.parent / "shared" / "data")) / "messages"
PARTS = {
    "whole": {},
    "without guesses": {"guesses": 0.0},
    "without descriptions beside": {"descriptions": 0.0},
    "without descriptions as features": {"descriptions_feature": 0.0},
    "without word vectors as features": {"meaning": 0.0},
    "without heads": {"head": 0.0},
}


def material(settings: Settings | None = None) -> dispatch_runs.Material:
    rows = [(row["text"], row["label"]) for row in files.read(DATA / "labelled.csv", ["text", "label"])]
    topics: dict[str, dict[str, None]] = {}
    for row in files.read(DATA / "taxonomy.csv", ["level_1", "level_2", "level_3"]):
        topics.setdefault(row["level_1"], {}).update(dict.fromkeys(row.values()))
    others = [
        f"{row['title']}\n{row['text']}"
        for name in ("stream.xlsx", "replied.xlsx")
        for row in files.read(DATA / name, ["title", "text"])
    ]
    phrases = {topic: tuple(words) for topic, words in topics.items()}
    return dispatch_runs.Material(rows, None, phrases, others, settings or Settings())


def costs() -> dict:
    """Train on four fifths and ask the rest, the engine and its peer; CPU seconds and milliseconds."""
    given = material()
    texts, labels = zip(*given.train, strict=True)
    cut = len(texts) * 4 // 5
    order = np.random.default_rng(0).permutation(len(texts))
    learned, held = order[:cut], order[cut:]
    began = time.process_time()
    examples = [Example(*given.train[row]) for row in learned]
    model = train(given.descriptions(), examples, given.unlabelled)
    own_training = time.process_time() - began
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "model.npz"
        model.save(path)
        asked = [texts[row] for row in held]
        own = _asked(path, asked)
    began = time.process_time()
    predict = evaluation.peer([texts[row] for row in learned], np.array([labels[row] for row in learned]))
    peer_training = time.process_time() - began
    began = time.process_time()
    for text in asked:
        predict([text])
    peer = (time.process_time() - began) * 1000 / len(asked)
    return {
        "messages": len(texts),
        "training_cpu_s": round(own_training, 2),
        "peer_training_cpu_s": round(peer_training, 2),
        **own,
        "peer_ms": round(peer, 3),
        "times_faster": round(peer / own["suggest_ms"], 1),
    }


def _asked(path: Path, texts: list[str]) -> dict:
    """Ask in a process of its own, as a web process would: what it holds in memory is the model's and NumPy's."""
    ran = subprocess.run(
        [sys.executable, "-m", "benchmarks.engines.dispatch", "--ask", str(path)],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": f"{ROOT / 'src'}"},
    )
    return json.loads(ran.stdout) | {"file_mb": round(path.stat().st_size / 1e6, 2)}


def ask(path: Path) -> None:
    texts = json.load(sys.stdin)
    Model.load(path).suggest("您好")  # dictionaries are read once
    model = Model.load(path)
    # ru_maxrss would be the parent's: it survives fork and exec
    resident = int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
    weight = sum(array.nbytes for array in vars(model._table).values())
    began = time.process_time()
    model.probabilities(texts)
    ranking = (time.process_time() - began) * 1000 / len(texts)
    took = []
    for text in texts:
        began = time.process_time()
        model.suggest(text)
        took.append((time.process_time() - began) * 1000)
    print(
        json.dumps(
            {
                "rank_ms": round(ranking, 3),
                "suggest_ms": round(float(np.mean(took)), 3),
                "suggest_p95_ms": round(float(np.quantile(took, 0.95)), 3),
                "in_memory_mb": round(weight / 1e6, 2),
                "process_mb": round(resident / 1e6),
            }
        )
    )


def many(number: int) -> dict:
    """Retrain on `number` messages made of the real ones' sentences, shuffled within a label, of real length."""
    source = random.Random(0)
    rows = material().train
    cut = re.compile(r"(?<=[。！？!?；;\n])")
    sentences: dict[str, list[str]] = {}
    for text, label in rows:
        sentences.setdefault(label, []).extend(part for part in cut.split(text) if part.strip())
    examples = []
    for _ in range(number):
        text, label = source.choice(rows)
        length, parts = len(text), []
        while sum(map(len, parts)) < length:
            parts.append(source.choice(sentences[label]))
        examples.append(Example("".join(parts)[: length + 50], label))
    began, wall = time.process_time(), time.perf_counter()
    train(material().descriptions(), examples)
    return {
        "messages": number,
        "characters": round(sum(len(each.text) for each in examples) / number),
        "cpu_s": round(time.process_time() - began, 1),
        "wall_s": round(time.perf_counter() - wall, 1),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def ablations(labels: list[int | None], seeds: int) -> list[dict]:
    """Measure macro-F1 with each part left out, on the same folds."""
    return [
        {"labels": number, "part": name}
        | {
            key: measured[key]
            for measured in [dispatch_runs.measure(material(replace(Settings(), **off)), number, seeds, has_peer=False)]
            for key in ("macro_f1", "top2", "ece")
        }
        for number in labels
        for name, off in PARTS.items()
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ask", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--many", type=int, metavar="N", help="retrain on N messages")
    parser.add_argument("--ablations", type=int, metavar="SEEDS", help="leave parts out, over SEEDS seeds")
    args = parser.parse_args()
    if args.ask:
        ask(args.ask)
        return 0
    if not DATA.is_dir():
        print(f"{DATA} is not there: BANDENG_DATA names the directory of data.", file=sys.stderr)
        return 2
    if args.many:
        measured = {"many": many(args.many)}
    elif args.ablations:
        measured = {"ablations": ablations([0, 100, 500], args.ablations)}
    else:
        measured = {"costs": costs()}
    result = (json.loads(RESULT.read_text()) if RESULT.exists() else {}) | measured
    RESULT.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n")
    print(json.dumps(result, indent=2, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
