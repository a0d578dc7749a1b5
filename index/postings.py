"""One field of the index: which token stands in which document how often; BM25 over arrays.

Whoosh was measured first (docs/decisions/0005-retrieval.md): the same ranking, but
seconds to build and milliseconds to ask where this takes tenths of both.
"""

from __future__ import annotations

import math
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
        """Of documents as tokens, with repeats; ``b`` as in ``of_numbers``."""
        places: dict[str, int] = {}
        numbered = [
            np.array([places.setdefault(t, len(places)) for t in document], dtype=np.int64)
            for document in documents
        ]
        return cls.of_numbers(numbered, list(places), b)

    @classmethod
    def of_numbers(
        cls, documents: Sequence[NDArray[np.int64]], words: Sequence[str], b: float
    ) -> Postings:
        """Of documents as places in ``words``, with repeats; ``b`` from 0 (length does not
        matter) to 1, as in BM25."""
        lengths = np.array([len(document) for document in documents], dtype=np.float32)
        mean = float(lengths.mean()) if len(lengths) and lengths.any() else 1.0
        owners = np.repeat(np.arange(len(documents)), [len(one) for one in documents])
        flat = np.concatenate([*documents, np.zeros(0, dtype=np.int64)])
        # One number a pair of token and document: sorted, they are the postings.
        pairs, counts = np.unique(flat * max(len(documents), 1) + owners, return_counts=True)
        held, docs = np.divmod(pairs, max(len(documents), 1))
        known, starts = np.unique(held, return_index=True)
        return cls(
            tuple(words[place] for place in known.tolist()),
            np.append(starts, len(held)).astype(np.int32),
            docs.astype(np.int32),
            counts.astype(np.int32),
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
        return self.rarities((token,))[0]

    def rarities(self, tokens: Iterable[str]) -> list[float]:
        """As ``rarity``, of many tokens at once."""
        known, unseen, rows = self._rarities, self._unseen, self.rows
        return [unseen if (row := rows.get(t)) is None else known[row] for t in tokens]

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
