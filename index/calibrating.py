"""Phrasings asked of an index that has not seen them: what the judge is calibrated on.

Never the evaluation files: only what the library itself holds. People append what they
write, so the end of each file is left out, not a random part: its writers are then
strangers to the index, as officers are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from random import Random

from guides.library import Library
from index.analysis import Analyser
from index.building import Index, build_body, draft, entries
from index.fitting import HeldOut
from index.searching import Searcher

LEFT_OUT = 5  # the last fifth of each file
MOST_ASKED = 2000  # enough for two-digit percentages; keeps a first start short
SEED = 20260101  # the same library gives the same thresholds


def leave_out(library: Library) -> tuple[dict[str, tuple[str, ...]], list[tuple[str, str]]]:
    """Phrasings that stay in the index (by id), and those left out, each with its id."""
    stayed: dict[str, tuple[str, ...]] = {}
    left: list[tuple[str, str]] = []
    for entry in entries(library):
        cut = len(entry.asked) - len(entry.asked) // LEFT_OUT
        stayed[entry.id] = entry.asked[:cut]
        left += [(entry.id, phrasing) for phrasing in entry.asked[cut:]]
    return stayed, left


def build_and_ask(library: Library) -> tuple[Index, list[HeldOut]]:
    """The index of everything, and what one without the phrasings left out finds for them.

    Training lets go of the interpreter's lock: the small one is asked while the whole one is
    being trained. One after the other, since the solver's random numbers are one stream for the
    whole process: trained at once, no two builds would be the same.
    """
    analyser = Analyser()
    body = build_body(library, analyser)
    stayed, left = leave_out(library)
    with ThreadPoolExecutor(1) as pool:
        part = pool.submit(draft(library, analyser, body, stayed).finish)
        whole = pool.submit(draft(library, analyser, body).finish)
        asked = list(held_out(library, part.result(), left))
        return whole.result(), asked


def held_out(library: Library, part: Index, left: Sequence[tuple[str, str]]) -> Iterator[HeldOut]:
    """Of each phrasing ``left`` out (at most ``MOST_ASKED``) what ``part`` finds for it."""
    searcher = Searcher(library, part)
    random = Random(SEED)  # noqa: S311 - a sample, no secret
    for owner, phrasing in random.sample(left, min(MOST_ASKED, len(left))):
        yield HeldOut(owner, searcher.search(phrasing))
