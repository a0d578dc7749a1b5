"""Which time limits a line is about: 「10:05 传唤到案」 without its time."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from bot.clocks.clock import siblings
from guides.library import Library
from guides.model import Guide
from guides.parts import Limit

MOST = 4
_OWN, _AROUND = 1.0, 0.5
_RUNS = re.compile(r"[^\W_]+")


def fitting(words: str, library: Library) -> list[tuple[Guide, Limit]]:
    """The limits that share pairs of characters with ``words``: in their label and start or,
    counting half, in the steps that start them and the guide's title; rare pairs count most.
    At most four, the best first; empty when none shares any.

    Of limits that stand for other conditions of the same thing the best alone, in doubt the
    shortest: the clock can be moved to another later.
    """
    known = [(guide, limit, _pairs_of(guide, limit)) for guide, limit in library.limits()]
    often = Counter(pair for _, _, pairs in known for pair in pairs)
    said = set(_pairs(words))
    scores: dict[str, float] = {}
    for _, limit, pairs in known:
        if shared := said & pairs.keys():
            weights = (pairs[pair] * math.log(1 + len(known) / often[pair]) for pair in shared)
            scores[limit.id] = sum(sorted(weights))  # sorted: sums of equals are equal

    def is_behind_a_sibling(guide: Guide, limit: Limit) -> bool:
        mine = (-scores[limit.id], limit.amount)
        others = (other for other in guide.limits if limit in siblings(guide, other))
        return any((-scores.get(other.id, 0), other.amount) < mine for other in others)

    found = [
        (-scores[limit.id], len(pairs), place, guide, limit)
        for place, (guide, limit, pairs) in enumerate(known)
        if limit.id in scores and not is_behind_a_sibling(guide, limit)
    ]
    # Of equals, the one with the least beside what was said.
    return [(guide, limit) for *_, guide, limit in sorted(found, key=lambda f: f[:3])][:MOST]


def _pairs_of(guide: Guide, limit: Limit) -> dict[str, float]:
    steps = [text for step in guide.steps for id, text in step.begins() if id == limit.id]
    pairs = {pair: _AROUND for text in (guide.title, *steps) for pair in _pairs(text)}
    return pairs | {pair: _OWN for text in (limit.label, limit.since) for pair in _pairs(text)}


def _pairs(text: str) -> Iterator[str]:
    plain = unicodedata.normalize("NFKC", text).lower()
    for run in _RUNS.findall(plain):
        yield from (run[i : i + 2] for i in range(len(run) - 1))
