"""Question -> ranked candidates, each with its reasons.

Six channels are fused: the words of the phrasings, those of the guide's passage that fits
best, the words the law uses for what the officer said (``words.yaml``), the sound, titles
written nearly right, and what a classifier learned from the phrasings. Words and sounds
count as a share of what a perfect match of this question would score (0 to about 1), so
that short and long questions can be judged alike. docs/decisions/0014-lead.md has the
ablation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from guides.library import Library
from guides.model import Aside, Redline
from guides.words import LONGEST_NAME, same_words
from index.analysis import LONGEST_QUESTION, normalise, sounds, stretches, strip_fillers, tokens
from index.builder import Index, entries, title_of
from index.postings import K1, Postings, Scores

# One common word, however often it is said, is no question: less evidence than this is doubt.
LEAST_EVIDENCE = 4.0
TITLE_AT_LEAST = 75.0
MOST_REASONS = 6
MOST_CANDIDATES = 20
EXPLAINED = 8  # only the first candidates are shown, so only they need reasons
_GUIDE, _REDLINE, _ASIDE = range(3)


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each channel counts beside the phrasings (1); measured by ``index.ablation``."""

    passage: float = 0.7  # the one that fits best
    alias: float = 0.15
    alias_bonus: float = 0.03
    sound: float = 0.35
    title: float = 0.25
    learned: float = 0.45
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
    """``score`` is the fused one (0 to about 2); ``said`` the part of it that phrasings gave, by
    which a guide and an aside can be compared; ``why`` is for people."""

    id: str
    score: float
    said: float = 0.0
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """``guides`` that share anything with a question, best first; the best redline and the best
    of what no guide answers.

    ``unlawful``: how far the question lies inside the border of unlawful requests (1). ``length``
    in characters. ``named``: whose title or short phrasing the question is to the letter;
    ``heard``: whose it sounds like, where nobody wrote what was typed (加爆 is 家暴).
    """

    guides: tuple[Candidate, ...] = ()
    redline: Candidate | None = None
    aside: Candidate | None = None
    unlawful: float = 0.0
    length: int = 0
    named: tuple[str, ...] = ()
    heard: tuple[str, ...] = ()


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
        known = {entry.id: title_of(entry) for entry in entries(self.library)}
        return tuple(normalise(known[owner]) for owner in self.index.ids)

    @cached_property
    def _kinds(self) -> NDArray[np.int8]:
        kinds = {Redline: _REDLINE, Aside: _ASIDE}
        known = {entry.id: kinds.get(type(entry), _GUIDE) for entry in entries(self.library)}
        return np.array([known[owner] for owner in self.index.ids], dtype=np.int8)

    @cached_property
    def _named(self) -> dict[str, tuple[str, ...]]:
        """Words -> the guides (or the aside) that are called so: by a title, or by a phrasing
        too short to mean anything but its topic."""
        known: dict[str, tuple[str, ...]] = {}

        def call(name: str, owner: str) -> None:
            owners = known.get(words := same_words(name), ())
            known[words] = owners if owner in owners else (*owners, owner)

        for guide in self.library.guides:
            call(guide.title, guide.sheet_of or guide.id)
        for redline in self.library.redlines:
            if redline.instead:
                call(redline.title, redline.instead)
        for entry in entries(self.library):
            for phrasing in () if isinstance(entry, Redline) else entry.asked:
                if len(phrasing) <= LONGEST_NAME:
                    call(phrasing, entry.id)
        return known

    @cached_property
    def _heard(self) -> dict[tuple[str, ...], tuple[str, ...]]:
        """How a name sounds -> the guides that are called so."""
        asides = {aside.id for aside in self.library.asides}
        known: dict[tuple[str, ...], tuple[str, ...]] = {}
        for name, owners in self._named.items():
            if sound := tuple(sounds(name)):
                guides = (owner for owner in owners if owner not in asides)
                known[sound] = tuple(dict.fromkeys((*known.get(sound, ()), *guides)))
        return known

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
        aliases = self._aliases_in(text)
        meant = {t for alias in aliases for t in tokens(alias.meant)} - set(said)
        asked, written = self._words(said, meant)
        learned, unlawful = self._learned(text)
        title = self._title(text)
        sound = self._sound(heard, alone=text.isascii())
        by_phrasings = asked + sound + np.float32(self.weights.learned) * learned
        total = by_phrasings + written + title
        for alias in aliases:
            for document in alias.documents:
                if asked[document]:
                    total[document] += self.weights.alias_bonus
        if self._meaning and text:
            total += np.float32(self.weights.meaning) * self._meaning(text)
        # What only the classifier thinks near shares nothing that could be said as a reason.
        shared = asked + sound + written + title > 0
        order = np.argsort(-total, kind="stable")
        order = order[shared[order]]

        def candidates(kind: int, most: int) -> tuple[Candidate, ...]:
            return tuple(
                Candidate(
                    self.index.ids[n],
                    float(total[n]),
                    float(by_phrasings[n]),
                    self._why(n, said, heard, aliases, bool(title[n]))
                    if explain and place < EXPLAINED
                    else (),
                )
                for place, n in enumerate(order[self._kinds[order] == kind][:most].tolist())
            )

        named = self._named.get(same_words(text), ())
        return Found(
            guides=candidates(_GUIDE, MOST_CANDIDATES),
            redline=next(iter(candidates(_REDLINE, 1)), None),
            aside=next(iter(candidates(_ASIDE, 1)), None),
            unlawful=unlawful,
            length=len(text),
            named=named,
            heard=() if named else self._sounding_like(text, said),
        )

    def _sounding_like(self, text: str, said: list[str]) -> tuple[str, ...]:
        """Nothing when every pair of characters was written by somebody: then it is no slip."""
        if len(text) > LONGEST_NAME or all(self.index.knows(t) for t in said if len(t) > 1):
            return ()
        return self._heard.get(tuple(sounds(text)), ())

    def _aliases_in(self, text: str) -> list[Alias]:
        known = self._aliases
        return [a for part in stretches(text, self._alias_lengths) for a in known.get(part, ())]

    def _learned(self, text: str) -> tuple[Scores, float]:
        classifier = self.index.classifier
        if classifier is None:
            return np.zeros(len(self.index.ids), dtype=np.float32), 0.0
        margins = classifier.score(text)
        return margins[:-1], float(margins[-1])

    def _words(self, said: list[str], meant: set[str]) -> tuple[Scores, Scores]:
        """How well phrasings, and the passage that fits best, hold the words of the question."""
        weighed = dict.fromkeys(said, 1.0) | dict.fromkeys(meant, self.weights.alias)
        kept = self._rarest(self.index.asked, weighed)
        evidence = sum(self.index.asked.rarities(t for t, weight in kept.items() if weight == 1.0))
        perfect = np.float32(max(evidence, LEAST_EVIDENCE) * (K1 + 1))
        asked = self.index.asked.score(kept) / perfect
        best = self.index.best_passages(self.index.passages.score(kept))
        return asked, np.float32(self.weights.passage) * best / perfect

    def _rarest(self, field: Postings, weighed: Mapping[str, float]) -> dict[str, float]:
        if len(weighed) <= self.weights.terms:
            return dict(weighed)
        worth = [
            rare * weighed[t] for t, rare in zip(weighed, field.rarities(weighed), strict=True)
        ]
        ordered = sorted(zip(worth, weighed, strict=True), key=lambda pair: -pair[0])
        return {token: weighed[token] for _, token in ordered[: self.weights.terms]}

    def _sound(self, heard: list[str], alone: bool) -> Scores:
        """``alone``: typed in pinyin, so that nothing else can be compared."""
        kept = self._rarest(self.index.sound, dict.fromkeys(heard, 1.0))
        evidence = sum(self.index.sound.rarities(kept))
        scores = self.index.sound.score(kept)
        weight = 1.0 if alone else self.weights.sound
        return scores * np.float32(weight / (max(evidence, LEAST_EVIDENCE) * (K1 + 1)))

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
        shared = [t for t in said if self.index.holds(number, t)]
        shared.sort(key=lambda token: (-len(token), -self.index.asked.rarity(token)))
        if not shared:
            shared = [f"读音 {s}" for s in heard if number in self.index.sound.holders(s)]
        return tuple((reasons + shared)[:MOST_REASONS])
