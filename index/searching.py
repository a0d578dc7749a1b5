"""Question -> ranked candidates, each with its reasons.

Four channels are fused: the words of guide and phrasings, the words the law uses
for what the officer said (``words.yaml``), the sound, and titles written nearly
right. Scores are shares of what a perfect match of this question would score
(0 to about 1), so that short and long questions can be judged alike.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from rapidfuzz import fuzz
from whoosh.index import FileIndex
from whoosh.query import Or, Term
from whoosh.scoring import BM25F
from whoosh.searching import Searcher as WhooshSearcher

from guides.library import Library
from index.analysis import LONGEST_QUESTION, normalise, sounds, strip_fillers, tokens
from index.building import entries

K1 = 1.2
# Phrasings differ in number, not in relevance: no length normalisation there.
SCORING = {"body_B": 0.75, "asked_B": 0.0, "sound_B": 0.0, "K1": K1}
MOST_TERMS = 48  # rarest first; keeps a 5,000-character question as quick as a short one
# One common word, however often it is said, is no question: less evidence than this is doubt.
LEAST_EVIDENCE = 4.0
WEIGHTS = {"body": 0.5, "asked": 1.0}
ALIAS_WEIGHT, SOUND_WEIGHT, TITLE_WEIGHT = 0.5, 0.35, 0.25
TITLE_AT_LEAST = 75.0
MOST_REASONS = 6


@dataclass(frozen=True, slots=True)
class Candidate:
    """``score`` is the fused one; ``parts`` each channel's share of it; ``why`` is for people."""

    id: str
    score: float
    parts: Mapping[str, float]
    why: tuple[str, ...]


@dataclass
class _Found:
    parts: dict[str, float] = field(default_factory=dict)
    why: list[str] = field(default_factory=list)


class Searcher:
    """Searches one index; not shared between threads without the caller's lock."""

    def __init__(self, library: Library, built: FileIndex) -> None:
        self.library = library
        self._searcher: WhooshSearcher = built.searcher(weighting=BM25F(**SCORING))
        self._documents = max(self._searcher.doc_count(), 1)
        self._frequency: dict[tuple[str, str], int] = {}

    @cached_property
    def _titles(self) -> tuple[tuple[str, str], ...]:
        return tuple((entry.id, normalise(entry.title)) for entry in entries(self.library))

    @cached_property
    def _aliases(self) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
        """(what officers say, what the law says, the guides it matters to)."""
        return tuple(
            (normalise(said), meant, group.guides)
            for group in self.library.words
            for said, meant in group.words.items()
        )

    def search(self, question: str) -> list[Candidate]:
        """Every guide and redline that shares anything with ``question``, best first."""
        text = strip_fillers(normalise(question)[:LONGEST_QUESTION])
        found: dict[str, _Found] = {}
        said = list(dict.fromkeys(tokens(text)))
        aliases = [alias for alias in self._aliases if alias[0] in text]
        meant = {t for _, law, _ in aliases for t in tokens(law)} - set(said)
        self._words(said, meant, found)
        self._sound(text, found)
        self._title(text, found)
        for colloquial, law, guides in aliases:
            for guide in guides:
                if guide in found:
                    found[guide].parts["alias"] = 0.1
                    found[guide].why.insert(0, f"“{colloquial}”即{law}")
        ranked = [
            Candidate(owner, sum(hit.parts.values()), hit.parts, tuple(hit.why[:MOST_REASONS]))
            for owner, hit in found.items()
        ]
        return sorted(ranked, key=lambda candidate: (-candidate.score, candidate.id))

    def _words(self, said: list[str], meant: set[str], found: dict[str, _Found]) -> None:
        weighed = [(token, 1.0) for token in said] + [(t, ALIAS_WEIGHT) for t in sorted(meant)]
        rarity = {token: self._rarity("asked", token) for token, _ in weighed}
        weighed.sort(key=lambda pair: -rarity[pair[0]] * pair[1])
        weighed = weighed[:MOST_TERMS]
        terms = [
            Term(name, token, boost=weight * share)
            for token, weight in weighed
            for name, share in WEIGHTS.items()
            if self._count(name, token)
        ]
        # What this question could score at most, tokens that no guide knows included.
        evidence = sum(rarity[token] * w for token, w in weighed if w == 1.0)
        possible = max(evidence, LEAST_EVIDENCE if evidence else 0.0) * (K1 + 1)
        if not terms or not possible:
            return
        for owner, score, matched in self._run(terms):
            hit = found.setdefault(owner, _Found())
            hit.parts["words"] = score / possible
            hit.why += sorted(matched & set(said), key=lambda t: (-len(t), -rarity[t]))

    def _sound(self, text: str, found: dict[str, _Found]) -> None:
        heard = list(dict.fromkeys(sounds(text)))
        heard.sort(key=lambda sound: -self._rarity("sound", sound))
        heard = heard[:MOST_TERMS]
        possible = sum(self._rarity("sound", sound) for sound in heard) * (K1 + 1)
        terms = [Term("sound", sound) for sound in heard if self._count("sound", sound)]
        if not terms or not possible:
            return
        for owner, score, matched in self._run(terms):
            hit = found.setdefault(owner, _Found())
            hit.parts["sound"] = SOUND_WEIGHT * score / possible
            if not hit.why:
                hit.why += [f"读音 {sound}" for sound in sorted(matched)]

    def _title(self, text: str, found: dict[str, _Found]) -> None:
        if len(text) < 2:
            return
        for owner, title in self._titles:
            ratio = fuzz.partial_ratio(text, title) if len(text) <= 2 * len(title) else 0.0
            if ratio >= TITLE_AT_LEAST:
                hit = found.setdefault(owner, _Found())
                hit.parts["title"] = TITLE_WEIGHT * ratio / 100
                hit.why.insert(0, f"标题“{title}”")

    def _run(self, terms: list[Term]) -> list[tuple[str, float, set[str]]]:
        results = self._searcher.search(Or(terms), limit=None, terms=True)
        return [
            (hit["id"], float(hit.score), {t.decode() for _, t in hit.matched_terms()})
            for hit in results
        ]

    def _count(self, name: str, token: str) -> int:
        key = (name, token)
        if key not in self._frequency:
            self._frequency[key] = int(self._searcher.doc_frequency(name, token))
        return self._frequency[key]

    def _rarity(self, name: str, token: str) -> float:
        """Inverse document frequency as Whoosh's BM25F has it."""
        return math.log(self._documents / (self._count(name, token) + 1)) + 1
