"""Library -> Whoosh index: one document a guide or redline. Disposable.

Three fields, each a list of tokens made by ``analysis``: ``body`` (what legal staff
wrote), ``asked`` (how officers put it) and ``sound`` (both, by pronunciation).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from whoosh import index as whoosh_index
from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.fields import ID, TEXT, Schema
from whoosh.filedb.filestore import FileStorage, RamStorage

from guides.library import Library
from guides.model import Guide, Redline
from index.analysis import sounds, tokens

FIELDS = ("body", "asked", "sound")


def _schema() -> Schema:
    words = {"analyzer": SpaceSeparatedTokenizer(), "phrase": False}
    return Schema(
        id=ID(stored=True, unique=True),
        body=TEXT(**words),
        asked=TEXT(**words, field_boost=1.0),
        sound=TEXT(**words),
    )


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
    folder: Path | None = None,
    asked: Mapping[str, Iterable[str]] | None = None,
) -> whoosh_index.FileIndex:
    """Index ``library`` into ``folder`` (None: memory).

    ``asked`` replaces the phrasings, for folds of a cross-validation.
    """
    storage = RamStorage() if folder is None else FileStorage(str(folder)).create()
    made = storage.create_index(_schema())
    writer = made.writer()
    for entry in entries(library):
        phrasings = list(entry.asked if asked is None else asked[entry.id])
        heard = "\n".join([entry.title, *phrasings])
        writer.add_document(
            id=entry.id,
            body=" ".join(tokens(body_text(entry))),
            asked=" ".join(t for phrasing in phrasings for t in tokens(phrasing)),
            sound=" ".join(t for line in heard.split("\n") for t in sounds(line)),
        )
    writer.commit()
    return made


def open_index(folder: Path) -> whoosh_index.FileIndex:
    """Open what ``build`` wrote; raises what Whoosh raises when it is missing or corrupt."""
    return FileStorage(str(folder)).open_index()
