"""What dispatching costs and what each part brings: `python -m benchmarks.engines.dispatch`; see `--help`.

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
from unittest import mock

import numpy as np

from bandeng.config.cli.evaluate import dispatch_runs, files
from bandeng.engines.similarity.dispatch import (
    ClassDescription,
    Example,
    Model,
    Reader,
    Settings,
    describing,
    evaluation,
    measures,
    train,
)

ROOT = Path(__file__).resolve().parents[2]
RESULT = ROOT / "benchmarks" / "results" / "dispatch.json"
DATA = Path(os.environ.get("BANDENG_DATA", ROOT.parent / "shared" / "data")) / "messages"
PARTS = {
    "whole": {},
    "without guesses": {"guesses": 0.0},
    "without descriptions beside": {"descriptions": 0.0},
    "without word vectors as features": {"meaning": 0.0},
    "examples beside the first day, not correcting it": {"correction": 0.0},
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


def many(number: int, has_towns: bool) -> dict:
    """Retrain on `number` messages made of the real ones' sentences, shuffled within a label, of real length.

    With towns each of 43 invented ones has an office for each label, and its messages name the town: 301 classes.
    """
    source = random.Random(0)
    given = material()
    cut = re.compile(r"(?<=[。！？!?；;\n])")
    sentences: dict[str, list[str]] = {}
    for text, label in given.train:
        sentences.setdefault(label, []).extend(part for part in cut.split(text) if part.strip())
    towns = (
        [f"{first}{second}镇" for first in "龙凤青白金石" for second in "泉山河桥塘林坪湾"][:43] if has_towns else [""]
    )
    examples = []
    for _ in range(number):
        text, label = source.choice(given.train)
        town = source.choice(towns)
        length, parts = len(text), [f"我是{town}的。"] if town else []
        while sum(map(len, parts)) < length:
            parts.append(source.choice(sentences[label]))
        source.shuffle(parts)
        examples.append(Example("".join(parts)[: length + 50], f"{town}{label}"))
    described = [
        ClassDescription(f"{town}{each.id}", (town, *each.words) if town else each.words, is_answer=each.is_answer)
        for each in given.descriptions()
        for town in (towns if each.is_answer else towns[:1])
    ]
    began, wall = time.process_time(), time.perf_counter()
    model = train(described, examples, names=filter(None, towns))
    return {
        "messages": number,
        "classes": len(model.classes),
        "characters": round(sum(len(each.text) for each in examples) / number),
        "cpu_s": round(time.process_time() - began, 1),
        "wall_s": round(time.perf_counter() - wall, 1),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "held_out_accuracy": model.report.accuracy,
    }


def learned_by_few(numbers: list[int], seeds: int, parts: dict[str, dict]) -> dict[str, list[dict]]:
    """Measure parts of the engine on one part of five held out for each seed, seeing `numbers` labels.

    Word vectors are of the same texts however many of them have labels: they are learned once a seed.
    """
    given, reader = material(), Reader(is_remembering=True)
    classes = given.classes()
    truth = np.array([classes.index(label) for _text, label in given.train])
    alike = evaluation.groups(reader, [text for text, _label in given.train])
    found: dict[tuple[str, int], list[dispatch_runs.Seed]] = {}
    for seed in range(seeds):
        learned, held = next(evaluation.folds(alike, truth, dispatch_runs.FOLDS, seed))
        order = np.random.default_rng([seed, held[0]]).permutation(learned)
        with mock.patch.object(describing, "word_vectors", cache_by_size(describing.word_vectors)):
            for name, off in parts.items():
                varied = replace(given, settings=replace(Settings(), **off))
                for number in numbers:
                    rest = np.sort(order[number:])
                    model = dispatch_runs._model(varied, order[:number], rest, seed, reader)
                    chances = model.probabilities(given.train[row][0] for row in held)
                    columns = [model.classes.index(each) for each in classes]
                    run = dispatch_runs.Seed(held, chances[:, columns], model.is_sure(chances), {})
                    found.setdefault((name, number), []).append(run)
        print(f"seed {seed}", file=sys.stderr, flush=True)
    return {
        name: [summed(found[name, number], truth, number, seeds, len(given.train)) for number in numbers]
        for name in parts
    }


def cache_by_size(make):
    """Remember what was made for a number of dimensions."""
    made: dict[int, tuple] = {}

    def remembered(corpus, dimensions: int, seed: int) -> tuple:
        if dimensions not in made:
            made[dimensions] = make(corpus, dimensions, seed)
        return made[dimensions]

    return remembered


def summed(runs: list, truth: np.ndarray, number: int, seeds: int, messages: int) -> dict:
    each = [dispatch_runs._measures(run, truth) for run in runs]
    chances, labels = (np.concatenate(part) for part in zip(*((r.chances, truth[r.rows]) for r in runs), strict=True))
    return {
        "labels": number,
        "seeds": seeds,
        "held_out": "one part of five a seed",
        "messages": messages,
        **{key: dispatch_runs._mean([one[key] for one in each]) for key in each[0]},
        "spread": {key: dispatch_runs._deviation([one[key] for one in each]) for key in each[0]},
        # of all seeds' messages together: one part's bins of fifty are off by about .03 by chance
        "ece_together": measures.calibration_error(chances, labels),
        "reliability": measures.reliability(chances, labels),
        "macro_f1_by_seed": [one["macro_f1"] for one in each],
    }


def with_peers_of_few(seeds: int) -> list[dict]:
    """Give the kept evaluations, those with few labels beside a machine on raw text: same labels, same parts."""
    before = json.loads(RESULT.read_text())["evaluations"]
    given, reader = material(), Reader(is_remembering=True)
    classes = given.classes()
    texts = [text for text, _label in given.train]
    truth = np.array([classes.index(label) for _text, label in given.train])
    alike = evaluation.groups(reader, texts)
    found: dict[int, list[float]] = {}
    for seed in range(seeds):
        learned, held = next(evaluation.folds(alike, truth, dispatch_runs.FOLDS, seed))
        order = np.random.default_rng([seed, held[0]]).permutation(learned)  # as in `learned_by_few`
        for number in (each["labels"] for each in before if each["labels"]):
            predict = evaluation.raw_peer([texts[row] for row in order[:number]], truth[order[:number]])
            answers = predict([texts[row] for row in held])
            found.setdefault(number, []).append(measures.macro_f1(answers, truth[held], len(classes)))
    for each in before:
        if scores := found.get(each["labels"]):
            spread = dispatch_runs._deviation(scores)
            each["raw_peer"] = {"macro_f1": dispatch_runs._mean(scores), "spread": spread, "seeds": seeds}
    return before


def evaluations(few: int | None, all_labels: int | None) -> list[dict]:
    """Measure with few labels or with all; the others stay as they were measured."""
    before = json.loads(RESULT.read_text())["evaluations"] if RESULT.exists() else []
    if few:
        measured = learned_by_few([0, 20, 100, 500], few, {"whole": {}})["whole"]
        return measured + [each for each in before if each["labels"] is None]
    measured = dispatch_runs.measure(material(), None, all_labels, has_peer=True)
    return [each for each in before if each["labels"] is not None] + [measured]


def ablations(seeds: int) -> list[dict]:
    """Measure with each part left out, on the same parts and labels."""
    kept = "labels", "seeds", "macro_f1", "top2", "ece_together"
    by_part = learned_by_few([0, 100], seeds, PARTS)
    return [{"part": name} | {key: each[key] for key in kept} for name, every in by_part.items() for each in every]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ask", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--many", type=int, metavar="N", help="retrain on N messages")
    parser.add_argument(
        "--towns", action="store_true", help="with --many: an office for each label in each of 43 towns"
    )
    parser.add_argument("--ablations", type=int, metavar="SEEDS", help="leave parts out, over SEEDS seeds")
    parser.add_argument("--few", type=int, metavar="SEEDS", help="0, 20, 100 and 500 labels, over SEEDS seeds")
    parser.add_argument("--few-peers", type=int, metavar="SEEDS", help="the peer with few labels, over SEEDS seeds")
    parser.add_argument(
        "--all", type=int, metavar="SEEDS", help="five-fold with all labels and peers, over SEEDS seeds"
    )
    args = parser.parse_args()
    if args.ask:
        ask(args.ask)
        return 0
    if not DATA.is_dir():
        print(f"{DATA} is not there: BANDENG_DATA names the directory of data.", file=sys.stderr)
        return 2
    if args.many:
        measured = {"many_offices" if args.towns else "many": many(args.many, args.towns)}
    elif args.ablations:
        measured = {"ablations": ablations(args.ablations)}
    elif args.few_peers:
        measured = {"evaluations": with_peers_of_few(args.few_peers)}
    elif args.few or args.all:
        measured = {"evaluations": evaluations(args.few, args.all)}
    else:
        measured = {"costs": costs()}
    result = (json.loads(RESULT.read_text()) if RESULT.exists() else {}) | measured
    RESULT.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n")
    print(json.dumps(result, indent=2, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
