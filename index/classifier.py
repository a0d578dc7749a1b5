"""A linear classifier over the phrasings: trained when a release is built, arrays afterwards.

One support vector machine a guide, redline or aside against all others, and one for "any
redline", on characters, pairs and triples of the phrasings weighed by tf-idf
(docs/decisions/0009-classifier.md). Grams are known by their CRC-32 only, weights near zero
are left out: a few megabytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.analysis import Analyser, grams

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

MOST_CLASSES = 400  # training grows with the square: beyond, the other channels stand alone
OFTEN, MANY = 2, 5000  # with many texts a gram that stands in one alone tells nothing
NEAR_ZERO = 0.02
SOFT, HARD = 0.5, 1.0  # the C of guide against guide, and of lawful against unlawful
FINE, COARSE = 0.1, 0.5  # with many texts finer borders change nothing but the time
# An unlawful aim takes more characters than this to be said: shorter examples name a topic.
LONGEST_TOPIC = 6

Margins = NDArray[np.float32]


@dataclass(frozen=True)
class Classifier:
    """``starts[g] : starts[g + 1]`` are the places of gram ``g`` in ``classes`` and ``weights``.

    ``keys`` (sorted) are the grams, ``rarities`` their idf, ``biases`` one a class; the last
    class is "any redline".
    """

    keys: NDArray[np.uint32]
    rarities: NDArray[np.float32]
    starts: NDArray[np.int32]
    classes: NDArray[np.int16]
    weights: NDArray[np.float16]
    biases: NDArray[np.float32]

    def score(self, text: str) -> Margins:
        """How far ``text`` lies on the inner side of each class, from 0 (as far out as any
        other) over 1 (the border) upwards."""
        hashes, times = grams(text)
        rows = np.searchsorted(self.keys, hashes)
        rows[rows == len(self.keys)] = 0
        known = self.keys[rows] == hashes
        rows = rows[known]
        values = (1 + np.log(times[known])) * self.rarities[rows]
        values /= max(float(np.linalg.norm(values)), 1e-6)
        begins, sizes = self.starts[rows], self.starts[rows + 1] - self.starts[rows]
        # All places of all grams, one after the other.
        places = np.repeat(begins - np.cumsum(sizes) + sizes, sizes) + np.arange(sizes.sum())
        added = np.repeat(values, sizes) * self.weights[places]
        margins = np.bincount(self.classes[places], weights=added, minlength=len(self.biases))
        inside: Margins = np.maximum(1 + margins + self.biases, 0).astype(np.float32)
        return inside


@dataclass(frozen=True)
class Lessons:
    """``asked``: phrasings, class by class; ``unlawful``: which classes are redlines; ``named``:
    topics that the library names, lawful without more words."""

    asked: Sequence[Sequence[str]]
    unlawful: Sequence[bool]
    named: Sequence[str] = ()


def train(lessons: Lessons, analyser: Analyser) -> Classifier | None:
    """None when there is nothing to tell apart, or too much. Lets go of the interpreter's lock
    for most of its time."""
    from sklearn.svm import LinearSVC  # long to import, and only a build needs it

    asked = [(owner, text) for owner, texts in enumerate(lessons.asked) for text in texts]
    owners = np.array([owner for owner, _ in asked], dtype=np.int64)
    if not 2 <= len(np.unique(owners)) <= MOST_CLASSES:
        return None
    many = len(owners) > MANY
    counted = [analyser.grams(text) for text in (*(text for _, text in asked), *lessons.named)]
    keys, rarities, matrix = _weigh(counted, OFTEN if many else 1)
    tolerance = COARSE if many else FINE
    machine = LinearSVC(C=SOFT, tol=tolerance, random_state=0)
    machine.fit(matrix[: len(owners)], owners)
    slopes, intercepts = machine.coef_, machine.intercept_
    if len(slopes) == 1:  # two classes share one border: the second one's inside is positive
        slopes, intercepts = np.vstack((-slopes, slopes)), np.append(-intercepts, intercepts)
    learned = list(zip(machine.classes_.tolist(), slopes, intercepts.tolist(), strict=True))
    examples = [
        (row, lessons.unlawful[owner])
        for row, (owner, text) in enumerate(asked)
        if not (lessons.unlawful[owner] and len(text) <= LONGEST_TOPIC)
    ]
    examples += [(row, False) for row in range(len(owners), len(counted))]
    rows, marks = zip(*examples, strict=True)
    if any(marks) and not all(marks):
        machine = LinearSVC(C=HARD, tol=tolerance, random_state=0)
        machine.fit(matrix[list(rows)], list(marks))
        learned.append((len(lessons.asked), machine.coef_[0], float(machine.intercept_[0])))
    return _packed(keys, rarities, learned, len(lessons.asked) + 1)


def _weigh(
    counted: Sequence[tuple[NDArray[np.uint32], NDArray[np.float32]]], often: int
) -> tuple[NDArray[np.uint32], NDArray[np.float32], csr_matrix]:
    """Grams of texts -> the keys that stand in at least ``often`` of them, their idf, and one
    row of tf-idf a text, of length 1."""
    from scipy.sparse import csr_matrix
    from sklearn.preprocessing import normalize

    keys, columns, holders = np.unique(
        np.concatenate([hashes for hashes, _ in counted]), return_inverse=True, return_counts=True
    )
    times = np.concatenate([times for _, times in counted])
    rarities = (np.log((1 + len(counted)) / (1 + holders)) + 1).astype(np.float32)
    values = (1 + np.log(times)) * rarities[columns]
    ends = np.cumsum([0, *(len(hashes) for hashes, _ in counted)])
    matrix = csr_matrix((values, columns, ends), shape=(len(counted), len(keys)))
    kept = holders >= often
    return keys[kept], rarities[kept], normalize(matrix[:, np.flatnonzero(kept)])


def _packed(
    keys: NDArray[np.uint32],
    rarities: NDArray[np.float32],
    learned: Sequence[tuple[int, NDArray[np.float64], float]],
    classes: int,
) -> Classifier:
    """``learned``: (class, its slopes, its bias); a class without is never near."""
    biases = np.full(classes, -1.0, dtype=np.float32)
    biases[[number for number, _, _ in learned]] = [bias for _, _, bias in learned]
    places = [np.flatnonzero(np.abs(slopes) > NEAR_ZERO) for _, slopes, _ in learned]
    rows = np.concatenate(places)
    owners = np.repeat([number for number, _, _ in learned], [len(own) for own in places])
    weights = np.concatenate(
        [slopes[own] for own, (_, slopes, _) in zip(places, learned, strict=True)]
    )
    order = np.argsort(rows, kind="stable")
    return Classifier(
        keys=keys,
        rarities=rarities,
        starts=np.searchsorted(rows[order], np.arange(len(keys) + 1)).astype(np.int32),
        classes=owners[order].astype(np.int16),
        weights=weights[order].astype(np.float16),
        biases=biases,
    )
