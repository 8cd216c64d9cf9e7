"""What learning offices from 30,000 cases takes: time, and the memory that the worker's unit must allow.

There are not so many real messages with a known answer. Each case is put together from sentences of two of the 2,570
labelled ones of one kind, so that lengths are real; 30,000 real ones have more different words, and take more memory
for them.
"""

import csv
import random
import re
import resource
import time

from . import county

CASES = 30_000


def main() -> dict:
    """Measure, in a process of its own: the peak is the process's."""
    county.start("learning")
    from bandeng.engines.similarity import dispatch as engine

    texts = list(_cases(random.Random(1)))
    labels = sorted({label for _text, label in texts})
    described = [engine.ClassDescription(label, (label,)) for label in labels]
    began = time.process_time()
    model = engine.train(described, [engine.Example(*case) for case in texts], (), seed=1)
    return {
        "cases": len(texts),
        "mean_characters": round(sum(len(text) for text, _label in texts) / len(texts)),
        "classes": len(labels),
        "cpu_s": round(time.process_time() - began),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "held_out_accuracy": round(model.report.accuracy, 3),
    }


def _cases(rng: random.Random):
    with (county.DATA / "labelled.csv").open(encoding="utf-8-sig") as file:
        said = [(row["label"], _sentences(row["text"])) for row in csv.DictReader(file)]
    of_kind: dict[str, list[list[str]]] = {}
    for kind, sentences in said:
        of_kind.setdefault(kind, []).append(sentences)
    for n in range(CASES):
        number = n if n < len(said) else rng.randrange(len(said))
        kind, sentences = said[number]
        other = rng.choice(of_kind[kind])
        if n >= len(said):
            sentences = [rng.choice((own, rng.choice(other))) for own in sentences]
            rng.shuffle(sentences)
        yield "".join(sentences), kind


def _sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[。！？!?])", re.sub(r"\s+", "", text)) if part] or ["。"]
