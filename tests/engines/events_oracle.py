"""The same rules written the slow way: dictionaries of words, every pair, one round after another."""

import math
from collections import Counter
from itertools import combinations

from bandeng.engines.language import Tokeniser
from bandeng.engines.similarity.events.terms import number_of, spell


def oracle(messages, threshold=0.30):
    """Give the groups as a set of frozensets of ids."""
    tokeniser = Tokeniser()
    spelled = [spell(message, tokeniser) for message in messages]
    seen = Counter((field, term) for fields in spelled for field in (0, 1) for term in fields[field])
    number = len(messages) + 1000

    def vector(fields):
        found = {}
        for field in (0, 1):
            weights = {
                (field, term): (1 + math.log(min(count, 255)))
                * math.log(number / seen[field, term]) ** 1.25
                * (100 / (len(messages) + 100) if seen[field, term] == 1 else 1)
                for term, count in fields[field].items()
                if seen[field, term] <= number / 20
            }
            kept = sorted(weights, key=lambda key: (-weights[key], number_of(key[1], field == 1)))[: (72, 40)[field]]
            length = math.sqrt(sum(weights[term] ** 2 for term in kept))
            found[field] = {term: weights[term] / length for term in kept}
        share = math.sqrt(bool(found[0]) + bool(found[1])) or 1
        return {term: weight / share for part in found.values() for term, weight in part.items()}

    vectors = {m.id: vector(fields) for m, fields in zip(messages, spelled, strict=True)}
    day = {m.id: (m.at - messages[0].at).total_seconds() / 86_400 for m in messages}
    alike = {}
    for a, b in combinations(vectors, 2):
        value = sum(weight * vectors[b].get(term, 0) for term, weight in vectors[a].items())
        alike[a, b] = alike[b, a] = value

    def score(one, other):
        mean = sum(alike[a, b] for a in one for b in other) / len(one) / len(other)
        spans = [[min(day[a] for a in g), max(day[a] for a in g)] for g in (one, other)]
        gap = max(spans[0][0] - spans[1][1], spans[1][0] - spans[0][1], 0)
        return mean * (min(len(one), 20) * min(len(other), 20)) ** 0.25 * 0.5 ** (gap / 365)

    groups = [frozenset([m.id]) for m in messages]
    while True:
        values = {(a, b): score(a, b) for a, b in combinations(groups, 2)}
        best = {g: max((v for pair, v in values.items() if g in pair), default=0) for g in groups}
        merges, used = [], set()
        for (a, b), value in sorted(values.items(), key=lambda item: -item[1]):
            if value >= threshold and value >= best[a] and value >= best[b] and not {a, b} & used:
                merges.append((a, b))
                used |= {a, b}
        if not merges:
            return set(groups)
        groups = [g for g in groups if g not in used] + [a | b for a, b in merges]
