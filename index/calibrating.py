"""Phrasings asked of an index that has not seen them: what the judge is calibrated on.

Never the evaluation files: only what the library itself holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from guides.library import Library
from index.building import build, entries
from index.judging import HeldOut
from index.searching import Searcher

LEFT_OUT = 4  # one phrasing in four is left out of the index and asked
MOST_ASKED = 240  # enough for two-digit percentages; keeps a first start short
SEED = 20260101  # the same library gives the same thresholds


def held_out(library: Library) -> Iterator[HeldOut]:
    """Each sampled phrasing with the candidates found by the phrasings that stayed."""
    random = Random(SEED)  # noqa: S311 - a sample, no secret
    stayed: dict[str, list[str]] = {}
    asked: list[tuple[str, str]] = []
    for entry in entries(library):
        shuffled = random.sample(entry.asked, len(entry.asked))
        left = len(shuffled) // LEFT_OUT
        stayed[entry.id] = shuffled[left:]
        asked += [(entry.id, phrasing) for phrasing in shuffled[:left]]
    searcher = Searcher(library, build(library, asked=stayed))
    for owner, phrasing in random.sample(asked, min(MOST_ASKED, len(asked))):
        yield HeldOut(owner, tuple(searcher.search(phrasing)))
