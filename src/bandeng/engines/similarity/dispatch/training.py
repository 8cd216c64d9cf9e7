"""From descriptions, examples and unlabelled messages to a model."""

from __future__ import annotations

import math
import operator
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import reduce
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from . import corpus, describing, grouping, measures, sampling
from .calibrating import BEND, NEVER, bent, calibrate, sure_from
from .data import ClassDescription, Example, Report
from .errors import CannotTrain
from .learning import MANY, Learner, feature_weight
from .material import Linear, Material, Texts
from .model import Certainty, Model, Table
from .reading import Reader
from .settings import Settings

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_MOST_BYTES = 24 << 20  # of weights: what a model may weigh in a web process
_MOST_CLASSES = 5_000
_MOST_HELD_OUT = 6_000
_LEAST_EXAMPLES = 15  # to hold any out
_ENOUGH_TEXTS = 500  # from which the first day is trusted more than a few examples
_LEAST_TEXTS = 50  # from which a feature must stand in two texts


def train(
    descriptions: Iterable[ClassDescription],
    examples: Iterable[Example] = (),
    unlabelled: Iterable[str] = (),
    *,
    seed: int = 0,
    names: Iterable[str] = (),
    settings: Settings | None = None,
    reader: Reader | None = None,
) -> Model:
    """Train a model. Labels without a description are classes too. Raises CannotTrain.

    The same input and seed give the same model. `reader` may be given to read texts only once over many trainings;
    then its names and size count, not `names`.
    """
    settings = settings or Settings()
    described, given = list(descriptions), list(examples)
    classes = _checked(described, given)
    chosen, stands_for = sampling.sample([example.label for example in given], seed)
    shown = [given[row] for row in chosen]
    reader = reader or Reader(names, _bits(len(classes)))
    apart = list(dict.fromkeys(unlabelled))
    if odd := [text for text in apart if not isinstance(text, str)]:
        raise CannotTrain(f"An unlabelled message is text, not {type(odd[0]).__name__}.")
    texts = [example.text for example in shown] + apart
    read = corpus.read(reader, texts, has_heads=len(shown) <= MANY)
    stream = _stream(texts)
    material, rarity, kept = _material(described, shown, classes, read, reader, settings, seed, stream)
    learner = Learner(material, settings, seed)
    linear = learner.fit(np.arange(len(shown)))
    scores, held = _held_out(learner, read[0].words)
    scores = bent(scores, BEND)
    has_shifts = not learner.is_correcting  # a correction has its own
    weights = (material.weights * stands_for)[held]
    temperature, shift = calibrate(scores, material.labels[held], weights, has_shifts=has_shifts)
    chances = measures.softmax(scores / temperature + shift) if len(held) else scores
    sure = sure_from(chances, material.labels[held]) if len(held) else NEVER
    report = _report(given, len(apart), material.labels[held], chances, sure, temperature)
    return Model(classes, _table(linear, rarity, kept), Certainty(temperature, shift, sure, BEND), reader, report)


def _bits(classes: int) -> int:
    return max(10, min(20, int(math.log2(_MOST_BYTES / max(1, classes)))))


def _stream(texts: Sequence[str]) -> NDArray[np.int64]:
    """Give the row of each different text, in an order that hangs on the texts alone."""
    first = {text: row for row, text in reversed(list(enumerate(texts)))}
    # texts may hold halves of characters
    order = sorted(first, key=lambda text: (zlib.crc32(text.encode("utf-8", "surrogatepass")), text))
    return np.array([first[text] for text in order], np.int64)


def _checked(descriptions: Sequence[ClassDescription], examples: Sequence[Example]) -> list[str]:
    """Give the classes that can be answered, in their order."""
    ids = [each.id for each in descriptions]
    if twice := [name for name, times in Counter(ids).items() if times > 1]:
        raise CannotTrain(f"Described more than once: {', '.join(twice[:5])}.")
    if lost := [each.parent for each in descriptions if each.parent is not None and each.parent not in ids]:
        raise CannotTrain(f"Named as parent and not described: {', '.join(lost[:5])}.")
    answers = dict.fromkeys(each.id for each in descriptions if each.is_answer)
    others = set(ids) - set(answers)
    for example in examples:
        if not (isinstance(example.text, str) and isinstance(example.label, str) and example.label):
            raise CannotTrain("An example has no text or no label.")
        if not (math.isfinite(example.weight) and example.weight > 0):
            raise CannotTrain(f"An example's weight is {example.weight}; it must be above 0.")
        if example.label in others:
            raise CannotTrain(f"An example is of {example.label}, which is no answer.")
        answers[example.label] = None
    if not answers or len(answers) > _MOST_CLASSES:
        raise CannotTrain(f"There are {len(answers)} classes; 1 to {_MOST_CLASSES} are possible.")
    return list(answers)


