"""A whole library as one JSON text: what a release keeps, quick to read back."""

from __future__ import annotations

import json
from typing import TypeVar

from guides.areas import Area
from guides.folder import Folder
from guides.holidays import Calendar, read_overrides
from guides.laws import Catalogue
from guides.library import Library
from guides.model import Aside, Guide, Redline
from guides.words import WordGroup

P = TypeVar("P", Area, Aside, Guide, Redline, WordGroup)


def dump(folder: Folder) -> str:
    """The library of a folder without problems; ``load`` reads it back equal."""
    library = folder.library()
    whole = {
        name: [part.model_dump(mode="json", exclude_defaults=True) for part in parts]
        for name, parts in (
            ("areas", library.areas),
            ("guides", library.guides),
            ("redlines", library.redlines),
            ("words", library.words),
            ("asides", library.asides),
        )
    }
    return json.dumps(
        {**whole, "laws": folder.laws_data, "holidays": folder.holidays_data},
        ensure_ascii=False,
    )


def load(text: str) -> Library:
    """Read what ``dump`` wrote; ValueError when it is not that."""
    whole = json.loads(text)
    try:
        return Library(
            areas=_read(whole["areas"], Area),
            guides=_read(whole["guides"], Guide),
            redlines=_read(whole["redlines"], Redline),
            words=_read(whole["words"], WordGroup),
            laws=Catalogue.from_mapping(whole["laws"]),
            calendar=Calendar(read_overrides(whole["holidays"])),
            asides=_read(whole["asides"], Aside),
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a library: {error}") from error


def _read(parts: list[object], shape: type[P]) -> tuple[P, ...]:
    return tuple(shape.model_validate_json(json.dumps(part)) for part in parts)
