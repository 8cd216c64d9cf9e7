"""Messages of the stream's length by the million, made of its words.

A text is pieces of four neighbouring words drawn from all texts of `stream.xlsx`, as many as make the length of one of
them; one piece in five is followed by a made-up name, drawn by Zipf's law from 300,000, so that the vocabulary grows
with the number of messages as it does in life. Deterministic by seed and number.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from bandeng.config.cli.evaluate.files import read
from bandeng.engines.language import Tokeniser
from bandeng.engines.similarity import search

PIECE = 4
SCOPES = 200
NAMES = 300_000
START = datetime(2020, 1, 1, tzinfo=UTC)
CHUNK = 2_000
FAMILY = "龙泉西湖东山石桥柳林白沙金鸡长乐永安大同新建高家李王张陈青云双河马坡"
PLACES = "村镇路桥湾苑坪冲"


def stream(data: Path) -> list[dict[str, str]]:
    """Give the stream's messages."""
    return read(data / "messages" / "stream.xlsx", ["id", "title", "text"])


class Corpus:
    """Makes messages of the words of others."""

    def __init__(self, messages: list[dict[str, str]], seed: int = 1):
        tokeniser = Tokeniser()
        self._seed = seed
        self._titles = _pieces([tokeniser.words(message["title"]) for message in messages])
        self._texts = _pieces([tokeniser.words(message["text"]) for message in messages])
        # names are put in besides: with six pieces for every seven, texts are as long as the stream's
        numbers = (len(tokeniser.words(message["text"])) for message in messages)
        self._lengths = np.array([max(1, number * 6 // 7 // PIECE) for number in numbers])
        rng = np.random.default_rng(seed)
        letters = np.array(list(FAMILY))[rng.integers(0, len(FAMILY), (NAMES, 2))]
        ends = np.array(list(PLACES))[rng.integers(0, len(PLACES), NAMES)]
        self._names = [a + b + end + str(n % 97) for n, ((a, b), end) in enumerate(zip(letters, ends, strict=True))]

    def messages(self, number: int, first: int = 0) -> Iterator[tuple[str, str]]:
        """Give (title, text) of the messages `first` to `first + number`; both are multiples of CHUNK or the last."""
        for start in range(first, first + number, CHUNK):
            rng = np.random.default_rng((self._seed, start))
            for _ in range(min(CHUNK, first + number - start)):
                yield self._one(rng)

    def documents(self, number: int, first: int = 0) -> Iterator[search.Document]:
        """Give them as documents, each of one of SCOPES scopes."""
        for n, (title, text) in enumerate(self.messages(number, first), first):
            scope = n * 7919 % SCOPES
            yield search.Document(
                f"m{n}",
                {"title": title, "text": text},
                [f"s{scope}"],
                START + timedelta(minutes=n % 1_000_000),
                {
                    "topic": f"{n % 15}/{n % 150}",
                    "office": f"o{n % 60}",
                    "status": "open" if n % 9 == 0 else "answered",
                },
            )

    def _one(self, rng: np.random.Generator) -> tuple[str, str]:
        number = int(self._lengths[rng.integers(len(self._lengths))])
        title = "".join(self._titles[n] for n in rng.integers(0, len(self._titles), 2))
        title = self._names[int(rng.zipf(1.2)) % NAMES] + title
        pieces = [self._texts[n] for n in rng.integers(0, len(self._texts), number)]
        for at in range(0, number, 5):
            pieces[at] += self._names[int(rng.zipf(1.2)) % NAMES]
        return title, "，".join(pieces)


def _pieces(texts: list[list[str]]) -> list[str]:
    return ["".join(words[at : at + PIECE]) for words in texts for at in range(max(1, len(words) - PIECE + 1))]
