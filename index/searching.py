"""Question -> ranked candidates, each with its reasons.

Five channels are fused: the words of guide and phrasings, the words the law uses
for what the officer said (``words.yaml``), the sound, titles written nearly right,
and what a classifier learned from the phrasings. The first four make the share: of
what a perfect match of this question would score (0 to about 1), so that short and
long questions can be judged alike. docs/decisions/0009-classifier.md has the ablation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from guides.library import Library
from index.analysis import LONGEST_QUESTION, normalise, sounds, stretches, strip_fillers, tokens
from index.building import Index, entries
from index.postings import K1, Postings, Scores

# One common word, however often it is said, is no question: less evidence than this is doubt.
LEAST_EVIDENCE = 4.0
TITLE_AT_LEAST = 75.0
MOST_REASONS = 6
MOST_CANDIDATES = 20
EXPLAINED = 8  # only the first candidates are shown, so only they need reasons


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each channel counts beside the phrasings (1); measured by ``index.ablating``."""

    body: float = 0.5
    alias: float = 0.15
    alias_bonus: float = 0.03
    sound: float = 0.35
    title: float = 0.25
    learned: float = 0.3
    meaning: float = 1.0
    fillers: bool = True  # are stripped
    terms: int = 48  # rarest first; keeps a 5,000-character question as quick as a short one


@dataclass(frozen=True, slots=True)
class Alias:
    said: str
    meant: str
    documents: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """``score`` is the fused one of ``share`` and ``learned`` (0 like nothing it was taught,
    1 on the border); ``why`` is for people."""

    id: str
    score: float
    share: float = 0.0
    learned: float = 0.0
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """The best guides and redlines that share anything with a question, best first, and in any
    case the best redline.

    ``unlawful``: as ``learned``, for any redline. ``length`` in characters.
    """

    candidates: tuple[Candidate, ...] = ()
    unlawful: float = 0.0
    length: int = 0


