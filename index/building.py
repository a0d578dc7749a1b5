"""Library -> index: one document a guide or redline, three fields, a classifier. Disposable.

``body`` is what legal staff wrote, ``asked`` how officers put it, ``sound`` both by
pronunciation. Kept as one file of arrays without pickles.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from guides.library import Library
from guides.model import Guide, Redline
from index.analysis import Analyser
from index.classifying import Classifier, Lesson, prepare, train
from index.postings import Postings

FILE = "index.npz"
_CLASSIFIER = tuple(field.name for field in fields(Classifier))


@dataclass(frozen=True)
class Index:
    """``ids`` of the documents in the order of the postings."""

    ids: tuple[str, ...]
    body: Postings
    asked: Postings
    sound: Postings
    classifier: Classifier | None = None

    @property
    def fields(self) -> dict[str, Postings]:
        return {"body": self.body, "asked": self.asked, "sound": self.sound}


def body_text(entry: Guide | Redline) -> str:
    """The searchable words of an entry, phrasings left out."""
    if isinstance(entry, Redline):
        return f"{entry.title}\n{entry.rule}"
    parts: list[str] = [entry.title, entry.title, entry.summary]
    for step in entry.steps:
        parts += [step.text, step.record or "", *(choice.when for choice in step.choices)]
    parts += [f"{limit.label} {limit.since}" for limit in entry.limits]
    parts += [f"{form.name} {form.when}" for form in entry.forms]
    parts += [f"{pitfall.wrong} {pitfall.right}" for pitfall in entry.pitfalls]
    parts += [f"{table.title} {' '.join(table.columns)}" for table in entry.tables]
    parts += list(entry.escalate_when)
    return "\n".join(parts)


def entries(library: Library) -> tuple[Guide | Redline, ...]:
    """What a question can find: guidelines, then redlines."""
    return (*library.guidelines(), *library.redlines)


@dataclass(frozen=True)
class Draft:
    """An index whose classifier has still to be trained."""

    index: Index
    lesson: Lesson | None

    def finish(self) -> Index:
        return replace(self.index, classifier=train(self.lesson)) if self.lesson else self.index


def build_body(library: Library, analyser: Analyser) -> Postings:
    """The field of what legal staff wrote, which does not change with the phrasings."""
    said = [analyser.tokens(body_text(entry)) for entry in entries(library)]
    return Postings.of_numbers(said, analyser.words, b=0.75)


def draft(
    library: Library,
    analyser: Analyser,
    body: Postings,
    asked: Mapping[str, Sequence[str]] | None = None,
) -> Draft:
    """``asked`` (id -> phrasings) replaces the phrasings, to leave some out."""
    known = entries(library)
    put = [tuple(asked[entry.id]) if asked else entry.asked for entry in known]
    titles = [entry.title for entry in known]
    heard = [(title, *phrasings) for title, phrasings in zip(titles, put, strict=True)]
    # Phrasings differ in number, not in relevance: no length normalisation there.
    said = [_joined(analyser.tokens, texts) for texts in put]
    sounding = [_joined(analyser.sounds, texts) for texts in heard]
    words = analyser.words
    index = Index(
        ids=tuple(entry.id for entry in known),
        body=body,
        asked=Postings.of_numbers(said, words, b=0.0),
        sound=Postings.of_numbers(sounding, words, b=0.0),
    )
    lines = [body_text(entry).split("\n") for entry in known]
    redlines = [isinstance(entry, Redline) for entry in known]
    return Draft(index, prepare(put, lines, redlines, analyser))


def build(library: Library) -> Index:
    analyser = Analyser()
    return draft(library, analyser, build_body(library, analyser)).finish()


def _joined(split: Callable[[str], NDArray[np.int64]], texts: Iterable[str]) -> NDArray[np.int64]:
    return np.concatenate([np.zeros(0, dtype=np.int64), *(split(text) for text in texts)])


def save(index: Index, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    arrays = {"ids": _as_bytes(index.ids)}
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
        body, asked, sound = (
            Postings(
                _from_bytes(arrays[f"{name}.tokens"]),
                *(arrays[f"{name}.{part}"] for part in ("starts", "docs", "counts", "norms")),
            )
            for name in ("body", "asked", "sound")
        )
        classifier = None
        if "classifier.keys" in arrays:
            classifier = Classifier(*(arrays[f"classifier.{part}"] for part in _CLASSIFIER))
        return Index(_from_bytes(arrays["ids"]), body, asked, sound, classifier)


def _as_bytes(texts: tuple[str, ...]) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    return np.frombuffer(json.dumps(texts).encode(), dtype=np.uint8)


def _from_bytes(raw: np.ndarray[tuple[int], np.dtype[np.uint8]]) -> tuple[str, ...]:
    return tuple(json.loads(raw.tobytes()))
