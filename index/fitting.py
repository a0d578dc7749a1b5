"""Phrasings that an index had not seen -> the judge of its release.

Each is asked twice, once with its guide and once as if its guide did not exist: what
nobody has written yet must end in "unknown".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from index.judging import (
    CAUTIOUS,
    MOST_CHOICES,
    Chance,
    IsRedline,
    Judge,
    Signals,
    guide_signals,
    guides_of,
    unlawful_signals,
)
from index.searching import Found

PRECISION = 0.97  # an answer given alone is right at least this often
UNKNOWN_SHARE = 0.05  # out-of-scope questions against those in scope, about as officers ask
REFUSED_WRONGLY = 0.003  # at most this share of questions about guides may be refused
FEWEST = 20


@dataclass(frozen=True, slots=True)
class HeldOut:
    """One phrasing asked of an index that had not seen it; ``owner`` is what it belongs to."""

    owner: str
    found: Found


def calibrate(held_out: Iterable[HeldOut], is_redline: IsRedline) -> Judge:
    """The judge that answers most while keeping ``PRECISION``; CAUTIOUS without samples."""
    samples = list(held_out)
    about_guides = [s for s in samples if not is_redline(s.owner)]
    if len(about_guides) < FEWEST:
        return CAUTIOUS
    covered = [guide_signals(s.found, is_redline) for s in about_guides]
    uncovered = [guide_signals(_without(s), is_redline) for s in about_guides]
    ranked = [[c.id for c in guides_of(s.found, is_redline)] for s in about_guides]
    first = [s.owner in ids[:1] for s, ids in zip(about_guides, ranked, strict=True)]
    among = [s.owner in ids[:MOST_CHOICES] for s, ids in zip(about_guides, ranked, strict=True)]
    signals = [*covered, *uncovered]
    nowhere = [False] * len(uncovered)
    weights = np.array([1.0] * len(covered) + [UNKNOWN_SHARE] * len(uncovered))
    known = _fit(signals, [*among, *nowhere], CAUTIOUS.known)
    known = replace(known, at_least=_split(_of(known, covered)[among], _of(known, uncovered)))
    right = _fit(signals, [*first, *nowhere], CAUTIOUS.right, weights)
    # Only what is known is answered: the rest must not pay for the threshold.
    offered = _of(known, signals) >= known.at_least
    labels = np.array([*first, *nowhere])
    right = replace(
        right,
        at_least=_precise(_of(right, signals)[offered], labels[offered], weights[offered]),
    )
    return Judge(right, known, _unlawful(samples, is_redline))


def _without(sample: HeldOut) -> Found:
    kept = tuple(c for c in sample.found.candidates if c.id != sample.owner)
    return replace(sample.found, candidates=kept)


def _unlawful(samples: Sequence[HeldOut], is_redline: IsRedline) -> Chance:
    """Refuse as many unlawful requests as ``REFUSED_WRONGLY`` allows."""
    labels = [is_redline(s.owner) for s in samples]
    signals = [unlawful_signals(s.found, is_redline) for s in samples]
    model = _fit(signals, labels, CAUTIOUS.unlawful)
    chances = zip(_of(model, signals).tolist(), labels, strict=True)
    lawful = sorted((chance for chance, label in chances if not label), reverse=True)
    if len(lawful) == len(samples) or not lawful:
        return CAUTIOUS.unlawful
    allowed = lawful[min(int(REFUSED_WRONGLY * len(lawful)), len(lawful) - 1)]
    return replace(model, at_least=float(np.nextafter(allowed, 1.0)))


def _fit(
    signals: Sequence[Signals],
    labels: Sequence[bool],
    otherwise: Chance,
    weights: NDArray[np.float64] | None = None,
) -> Chance:
    """A logistic model; ``otherwise`` when the labels are all alike."""
    from sklearn.linear_model import LogisticRegression  # only a build needs it

    if len(set(labels)) < 2:
        return otherwise
    matrix = np.array(signals)
    spread = np.maximum(matrix.std(axis=0), 1e-6)
    model = LogisticRegression(max_iter=500).fit(matrix / spread, labels, sample_weight=weights)
    slopes = model.coef_[0] / spread
    return Chance(tuple(float(w) for w in slopes), float(model.intercept_[0]), 0.5)


def _of(chance: Chance, signals: Sequence[Signals]) -> NDArray[np.float64]:
    return np.array([chance.of(one) for one in signals])


def _precise(
    chances: NDArray[np.float64], labels: NDArray[np.bool_], weights: NDArray[np.float64]
) -> float:
    """The lowest chance from which on ``PRECISION`` holds; above 1 (never) if none does.

    Within a standard error: a few phrasings that belong to two guides alike stand at the very
    top, and whether the sample has one more of them must not close answering altogether.
    """
    order = np.argsort(-chances)
    falling = chances[order]
    asked = np.cumsum(weights[order])
    wrong = asked - np.cumsum((weights * labels)[order])
    holds = wrong <= (1 - PRECISION) * asked + np.sqrt(PRECISION * (1 - PRECISION) * asked)
    holds[:-1] &= falling[1:] < falling[:-1]  # equal chances are answered together
    places = np.flatnonzero(holds)
    return float(falling[places[-1]]) if len(places) else 1.01


def _split(inside: NDArray[np.float64], outside: NDArray[np.float64]) -> float:
    """The chance that best tells covered from uncovered questions (Youden's index)."""
    if not len(inside) or not len(outside):
        return CAUTIOUS.known.at_least
    steps = np.unique(np.concatenate((inside, outside)))
    gains = [(inside >= step).mean() - (outside >= step).mean() for step in steps]
    return float(steps[int(np.argmax(gains))])
