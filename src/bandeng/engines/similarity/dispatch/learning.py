"""From examples, guesses and descriptions to one linear table."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from . import squares
from .correcting import corrected
from .material import Linear, Material
from .settings import Settings

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

MANY = 20_000  # examples
_MOST_GUESSES = 3_000
_MANY_CLASSES = 50
_OTHERS = 5_000  # of other classes' examples, that each of many classes is told from
_LEAST_WEIGHT = 0.02
_TOLERANCE = 1e-2  # of the machines of many classes
_MOST_ROUNDS = 100  # real messages settle in 35; where words say nothing of the class, no number is enough
_MOST_CORRECTED = 100_000_000  # examples squared times classes: half a minute


class Learner:
    """Learns from examples; what stands before any example is learned once."""

    def __init__(self, material: Material, settings: Settings, seed: int):
        self.material = material
        self.settings = settings
        self.seed = seed

    @cached_property
    def is_correcting(self) -> bool:
        """Whether examples only correct the first day: they are few. Where some are held out it is the same."""
        number, classes = len(self.material.labels), self.material.classes
        is_small = number**2 * classes <= _MOST_CORRECTED
        return bool(self.settings.correction and is_small and number < self.settings.enough * classes)

    def fit(self, rows: NDArray[np.int64]) -> Linear:
        """Learn from the examples of `rows`."""
        if not self.is_correcting:
            return _fit(self.material, rows, self.settings, self.seed)
        return corrected(self.first_day, self.material, rows, self.settings)

    @cached_property
    def first_day(self) -> Linear:
        """What descriptions and guesses say without an example."""
        return _fit(self.material, np.zeros(0, np.int64), self.settings, self.seed)


def _fit(material: Material, rows: NDArray[np.int64], settings: Settings, seed: int) -> Linear:
    """Learn from the examples of `rows`, and from guesses about the unlabelled texts while examples are few."""
    each = len(rows) / material.classes
    fade = settings.fading / (settings.fading + each)
    is_poor = each < settings.enough
    guessed, classes = _guesses(material, settings, is_first=not len(rows)) if is_poor else (rows[:0], rows[:0])
    # so many examples know the words of heads by themselves
    heads = rows[:0] if len(rows) > MANY or not settings.head else rows
    labels = np.concatenate([material.labels[rows], classes, material.labels[heads]])
    prior = np.zeros((material.texts.features.shape[1], material.classes))
    prior[material.words] = material.belonging * settings.descriptions * fade
    if len(np.unique(labels)) < 2:
        return Linear(prior, np.bincount(labels, minlength=material.classes) / max(1, len(labels)))
    own = material.weights
    weights = np.concatenate([own[rows], np.full(len(guessed), settings.guesses * fade), own[heads] * settings.head])
    fade_features = feature_weight(each, settings)
    parts = [material.texts.rows(np.concatenate([rows, guessed])), material.heads.rows(heads)]
    learned = _folded(material, parts, fade_features, settings, labels, weights, seed)
    size = learned.scores(parts[0].features).std() or 1.0
    return Linear(learned.weights / size + prior, learned.bias / size)


def feature_weight(each: float, settings: Settings) -> float:
    """Give the weight of word vectors as features, by the examples of a class; 0 when next to none."""
    weight = settings.feature_fading / (settings.feature_fading + each)
    return weight if weight >= _LEAST_WEIGHT else 0.0


def _guesses(material: Material, settings: Settings, *, is_first: bool) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Choose texts by descriptions alone: of each class as guessed, those whose first stands clearest.

    The first day guesses about examples' texts as well: it is the same however many were dispatched since.
    """
    stream = material.stream if is_first else material.stream[material.stream >= len(material.labels)]
    # those given first; in the stream's order, which does not tell which were examples
    stream = stream[np.isin(stream, np.sort(stream)[:_MOST_GUESSES])]
    scores = material.texts.told[stream]
    if not settings.guesses or material.classes < 2 or not len(scores):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    best = scores.argmax(axis=1)
    two = np.partition(scores, -2, axis=1)[:, -2:]
    clear = two[:, 1] - two[:, 0]
    chosen = []
    for column in range(material.classes):
        those = np.flatnonzero((best == column) & (clear > 0))
        chosen.append(those[np.argsort(-clear[those], kind="stable")][: int(settings.guessed_share * len(those))])
    places = np.concatenate(chosen)
    return stream[places], best[places]


def _folded(material: Material, parts, fade: float, settings: Settings, labels, weights, seed: int) -> Linear:
    """Train a machine for each class on features and meaning, and fold both into the features."""
    from scipy.sparse import csr_matrix, hstack, vstack

    meaning = settings.meaning * fade if material.vectors.any() else 0.0
    wide = [hstack([part.features, csr_matrix(meaning * part.meaning)]) if meaning else part.features for part in parts]
    found, coefficients, intercepts = _machines(vstack(wide).tocsr(), labels, weights, settings, seed)
    at = material.texts.features.shape[1]
    folded = coefficients[:, :at].T.copy()
    if meaning:
        folded[material.words] += meaning * (material.vectors @ coefficients[:, at:].T)
    result = Linear(np.zeros((len(folded), material.classes)), np.full(material.classes, intercepts.min()))
    result.weights[:, found], result.bias[found] = folded, intercepts
    return result


def _machines(
    wide: csr_matrix, labels, weights, settings: Settings, seed: int
) -> tuple[NDArray[np.int64], NDArray, NDArray]:
    """Train a machine for each class there is; where these are many, against a part of the others each."""
    from sklearn.svm import LinearSVC

    found = np.unique(labels)
    if len(found) <= _MANY_CLASSES:
        return squares.fitted(wide, labels, weights, settings.shrinkage)
    machine = LinearSVC(C=settings.penalty, random_state=seed, tol=_TOLERANCE, max_iter=_MOST_ROUNDS)
    coefficients, intercepts = np.zeros((len(found), wide.shape[1]), np.float32), np.zeros(len(found))
    source = np.random.default_rng(seed)
    alike = _alike(wide, labels, found)
    places = np.searchsorted(found, labels)
    for place, label in enumerate(found):
        others = source.permutation(np.flatnonzero(labels != label))
        # those of the classes that are most like this one, and of all others by chance
        nearest = others[np.argsort(-alike[place][places[others]], kind="stable")[: _OTHERS // 2]]
        against = np.union1d(nearest, others[: _OTHERS - len(nearest)])
        rows = np.concatenate([np.flatnonzero(labels == label), against])
        machine.fit(wide[rows], labels[rows] == label, sample_weight=weights[rows])
        coefficients[place], intercepts[place] = machine.coef_[0], machine.intercept_[0]
    return found, coefficients, intercepts


def _alike(wide: csr_matrix, labels, found: NDArray[np.int64]) -> NDArray[np.float64]:
    """Give how like the mean examples of classes are [classes, classes]."""
    from scipy.sparse import csr_matrix

    times = np.bincount(np.searchsorted(found, labels))
    shares = 1 / times[np.searchsorted(found, labels)]
    which = np.searchsorted(found, labels), np.arange(len(labels))
    means = csr_matrix((shares, which), shape=(len(found), len(labels))) @ wide
    lengths = np.sqrt(np.asarray(means.multiply(means).sum(axis=1)))
    means = means.multiply(1 / np.maximum(lengths, 1e-12)).tocsr()
    return (means @ means.T).toarray()
