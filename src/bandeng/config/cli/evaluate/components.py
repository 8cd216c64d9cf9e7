"""The plain way to find events, to be held against: connected components above a cosine."""

from collections import Counter
from collections.abc import Iterator

import numpy as np

THRESHOLDS = np.arange(0.15, 0.45, 0.025)


def components(messages: list) -> Iterator[tuple[float, np.ndarray]]:
    """Give each threshold with the messages' components: mean cosine of words and of title characters."""
    from scipy import sparse
    from scipy.sparse.csgraph import connected_components

    from bandeng.engines.language import Tokeniser, normalise

    tokeniser = Tokeniser()
    words = _vectors([tokeniser.words(f"{m.title}\n{m.text}") for m in messages])
    titles = [normalise(m.title) for m in messages]
    pieces = _vectors([[t[at : at + n] for n in (2, 3) for at in range(len(t) - n + 1)] for t in titles])
    alike = ((words @ words.T + pieces @ pieces.T) / 2).tocoo()
    near = alike.data >= THRESHOLDS[0]
    alike = sparse.coo_matrix((alike.data[near], (alike.row[near], alike.col[near])), shape=alike.shape)
    for threshold in THRESHOLDS:
        kept = alike.data >= threshold
        edges = sparse.coo_matrix((alike.data[kept], (alike.row[kept], alike.col[kept])), shape=alike.shape)
        yield float(threshold), connected_components(edges, directed=False)[1]


def _vectors(documents: list[list[str]]):
    from scipy import sparse

    seen = Counter(term for document in documents for term in set(document))
    columns = {term: n for n, term in enumerate(sorted(seen))}
    cells = [
        (row, columns[term], (1 + np.log(count)) * np.log(len(documents) / seen[term]))
        for row, document in enumerate(documents)
        for term, count in Counter(document).items()
        if seen[term] > 1
    ]
    rows, cols, data = zip(*cells, strict=True) if cells else ((), (), ())
    found = sparse.csr_matrix((data, (rows, cols)), shape=(len(documents), max(len(columns), 1)), dtype=np.float32)
    length = np.sqrt(np.asarray(found.multiply(found).sum(1)).ravel())
    return sparse.diags(1 / np.where(length > 0, length, 1)) @ found
