"""Library -> index: one document a guide or redline, three fields. Disposable.

``body`` is what legal staff wrote, ``asked`` how officers put it, ``sound`` both by
pronunciation. Kept as one file of arrays without pickles.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from guides.library import Library
from guides.model import Guide, Redline
from index.analysis import sounds, tokens
from index.postings import Postings

FILE = "index.npz"


@dataclass(frozen=True)
class Index:
    """``ids`` of the documents in the order of the postings."""

    ids: tuple[str, ...]
    body: Postings
    asked: Postings
    sound: Postings

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


def build(
    library: Library,
    asked: Mapping[str, Sequence[str]] | None = None,
    body: Postings | None = None,
) -> Index:
    """``asked`` (id -> phrasings) replaces the phrasings, to leave some out; ``body`` is that
    of the whole index, which stays the same then."""
    known = entries(library)
    put = [tuple(asked[entry.id]) if asked else entry.asked for entry in known]
    titles = [entry.title for entry in known]
    heard = [(title, *phrasings) for title, phrasings in zip(titles, put, strict=True)]
    return Index(
        ids=tuple(entry.id for entry in known),
        body=body or Postings.build([tokens(body_text(entry)) for entry in known], b=0.75),
        # Phrasings differ in number, not in relevance: no length normalisation there.
        asked=Postings.build([_each(tokens, phrasings) for phrasings in put], b=0.0),
        sound=Postings.build([_each(sounds, texts) for texts in heard], b=0.0),
    )


def _each(split: Callable[[str], Iterator[str]], texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield from split(text)


def save(index: Index, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    arrays = {"ids": _as_bytes(index.ids)}
    for name, field in index.fields.items():
        arrays[f"{name}.tokens"] = _as_bytes(field.tokens)
        for part in ("starts", "docs", "counts", "norms"):
            arrays[f"{name}.{part}"] = getattr(field, part)
    with (folder / FILE).open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)


def open_index(folder: Path) -> Index:
    """Open what ``save`` wrote; OSError, ValueError or KeyError when it is missing or corrupt."""
    with np.load(folder / FILE, allow_pickle=False) as arrays:
        fields = [
            Postings(
                _from_bytes(arrays[f"{name}.tokens"]),
                *(arrays[f"{name}.{part}"] for part in ("starts", "docs", "counts", "norms")),
            )
            for name in ("body", "asked", "sound")
        ]
        return Index(_from_bytes(arrays["ids"]), *fields)


def _as_bytes(texts: tuple[str, ...]) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    return np.frombuffer(json.dumps(texts).encode(), dtype=np.uint8)


def _from_bytes(raw: np.ndarray[tuple[int], np.dtype[np.uint8]]) -> tuple[str, ...]:
    return tuple(json.loads(raw.tobytes()))
