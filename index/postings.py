"""One field of the index: which token stands in which document how often; BM25 over arrays.

Whoosh was measured first (docs/decisions/0005-retrieval.md): the same ranking, but
seconds to build and milliseconds to ask where this takes tenths of both.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

K1 = 1.2

Scores = NDArray[np.float32]


@dataclass(frozen=True)
class Postings:
    """``starts[t] : starts[t + 1]`` are the places of token ``t`` in ``docs`` and ``counts``.

    ``norms`` is the length factor of each document: all 1 where length must not matter.
    """

    tokens: tuple[str, ...]
    starts: NDArray[np.int32]
    docs: NDArray[np.int32]
    counts: NDArray[np.int32]
    norms: Scores

    @classmethod
    def build(cls, documents: Sequence[Iterable[str]], b: float) -> Postings:
        """``b`` from 0 (length does not matter) to 1, as in BM25."""
        counted = [Counter(document) for document in documents]
        places: dict[str, list[tuple[int, int]]] = {}
        for number, counts in enumerate(counted):
            for token, count in counts.items():
                places.setdefault(token, []).append((number, count))
        tokens = tuple(sorted(places))
        flat = [place for token in tokens for place in places[token]]
        sizes = [len(places[token]) for token in tokens]
        lengths = np.array([counts.total() for counts in counted], dtype=np.float32)
        mean = float(lengths.mean()) if len(lengths) and lengths.any() else 1.0
        return cls(
            tokens,
            np.concatenate(([0], np.cumsum(sizes))).astype(np.int32),
            np.array([doc for doc, _ in flat], dtype=np.int32),
            np.array([count for _, count in flat], dtype=np.int32),
            (1 - b + b * lengths / mean).astype(np.float32),
        )

    @cached_property
    def rows(self) -> dict[str, int]:
        return {token: row for row, token in enumerate(self.tokens)}

    @cached_property
    def _bounds(self) -> list[int]:
        return [int(start) for start in self.starts]

    @cached_property
    def _impacts(self) -> Scores:
        """What each posting adds: tf saturated, times its token's rarity."""
        counts = self.counts.astype(np.float32)
        gains = counts * (K1 + 1) / (counts + K1 * self.norms[self.docs])
        rarities = np.repeat(np.array(self._rarities, dtype=np.float32), np.diff(self.starts))
        return (gains * rarities).astype(np.float32)

    def frequency(self, token: str) -> int:
        """In how many documents ``token`` stands."""
        row = self.rows.get(token)
        return 0 if row is None else int(self.starts[row + 1] - self.starts[row])

    def holders(self, token: str) -> NDArray[np.int32]:
        """The documents that ``token`` stands in."""
        row = self.rows.get(token)
        if row is None:
            return self.docs[:0]
        return self.docs[self.starts[row] : self.starts[row + 1]]

    @cached_property
    def _rarities(self) -> list[float]:
        sizes = np.diff(self.starts)
        return [float(r) for r in np.log(len(self.norms) / (sizes + 1)) + 1]

    @cached_property
    def _unseen(self) -> float:
        return math.log(max(len(self.norms), 1)) + 1

    def rarity(self, token: str) -> float:
        """Inverse document frequency, from about 1 (everywhere) upwards."""
        row = self.rows.get(token)
        return self._unseen if row is None else self._rarities[row]

    def score(self, weighed: Mapping[str, float]) -> Scores:
        """Each document's score for tokens with weights."""
        scores = np.zeros(len(self.norms), dtype=np.float32)
        docs, impacts, bounds = self.docs, self._impacts, self._bounds
        for token, weight in weighed.items():
            row = self.rows.get(token)
            if row is not None:
                here = slice(bounds[row], bounds[row + 1])
                scores[docs[here]] += impacts[here] if weight == 1 else impacts[here] * weight
        return scores
