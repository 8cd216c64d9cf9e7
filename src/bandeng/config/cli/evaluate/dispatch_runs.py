"""Trains and asks over folds and seeds; the peer on the same rows. Learning libraries are imported here only."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bandeng.engines.similarity import dispatch
from bandeng.engines.similarity.dispatch import ClassDescription, Example, Settings, evaluation, measures

from ..failures import NotReady
from ..words import gettext as _

FOLDS = 5
DRAWS = 1_000  # of the bootstrap, over all seeds
# the usual machine on raw text, and on the engine's own spelling and words, which make it stronger
PEERS = {"raw_peer": evaluation.raw_peer, "peer": evaluation.peer}


@dataclass(frozen=True)
class Material:
    """Messages as (text, label), topics' phrases by id, and texts without a label."""

    train: list[tuple[str, str]]
    test: list[tuple[str, str]] | None
    topics: dict[str, tuple[str, ...]]
    unlabelled: list[str]
    settings: Settings = field(default_factory=Settings)

    @property
    def rows(self) -> list[tuple[str, str]]:
        return self.train + (self.test or [])

    def classes(self) -> list[str]:
        return sorted({label for _text, label in self.rows})

    def descriptions(self) -> list[ClassDescription]:
        """Give topics that the messages have as answers; the others only tell what is not theirs."""
        classes = self.classes()
        bare = [ClassDescription(name) for name in classes if name not in self.topics]
        return bare + [ClassDescription(name, words, is_answer=name in classes) for name, words in self.topics.items()]


@dataclass(frozen=True)
class Seed:
    """What one seed gave of the rows that were held out."""

    rows: NDArray[np.int64]
    chances: NDArray[np.float64]
    is_sure: NDArray[np.bool_]
    peers: dict[str, NDArray[np.int64]]


def measure(material: Material, labels: int | None, seeds: int, *, has_peer: bool) -> dict[str, Any]:
    """Measure over seeds: means, spreads, and the difference to the peer with its interval."""
    reader = dispatch.Reader(is_remembering=True)
    alike = evaluation.groups(reader, [text for text, _label in material.rows])
    if material.test is None and len(np.unique(alike)) < FOLDS:
        raise NotReady(
            _("There are fewer than %d different messages with labels.") % FOLDS, _("Name a file with more.")
        )
    classes = material.classes()
    truth = np.array([classes.index(label) for _text, label in material.rows])
    runs = [_seed(material, labels, seed, reader, alike, truth, has_peer) for seed in range(seeds)]
    each = [_measures(run, truth) for run in runs]
    keys = each[0].keys()
    result: dict[str, Any] = {key: _mean([one[key] for one in each]) for key in keys}
    result["spread"] = {key: _deviation([one[key] for one in each]) for key in keys}
    result |= {"labels": labels, "seeds": seeds, "messages": len(material.rows), "classes": len(classes)}
    result["reliability"] = measures.reliability(
        np.concatenate([run.chances for run in runs]), np.concatenate([truth[run.rows] for run in runs])
    )
    for name in PEERS:
        peers = [run.peers[name] for run in runs if name in run.peers]
        if len(peers) == len(runs):
            result[name] = _compared(runs, peers, truth, alike, len(classes))
    return result


def _seed(material: Material, labels: int | None, seed: int, reader, alike, truth, has_peer: bool) -> Seed:
    rows, chances, is_sure = [], [], []
    peers: dict[str, list[NDArray[np.int64]]] = {name: [] for name in PEERS if has_peer}
    for learned, held in _splits(material, alike, truth, seed):
        shown = np.random.default_rng([seed, held[0]]).permutation(learned)[:labels]
        model = _model(material, shown, np.setdiff1d(learned, shown), seed, reader)
        found = model.probabilities(material.rows[row][0] for row in held)
        rows.append(held)
        is_sure.append(model.is_sure(found))
        chances.append(found[:, [model.classes.index(name) for name in material.classes()]])
        if len(np.unique(truth[shown])) > 1:
            for name, found_by in peers.items():
                predict = PEERS[name]([material.rows[row][0] for row in shown], truth[shown])
                found_by.append(predict([material.rows[row][0] for row in held]))
    known = {name: np.concatenate(found_by) for name, found_by in peers.items() if len(found_by) == len(rows)}
    return Seed(np.concatenate(rows), np.concatenate(chances), np.concatenate(is_sure), known)


def _splits(material: Material, alike, truth, seed: int) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    if material.test is not None:
        every = np.arange(len(material.rows))
        yield every[: len(material.train)], every[len(material.train) :]
        return
    yield from evaluation.folds(alike, truth, FOLDS, seed)


def _model(material: Material, shown, others, seed: int, reader) -> dispatch.Model:
    examples = [Example(*material.rows[row]) for row in shown]
    texts = [material.rows[row][0] for row in others] + material.unlabelled
    settings = material.settings
    return dispatch.train(material.descriptions(), examples, texts, seed=seed, settings=settings, reader=reader)


def _measures(run: Seed, truth: NDArray) -> dict[str, float | None]:
    labels, found = truth[run.rows], run.chances.argmax(axis=1)
    return {
        "macro_f1": measures.macro_f1(found, labels, run.chances.shape[1]),
        "accuracy": measures.top(run.chances, labels, 1),
        "top2": measures.top(run.chances, labels, 2),
        "ece": measures.calibration_error(run.chances, labels),
        "right_on_surest_70": measures.accuracy_on_surest(run.chances, labels, 0.7),
        "sure_share": float(run.is_sure.mean()),
        "right_where_sure": float((found == labels)[run.is_sure].mean()) if run.is_sure.any() else None,
    }


def _compared(runs: list[Seed], peers: list[NDArray], truth, alike, classes: int) -> dict[str, Any]:
    theirs = [measures.macro_f1(peer, truth[run.rows], classes) for run, peer in zip(runs, peers, strict=True)]
    rows = np.concatenate([run.rows for run in runs])
    found = np.concatenate([run.chances.argmax(axis=1) for run in runs])
    ours = [measures.macro_f1(run.chances.argmax(axis=1), truth[run.rows], classes) for run in runs]
    return {
        "macro_f1": _mean(theirs),
        "spread": _deviation(theirs),
        "difference": float(np.mean(ours) - np.mean(theirs)),
        # a group drawn counts with what every seed said of it: seeds are not taken for further messages
        "interval": measures.bootstrap(
            truth[rows], found, np.concatenate(peers), alike[rows], classes, seed=0, draws=DRAWS
        ),
    }


def _mean(values: list[Any]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None


def _deviation(values: list[Any]) -> float:
    known = [value for value in values if value is not None]
    return float(np.std(known)) if known else 0.0
