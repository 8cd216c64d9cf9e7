"""What is like a message.

A message asks with the forty words that tell most (of its title and text, against titles and texts) and with its
title's bigrams against titles; both by BM25, summed. The best two hundred are scored again for length, which BM25
forgives too easily: score · length^-0.15. A short question is then asked a second time, with what its best five hits
have in common (relevance feedback), where the caller can fetch their texts.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping

import numpy as np
from tantivy import Occur, Query

from .opened import Found, Opened
from .reading import TELLING, bigrams, rarity, telling

CANDIDATES = 200
LENGTH_POWER = -0.15
# A question of fewer words than this gets feedback: FEEDBACK_WORDS more, from so many hits.
SHORT = 20
FEEDBACK_HITS = 5
FEEDBACK_WORDS = 20

Weights = dict[tuple[str, str], float]


def weights_of(opened: Opened, fields: Mapping[str, str], limit: int | None = TELLING) -> Weights:
    """Give the terms a message asks with, and their weights.

    A title's bigrams weigh together what they would beside forty words: with fewer words, less.
    """
    words = telling(opened.reader.counted(fields), opened.frequency, opened.searcher.num_docs, limit)
    weights: Weights = {("words", word): weight for word, weight in words.items()}
    pairs = Counter(bigrams(fields.get("title", "")))
    share = min(1.0, len(words) / TELLING)
    # a title is a line; what somebody pasted there is not read to its end
    weights |= {("title", pair): share * number for pair, number in list(pairs.items())[: 2 * TELLING] if share}
    return weights


def best(opened: Opened, weights: Weights, allowed: list[tuple[Occur, Query]], limit: int) -> Found:
    """Give the best documents for the terms, scored again for length."""
    if not weights:
        return []
    from . import asking

    asked = asking.weighted(opened.schema, weights)
    query = Query.boolean_query([(Occur.Must, asked), *allowed]) if allowed else asked
    found = opened.best(query, max(CANDIDATES, limit))
    if not found:
        return []
    lengths = opened.searcher.fast_field_values("length", [address for _, address in found])
    scores = np.array([score for score, _ in found]) * np.maximum(1.0, np.array(lengths, float)) ** LENGTH_POWER
    order = np.argsort(-scores, kind="stable")[:limit]
    return [(float(scores[n]), found[n][1]) for n in order]


def fed_back(opened: Opened, weights: Weights, liked: list[tuple[float, Mapping[str, str]]]) -> Weights:
    """Give the weights with those of the words that the texts liked have in common, half and half (Rocchio).

    Each text counts with its share of the score, each word with (1 + ln count) · idf over the text's norm.
    """
    total = opened.searcher.num_docs
    asked = sum(weight for (field, _), weight in weights.items() if field == "words")
    centre: dict[str, float] = defaultdict(float)
    rare: dict[str, float] = {}
    for score, fields in liked:
        counted = opened.reader.counted(fields)
        rare |= {word: rarity(opened.frequency(word), total) for word in counted if word not in rare}
        vector = {word: (1 + float(np.log(number))) * rare[word] for word, number in counted.items()}
        norm = float(np.linalg.norm(list(vector.values()))) or 1.0
        for word, value in vector.items():
            centre[word] += score * value / norm
    nearest = sorted(centre.items(), key=lambda each: (-each[1], each[0]))[:FEEDBACK_WORDS]
    added = {word: value / rare[word] for word, value in nearest if rare[word] > 0}
    scale = asked / (sum(added.values()) or 1.0)
    fed = dict(weights)
    for word, value in added.items():
        fed["words", word] = fed.get(("words", word), 0.0) + scale * value
    return fed
