"""What each ingredient of the search adds: left out one by one, and fewer phrasings.

Ranking only, without the judge: an ingredient earns its place by what it puts first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from rich.console import Console
from rich.progress import track

from guides.library import Library
from index.analysis import Analyser
from index.builder import Index, build, entries
from index.evaluation import Question
from index.searching import Searcher, Weights

WHOLE = Weights()
VARIANTS = {
    "everything": WHOLE,
    "without the classifier": replace(WHOLE, learned=0.0),
    "without what guides say": replace(WHOLE, passage=0.0),
    "without words.yaml": replace(WHOLE, alias=0.0, alias_bonus=0.0),
    "without sounds": replace(WHOLE, sound=0.0),
    "without titles": replace(WHOLE, title=0.0),
    "without stripping fillers": replace(WHOLE, fillers=False),
    "every token, not the 48 rarest": replace(WHOLE, terms=10_000),
    "phrasings alone": Weights(0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
}
PHRASINGS = (0, 10, 20, 30, 60, 120)


def ablate(library: Library, questions: Sequence[Question]) -> dict[str, dict[str, float]]:
    """Variant -> hit@1, hit@3, mrr of the questions in scope."""
    analyser = Analyser()
    asked = [question for question in questions if question.ids]

    def kept(most: int) -> Index:
        some = {entry.id: entry.asked[:most] for entry in entries(library)}
        return build(library, some, analyser)

    whole = build(library, None, analyser)
    jobs: list[tuple[str, Callable[[], Index], Weights]] = [
        (name, lambda: whole, weights) for name, weights in VARIANTS.items()
    ]
    jobs += [(f"first {most} phrasings", partial(kept, most), WHOLE) for most in PHRASINGS]
    told = Console(stderr=True)
    return {
        name: _ranked(Searcher(library, index(), weights), asked)
        for name, index, weights in track(jobs, "评测", console=told, transient=True)
    }


def _ranked(searcher: Searcher, asked: Sequence[Question]) -> dict[str, float]:
    ranks = []
    for question in asked:
        guides = [candidate.id for candidate in searcher.search(question.text).guides]
        ranks.append(next((n for n, i in enumerate(guides, 1) if i in question.ids), 0))
    count = max(len(ranks), 1)
    return {
        "hit@1": sum(rank == 1 for rank in ranks) / count,
        "hit@3": sum(0 < rank <= 3 for rank in ranks) / count,
        "mrr": sum(1 / rank for rank in ranks if rank) / count,
    }
