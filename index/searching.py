"""Question -> ranked candidates, each with its reasons.

Four channels are fused: the words of guide and phrasings, the words the law uses
for what the officer said (``words.yaml``), the sound, and titles written nearly
right. Scores are shares of what a perfect match of this question would score
(0 to about 1), so that short and long questions can be judged alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from rapidfuzz import fuzz

from guides.library import Library
from index.analysis import LONGEST_QUESTION, normalise, sounds, strip_fillers, tokens
from index.building import Index, entries
from index.postings import K1, Postings, Scores

MOST_TERMS = 48  # rarest first; keeps a 5,000-character question as quick as a short one
BODY_WEIGHT = 0.5
# One common word, however often it is said, is no question: less evidence than this is doubt.
LEAST_EVIDENCE = 4.0
ALIAS_WEIGHT, SOUND_WEIGHT, TITLE_WEIGHT, ALIAS_BONUS = 0.5, 0.35, 0.25, 0.1
TITLE_AT_LEAST = 75.0
MOST_REASONS = 6
EXPLAINED = 5  # only the first candidates are shown, so only they need reasons


@dataclass(frozen=True, slots=True)
class Candidate:
    """``score`` is the fused one; ``why`` is for people."""

    id: str
    score: float
    why: tuple[str, ...] = ()


class Searcher:
    """Searches one index; safe to use from several threads."""

    def __init__(self, library: Library, index: Index) -> None:
        self.library = library
        self.index = index

    @cached_property
    def _titles(self) -> tuple[str, ...]:
        known = {entry.id: entry.title for entry in entries(self.library)}
        return tuple(normalise(known[owner]) for owner in self.index.ids)

    @cached_property
    def _aliases(self) -> tuple[tuple[str, str, tuple[int, ...]], ...]:
        """(what officers say, what the law says, the documents it matters to)."""
        place = {owner: number for number, owner in enumerate(self.index.ids)}
        return tuple(
            (normalise(said), meant, tuple(place[g] for g in group.guides if g in place))
            for group in self.library.words
            for said, meant in group.words.items()
        )

    def search(self, question: str, explain: bool = False) -> list[Candidate]:
        """Every guide and redline that shares anything with ``question``, best first.

        ``explain``: the first ones say why, which costs as much as finding them.
        """
        text = strip_fillers(normalise(question)[:LONGEST_QUESTION])
        said = list(dict.fromkeys(tokens(text)))
        heard = list(dict.fromkeys(sounds(text)))
        aliases = [alias for alias in self._aliases if alias[0] in text]
        meant = {t for _, law, _ in aliases for t in tokens(law)} - set(said)
        total = self._words(said, meant) + self._sound(heard)
        title = self._title(text)
        total += title
        for _, _, documents in aliases:
            for document in set(documents):
                if total[document]:
                    total[document] += ALIAS_BONUS
        order = np.argsort(-total, kind="stable")[: np.count_nonzero(total > 0)]
        scores = total[order].tolist()
        return [
            Candidate(
                self.index.ids[n],
                score,
                self._why(n, said, heard, aliases, bool(title[n]))
                if explain and place < EXPLAINED
                else (),
            )
            for place, (n, score) in enumerate(zip(order.tolist(), scores, strict=True))
        ]

    def _words(self, said: list[str], meant: set[str]) -> Scores:
        weighed = dict.fromkeys(said, 1.0) | dict.fromkeys(meant, ALIAS_WEIGHT)
        kept = _rarest(self.index.asked, weighed)
        evidence = sum(self.index.asked.rarity(t) for t, weight in kept.items() if weight == 1.0)
        scores = self.index.asked.score(kept)
        scores += BODY_WEIGHT * self.index.body.score(kept)
        return scores / np.float32(max(evidence, LEAST_EVIDENCE) * (K1 + 1))

    def _sound(self, heard: list[str]) -> Scores:
        kept = _rarest(self.index.sound, dict.fromkeys(heard, 1.0))
        evidence = sum(self.index.sound.rarity(sound) for sound in kept)
        scores = self.index.sound.score(kept)
        return scores * np.float32(SOUND_WEIGHT / (max(evidence, LEAST_EVIDENCE) * (K1 + 1)))

    def _title(self, text: str) -> Scores:
        scores = np.zeros(len(self.index.ids), dtype=np.float32)
        if len(text) < 2:
            return scores
        for number, title in enumerate(self._titles):
            if len(text) <= 2 * len(title):
                ratio = fuzz.partial_ratio(text, title, score_cutoff=TITLE_AT_LEAST)
                scores[number] = TITLE_WEIGHT * ratio / 100
        return scores

    def _why(
        self,
        number: int,
        said: list[str],
        heard: list[str],
        aliases: list[tuple[str, str, tuple[int, ...]]],
        title: bool,
    ) -> tuple[str, ...]:
        reasons = [f"“{word}”即{law}" for word, law, documents in aliases if number in documents]
        if title:
            reasons.insert(0, f"标题“{self._titles[number]}”")
        fields = (self.index.asked, self.index.body)
        shared = [t for t in said if any(number in field.holders(t) for field in fields)]
        shared.sort(key=lambda token: (-len(token), -self.index.asked.rarity(token)))
        if not shared:
            shared = [f"读音 {s}" for s in heard if number in self.index.sound.holders(s)]
        return tuple((reasons + shared)[:MOST_REASONS])


def _rarest(field: Postings, weighed: Mapping[str, float]) -> dict[str, float]:
    if len(weighed) <= MOST_TERMS:
        return dict(weighed)
    ordered = sorted(weighed, key=lambda token: -field.rarity(token) * weighed[token])
    return {token: weighed[token] for token in ordered[:MOST_TERMS]}
