"""Phrasings asked of an index that has not seen them: what the judge is calibrated on.

Never the evaluation files: only what the library itself holds. People append what they
write, so the end of each file is left out, not a random part: its writers are then
strangers to the index, as officers are.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from guides.library import Library
from index.building import Index, build, entries
from index.judging import HeldOut
from index.searching import Searcher

LEFT_OUT = 3  # the last third of each file
MOST_ASKED = 1500  # enough for two-digit percentages; keeps a first start short
SEED = 20260101  # the same library gives the same thresholds


def held_out(library: Library, whole: Index) -> Iterator[HeldOut]:
    """Each phrasing left out (at most ``MOST_ASKED``) with the candidates found for it;
    ``whole`` is the library's index with all of them."""
    stayed: dict[str, tuple[str, ...]] = {}
    left: list[tuple[str, str]] = []
    for entry in entries(library):
        cut = len(entry.asked) - len(entry.asked) // LEFT_OUT
        stayed[entry.id] = entry.asked[:cut]
        left += [(entry.id, phrasing) for phrasing in entry.asked[cut:]]
    searcher = Searcher(library, build(library, stayed, whole.body))
    random = Random(SEED)  # noqa: S311 - a sample, no secret
    for owner, phrasing in random.sample(left, min(MOST_ASKED, len(left))):
        yield HeldOut(owner, tuple(searcher.search(phrasing)))