class Searcher:
    """Searches one index; safe to use from several threads."""

    def __init__(
        self,
        library: Library,
        index: Index,
        weights: Weights | None = None,
        meaning: Callable[[str], Scores] | None = None,
    ) -> None:
        self.library = library
        self.index = index
        self.weights = weights or Weights()
        self._meaning = meaning

    @cached_property
    def _titles(self) -> tuple[str, ...]:
        known = {entry.id: entry.title for entry in entries(self.library)}
        return tuple(normalise(known[owner]) for owner in self.index.ids)

    @cached_property
    def _is_redline(self) -> NDArray[np.bool_]:
        return np.array([self.library.redline(owner) is not None for owner in self.index.ids])

    @cached_property
    def _aliases(self) -> dict[str, list[Alias]]:
        """What officers say -> what the law says, and the documents it matters to."""
        place = {owner: number for number, owner in enumerate(self.index.ids)}
        known: dict[str, list[Alias]] = {}
        for group in self.library.words:
            documents = tuple(place[guide] for guide in group.guides if guide in place)
            for said, meant in group.words.items():
                known.setdefault(normalise(said), []).append(Alias(said, meant, documents))
        return known

    @cached_property
    def _alias_lengths(self) -> tuple[int, ...]:
        return tuple(sorted({len(said) for said in self._aliases}))

    def search(self, question: str, explain: bool = False) -> Found:
        """``explain``: the first ones say why, which costs as much as finding them."""
        text = normalise(question)[:LONGEST_QUESTION]
        text = strip_fillers(text) if self.weights.fillers else text
        said = list(dict.fromkeys(tokens(text)))
        heard = list(dict.fromkeys(sounds(text)))
        aliases = self._said(text)
        meant = {t for alias in aliases for t in tokens(alias.meant)} - set(said)
        share = self._words(said, meant) + self._sound(heard)
        title = self._title(text)
        share += title
        for alias in aliases:
            for document in alias.documents:
                if share[document]:
                    share[document] += self.weights.alias_bonus
        learned, unlawful = self._learned(text)
        total = share + np.float32(self.weights.learned) * learned
        if self._meaning and text:
            total += np.float32(self.weights.meaning) * self._meaning(text)
        order = np.argsort(-total, kind="stable")
        order = order[share[order] > 0]
        later = order[MOST_CANDIDATES:]
        order = np.append(order[:MOST_CANDIDATES], later[self._is_redline[later]][:1])
        rows = zip(
            order.tolist(),
            total[order].tolist(),
            share[order].tolist(),
            learned[order].tolist(),
            strict=True,
        )
        candidates = tuple(
            Candidate(
                self.index.ids[n],
                score,
                own,
                taught,
                self._why(n, said, heard, aliases, bool(title[n]))
                if explain and place < EXPLAINED
                else (),
            )
            for place, (n, score, own, taught) in enumerate(rows)
        )
        return Found(candidates, unlawful, len(text))

    def _said(self, text: str) -> list[Alias]:
        known = self._aliases
        return [a for part in stretches(text, self._alias_lengths) for a in known.get(part, ())]

    def _learned(self, text: str) -> tuple[Scores, float]:
        classifier = self.index.classifier
        if classifier is None:
            return np.zeros(len(self.index.ids), dtype=np.float32), 0.0
        margins = classifier.score(text)
        return margins[:-1], float(margins[-1])

    def _words(self, said: list[str], meant: set[str]) -> Scores:
        weighed = dict.fromkeys(said, 1.0) | dict.fromkeys(meant, self.weights.alias)
        kept = self._rarest(self.index.asked, weighed)
        evidence = sum(self.index.asked.rarities(t for t, weight in kept.items() if weight == 1.0))
        scores = self.index.asked.score(kept)
        scores += np.float32(self.weights.body) * self.index.body.score(kept)
        return scores / np.float32(max(evidence, LEAST_EVIDENCE) * (K1 + 1))

    def _rarest(self, field: Postings, weighed: Mapping[str, float]) -> dict[str, float]:
        if len(weighed) <= self.weights.terms:
            return dict(weighed)
        worth = [
            rare * weighed[t] for t, rare in zip(weighed, field.rarities(weighed), strict=True)
        ]
        ordered = sorted(zip(worth, weighed, strict=True), key=lambda pair: -pair[0])
        return {token: weighed[token] for _, token in ordered[: self.weights.terms]}

    def _sound(self, heard: list[str]) -> Scores:
        kept = self._rarest(self.index.sound, dict.fromkeys(heard, 1.0))
        evidence = sum(self.index.sound.rarities(kept))
        scores = self.index.sound.score(kept)
        return scores * np.float32(self.weights.sound / (max(evidence, LEAST_EVIDENCE) * (K1 + 1)))

    def _title(self, text: str) -> Scores:
        scores = np.zeros(len(self.index.ids), dtype=np.float32)
        if len(text) < 2:
            return scores
        for number, title in enumerate(self._titles):
            if len(text) <= 2 * len(title):
                ratio = fuzz.partial_ratio(text, title, score_cutoff=TITLE_AT_LEAST)
                scores[number] = self.weights.title * ratio / 100
        return scores

    def _why(
        self,
        number: int,
        said: list[str],
        heard: list[str],
        aliases: list[Alias],
        title: bool,
    ) -> tuple[str, ...]:
        reasons = [f"“{a.said}”即{a.meant}" for a in aliases if number in a.documents]
        if title:
            reasons.insert(0, f"标题“{self._titles[number]}”")
        fields = (self.index.asked, self.index.body)
        shared = [t for t in said if any(number in field.holders(t) for field in fields)]
        shared.sort(key=lambda token: (-len(token), -self.index.asked.rarity(token)))
        if not shared:
            shared = [f"读音 {s}" for s in heard if number in self.index.sound.holders(s)]
        return tuple((reasons + shared)[:MOST_REASONS])
