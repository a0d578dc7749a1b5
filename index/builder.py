"""Library -> index: one document a guide, redline or aside, and a classifier. Disposable.

``passages`` are what legal staff wrote, line by line, ``asked`` how officers put it,
``sound`` titles and phrasings by pronunciation. Kept as one file of arrays without pickles.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from guides.library import Library
from guides.model import Aside, Guide, Redline
from index.analysis import Analyser
from index.classifier import Classifier, Lessons, train
from index.postings import Postings, Scores

FILE = "index.npz"
_FIELDS = ("asked", "sound", "passages")
_CLASSIFIER = tuple(field.name for field in fields(Classifier))


@dataclass(frozen=True)
class Index:
    """``ids`` of the documents in the order of the postings."""

    ids: tuple[str, ...]
    asked: Postings
    sound: Postings
    passages: Postings  # one document a passage, those of a guide one after the other
    ends: NDArray[np.int32]  # where the passages of each document end
    classifier: Classifier | None = None

    @property
    def fields(self) -> dict[str, Postings]:
        return {name: getattr(self, name) for name in _FIELDS}

    def holds(self, document: int, token: str) -> bool:
        """Whether a document's phrasings or passages hold a token."""
        places = self.passages.holders(token)
        first = self.ends[document - 1] if document else 0
        written = any(first <= place < self.ends[document] for place in places)
        return written or document in self.asked.holders(token)

    def knows(self, token: str) -> bool:
        """Whether any phrasing or passage holds a token."""
        return token in self.asked.rows or token in self.passages.rows

    def best_passages(self, scores: Scores) -> Scores:
        """Of each document, the score of the passage that fits best."""
        best = np.zeros(len(self.ids), dtype=np.float32)
        starts = np.concatenate(([0], self.ends[:-1]))
        holding = np.flatnonzero(self.ends > starts)
        if len(holding):
            best[holding] = np.maximum.reduceat(scores, starts[holding])
        return best


def passages(entry: Guide | Redline | Aside) -> list[str]:
    """What legal staff wrote, as the lines that can answer a question; phrasings left out."""
    if isinstance(entry, Aside):
        return []
    if isinstance(entry, Redline):
        return [entry.title, entry.rule]
    said = [entry.title, entry.summary]
    for step in entry.steps:
        words = [text for text in step.say if isinstance(text, str)]
        when = [choice.when for choice in step.choices]
        said.append(" ".join((step.text, step.record or "", step.why or "", *words, *when)))
    said += [f"{one.label} {one.since} {one.counting} {one.at_end or ''}" for one in entry.limits]
    said += [f"{form.name} {form.when}" for form in entry.forms]
    said += [f"{pitfall.wrong} {pitfall.right}" for pitfall in entry.pitfalls]
    said += [f"{table.title} {' '.join(row)}" for table in entry.tables for row in table.rows]
    said += [f"{q.ask} {' '.join(q.options)} {q.explain}" for q in entry.quiz]
    return [*said, *entry.interview, *entry.cases, *entry.escalate_when, *entry.known_gaps]


def title_of(entry: Guide | Redline | Aside) -> str:
    """By which it can be found; an aside has none."""
    return "" if isinstance(entry, Aside) else entry.title


def entries(library: Library) -> tuple[Guide | Redline | Aside, ...]:
    """What a question can find: guidelines, then redlines, then what nobody answers."""
    return (*library.guidelines(), *library.redlines, *library.asides)


def topics(library: Library) -> list[str]:
    """What the product itself names: whoever types one of these alone asks nothing unlawful."""
    named = [area.title for area in library.areas] + [line.title for line in library.redlines]
    for guide in library.guides:
        named += [guide.title, *(form.name for form in guide.forms)]
        named += [limit.label for limit in guide.limits]
    named += [said for group in library.words for said in group.words]
    return list(dict.fromkeys(named))


def build(
    library: Library,
    asked: Mapping[str, Sequence[str]] | None = None,
    analyser: Analyser | None = None,
) -> Index:
    """``asked`` (id -> phrasings) replaces the phrasings, to leave some out; an ``analyser`` that
    is used again takes each text apart only once."""
    analyser = analyser or Analyser()
    known = entries(library)
    put = [tuple(asked[entry.id]) if asked else entry.asked for entry in known]
    lessons = Lessons(put, [isinstance(entry, Redline) for entry in known], topics(library))
    with ThreadPoolExecutor(1) as pool:
        training = pool.submit(train, lessons, analyser)
        bodies = [passages(entry) for entry in known]
        written = [analyser.tokens([text]) for texts in bodies for text in texts]
        # Phrasings differ in number, not in relevance: no length normalisation there.
        said = [analyser.tokens(texts) for texts in put]
        heard = [(title_of(entry), *texts) for entry, texts in zip(known, put, strict=True)]
        sounding = [analyser.sounds(texts) for texts in heard]
        words = analyser.words
        return Index(
            ids=tuple(entry.id for entry in known),
            asked=Postings.of_numbers(said, words, b=0.0),
            sound=Postings.of_numbers(sounding, words, b=0.0),
            passages=Postings.of_numbers(written, words, b=0.5),
            ends=np.cumsum([len(texts) for texts in bodies], dtype=np.int32),
            classifier=training.result(),
        )


def save(index: Index, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, NDArray[Any]] = {"ids": _as_bytes(index.ids), "ends": index.ends}
    for name, field in index.fields.items():
        arrays[f"{name}.tokens"] = _as_bytes(field.tokens)
        for part in ("starts", "docs", "counts", "norms"):
            arrays[f"{name}.{part}"] = getattr(field, part)
    if index.classifier:
        for part in _CLASSIFIER:
            arrays[f"classifier.{part}"] = getattr(index.classifier, part)
    with (folder / FILE).open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)


def open_index(folder: Path) -> Index:
    """Open what ``save`` wrote; OSError, ValueError or KeyError when it is missing or corrupt."""
    with np.load(folder / FILE, allow_pickle=False) as arrays:
        read = {
            name: Postings(
                _from_bytes(arrays[f"{name}.tokens"]),
                *(arrays[f"{name}.{part}"] for part in ("starts", "docs", "counts", "norms")),
            )
            for name in _FIELDS
        }
        classifier = None
        if "classifier.keys" in arrays:
            classifier = Classifier(*(arrays[f"classifier.{part}"] for part in _CLASSIFIER))
        ids = _from_bytes(arrays["ids"])
        return Index(ids=ids, ends=arrays["ends"], classifier=classifier, **read)


def _as_bytes(texts: tuple[str, ...]) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    return np.frombuffer(json.dumps(texts).encode(), dtype=np.uint8)


def _from_bytes(raw: np.ndarray[tuple[int], np.dtype[np.uint8]]) -> tuple[str, ...]:
    return tuple(json.loads(raw.tobytes()))