def _material(
    descriptions: Sequence[ClassDescription],
    examples: Sequence[Example],
    classes: list[str],
    read: tuple[corpus.Corpus, corpus.Corpus],
    reader: Reader,
    settings: Settings,
    seed: int,
    stream: NDArray[np.int64],
) -> tuple[Material, NDArray[np.float16], NDArray[np.int64]]:
    whole, heads = read
    told = describing.described(descriptions, reader)
    # what counts for nothing beside so many examples is not computed
    needed = settings.dimensions if feature_weight(len(examples) / len(classes), settings) else 0
    is_rich = len(examples) / len(classes) >= settings.enough
    seen = whole if is_rich else whole.rows(stream)
    numbers, vectors, sizes = describing.word_vectors(seen, needed, seed)
    learned_from = whole.rows(np.arange(len(examples))) if is_rich else seen
    least = 2 if learned_from.words.shape[0] >= _LEAST_TEXTS else 1
    # words with a vector or a description are kept: what they say must not depend on who was dispatched yet
    rarity = corpus.rarities(learned_from, np.union1d(told.indices, numbers), least)
    kept = np.flatnonzero(rarity)
    words, belonging = describing.belonging(told, numbers, vectors, sizes, settings.sharpness)
    columns = {name: column for column, name in enumerate(classes)}
    answers = np.zeros((len(words), len(classes)))
    for row, each in enumerate(descriptions):
        if each.is_answer:
            answers[:, columns[each.id]] = belonging[:, row]
    answers -= answers.mean(axis=1, keepdims=True)
    at = np.searchsorted(kept, words)
    padded = np.zeros((len(words), vectors.shape[1]))
    padded[: len(numbers)] = vectors
    whole_features = _features(whole, rarity, kept)
    told_scores = np.asarray(whole_features[:, at] @ answers)
    # spread 1 over the texts; without any text only the words' own spread is known
    answers /= next((each.std() for each in (told_scores, answers) if each.size and each.std()), 1.0)
    material = Material(
        texts=_texts(whole_features, at, padded, answers),
        heads=_texts(_features(heads.rows(np.arange(len(examples))), rarity, kept), at, padded, answers),
        labels=np.array([columns[example.label] for example in examples], np.int64),
        weights=np.array([example.weight for example in examples], np.float64),
        classes=len(classes),
        words=at,
        vectors=padded.astype(np.float32),
        belonging=answers.astype(np.float32),
        stream=stream,
        is_told=len(stream) >= _ENOUGH_TEXTS and _are_told(descriptions, told, classes),
    )
    return material, rarity, kept


def _are_told(descriptions: Sequence[ClassDescription], told: csr_matrix, classes: list[str]) -> bool:
    """Tell whether every class has words of its own."""
    has_words = np.diff(told.tocsr().indptr) > 0
    return {each.id for each, has in zip(descriptions, has_words, strict=True) if has} >= set(classes)


def _texts(features: csr_matrix, words: NDArray, vectors: NDArray, belonging: NDArray) -> Texts:
    own = features[:, words].astype(np.float32)
    return Texts(features, np.asarray(own @ vectors.astype(np.float32)), np.asarray(own @ belonging.astype(np.float32)))


def _features(texts: corpus.Corpus, rarity: NDArray, kept: NDArray) -> csr_matrix:
    weighed = (corpus.weigh(kind, rarity, kept) for kind in texts.kinds)
    return reduce(operator.add, weighed).tocsr()


def _held_out(learner: Learner, words: csr_matrix) -> tuple[NDArray, NDArray[np.int64]]:
    """Give scores of examples by models that did not see them, near-duplicates apart, and which examples."""
    material, seed = learner.material, learner.seed
    number, features = len(material.labels), material.texts.features
    none = np.zeros((0, material.classes)), np.zeros(0, np.int64)
    if number < _LEAST_EXAMPLES or learner.settings.folds < 2:
        return none
    if number > _MOST_HELD_OUT:
        held = np.sort(np.random.default_rng(seed).permutation(number)[: _MOST_HELD_OUT // 2])
        rest = np.setdiff1d(np.arange(number), held)
        return learner.fit(rest).scores(features[held]), held
    alike = grouping.groups(words[:number])
    parts = min(learner.settings.folds, len(np.unique(alike)))
    if parts < 2:
        return none
    scores = np.zeros((number, material.classes))
    for rows, held in grouping.folds(alike, material.labels, parts, seed):
        scores[held] = learner.fit(rows).scores(features[held])
    return scores, np.arange(number)


def _table(linear: Linear, rarity: NDArray[np.float16], kept: NDArray[np.int64]) -> Table:
    """Round weights to whole numbers from -127 to 127, a scale for each class."""
    scales = np.abs(linear.weights).max(axis=0, initial=0) / 127
    scales[scales == 0] = 1
    weights = np.zeros((len(rarity), len(linear.bias)), np.int8)
    weights[kept] = np.rint(linear.weights / scales)
    return Table(weights, scales.astype(np.float32), rarity, linear.bias.astype(np.float32))


def _report(examples, unlabelled: int, labels, chances, sure: float, temperature: float) -> Report:
    by_class = dict(sorted(Counter(example.label for example in examples).items()))
    if not len(labels):
        notes = ("Too few examples to hold any out: probabilities are a guess, and nothing is sure.",)
        return Report(len(examples), by_class, unlabelled, 0, temperature=temperature, notes=notes)
    found, is_sure = chances.argmax(axis=1), chances.max(axis=1) >= sure
    return Report(
        examples=len(examples),
        examples_by_class=by_class,
        unlabelled=unlabelled,
        held_out=len(labels),
        accuracy=float((found == labels).mean()),
        macro_f1=measures.macro_f1(found, labels, chances.shape[1]),
        top2=measures.top(chances, labels, 2),
        calibration_error=measures.calibration_error(chances, labels),
        sure_share=float(is_sure.mean()),
        sure_accuracy=float((found == labels)[is_sure].mean()) if is_sure.any() else None,
        temperature=temperature,
    )
