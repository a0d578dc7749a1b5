"""A linear classifier over the phrasings: trained when a release is built, arrays afterwards.

One support vector machine a guide or redline against all others, and one for "any
redline", on characters, pairs and triples weighed by tf-idf (docs/decisions/0009-classifier.md).
Grams are known by their CRC-32 only, weights near zero are left out: a few megabytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.analysis import Analyser, grams

BODY_WEIGHT = 0.25  # a line of a guide weighs this much of a phrasing
MOST_CLASSES = 400  # training grows with the square: beyond, the other channels stand alone
NEAR_ZERO = 0.02
SOFT, HARD = 0.5, 3.0  # the C of guide against guide, and of lawful against unlawful
AT_ONCE, OTHER = 5, -1  # classes trained together: all at once would take 250 MB more
FINE, COARSE, MANY = 0.1, 2.0, 5000  # with many texts finer borders change nothing but the time

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
class Lesson:
    """What is to be learned: grams of each text (in rows that ``ends`` delimits), whose text it
    is, how much it weighs, and whether it is unlawful."""

    keys: NDArray[np.uint32]
    rarities: NDArray[np.float32]
    columns: NDArray[np.int64]
    values: NDArray[np.float32]
    ends: NDArray[np.int64]
    owners: NDArray[np.int64]
    weights: NDArray[np.float64]
    unlawful: NDArray[np.bool_]
    classes: int


def prepare(
    asked: Sequence[Sequence[str]],
    bodies: Sequence[Sequence[str]],
    unlawful: Sequence[bool],
    analyser: Analyser,
) -> Lesson | None:
    """Phrasings and body lines of each class, and which classes are redlines; None when there
    is nothing to tell apart, or too much."""
    classes = range(len(asked))
    owners = np.concatenate([np.repeat(classes, [len(g) for g in gs]) for gs in (asked, bodies)])
    if not 2 <= len(np.unique(owners)) <= MOST_CLASSES:
        return None
    weights = np.ones(len(owners))
    # Of what guides say only the characters: pairs and triples cost time and add nothing.
    phrasings = [analyser.grams(text) for group in asked for text in group]
    counted = phrasings + [analyser.grams(line, 1) for lines in bodies for line in lines]
    weights[len(phrasings) :] = BODY_WEIGHT
    hashes = np.concatenate([hashes for hashes, _ in counted])
    times = np.concatenate([times for _, times in counted])
    keys, columns, holders = np.unique(hashes, return_inverse=True, return_counts=True)
    rarities = (np.log((1 + len(counted)) / (1 + holders)) + 1).astype(np.float32)
    return Lesson(
        keys=keys,
        rarities=rarities,
        columns=columns,
        values=(1 + np.log(times)) * rarities[columns],
        ends=np.cumsum([0, *(len(hashes) for hashes, _ in counted)]),
        owners=owners,
        weights=weights,
        unlawful=np.array([unlawful[owner] for owner in owners]),
        classes=len(asked),
    )


def train(lesson: Lesson) -> Classifier:
    """Lets go of the interpreter's lock for most of its time."""
    # Long to import, and only a build needs it.
    from scipy.sparse import csr_matrix
    from sklearn.preprocessing import normalize
    from sklearn.svm import LinearSVC

    shape = (len(lesson.owners), len(lesson.keys))
    matrix = normalize(csr_matrix((lesson.values, lesson.columns, lesson.ends), shape=shape))
    tolerance = COARSE if len(lesson.owners) > MANY else FINE
    learned: dict[int, tuple[NDArray[np.int64], NDArray[np.float16]]] = {}
    biases = np.full(lesson.classes + 1, -1.0, dtype=np.float32)

    def keep(number: int, slope: NDArray[np.float64], bias: float) -> None:
        rows = np.flatnonzero(np.abs(slope) > NEAR_ZERO)
        learned[number] = rows, slope[rows].astype(np.float16)
        biases[number] = bias

    known = np.unique(lesson.owners)
    for start in range(0, len(known), AT_ONCE):
        group = known[start : start + AT_ONCE]
        labels = np.where(np.isin(lesson.owners, group), lesson.owners, OTHER)
        machine = LinearSVC(C=SOFT, tol=tolerance, random_state=0)
        machine.fit(matrix, labels, sample_weight=lesson.weights)
        slopes, intercepts = machine.coef_, machine.intercept_
        if len(slopes) == 1:  # two labels share one border: the second one's inside is positive
            slopes, intercepts = (-slopes[0], slopes[0]), (-intercepts[0], intercepts[0])
        for label, slope, bias in zip(machine.classes_, slopes, intercepts, strict=True):
            if label != OTHER:
                keep(int(label), slope, bias)
    # What a guide says is often the very wrong it warns of: no example of what is lawful.
    said = (lesson.weights == 1) | lesson.unlawful
    if len(np.unique(lesson.unlawful[said])) == 2:
        machine = LinearSVC(C=HARD, tol=tolerance, random_state=0)
        machine.fit(matrix[said], lesson.unlawful[said], sample_weight=lesson.weights[said])
        keep(lesson.classes, machine.coef_[0], machine.intercept_[0])
    rows = np.concatenate([rows for rows, _ in learned.values()])
    order = np.argsort(rows, kind="stable")
    owners = np.repeat(list(learned), [len(rows) for rows, _ in learned.values()])
    return Classifier(
        keys=lesson.keys,
        rarities=lesson.rarities,
        starts=np.searchsorted(rows[order], np.arange(len(lesson.keys) + 1)).astype(np.int32),
        classes=owners[order].astype(np.int16),
        weights=np.concatenate([weights for _, weights in learned.values()])[order],
        biases=biases,
    )
