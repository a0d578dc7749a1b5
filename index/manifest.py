"""The manifest of a release: what it is, and the hash of each of its files."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from guides.folder import fingerprint, library_files
from index.sealed import read, seal, unseal

MANIFEST, LIBRARY, FILES = "manifest.json", "library.json", "files"
UNREADABLE = (OSError, ValueError, TypeError, KeyError)  # what damaged files raise


@dataclass(frozen=True)
class Manifest:
    """``files``: the hash of every other file, by its name in the release; ``changed``: ids of
    guides and redlines, and files, that were otherwise in what was served before."""

    number: int
    created: str  # ISO 8601
    note: str
    fingerprint: str  # of the guides as published
    files: dict[str, str]
    changed: list[str] = field(default_factory=list)
    guides: int = 0
    redlines: int = 0
    engine: int = 0


def read_manifest(folder: Path, number: int | None = None) -> Manifest:
    """One of ``UNREADABLE`` when it is missing, damaged or not that of release ``number``."""
    text = read(folder / MANIFEST)
    raw = json.loads(text)
    manifest = Manifest(**(_earlier(folder, raw) if "library_sha256" in raw else unseal(text)))
    if number is not None and manifest.number != number:
        raise ValueError(f"the manifest of release {manifest.number}")
    return manifest


def _earlier(folder: Path, raw: dict[str, Any]) -> dict[str, Any]:
    """As written before each file had its hash: ``fingerprint`` alone vouches for the guides."""
    raw.pop("judge", None)  # of a judge that was fitted for each release
    files = {LIBRARY: raw.pop("library_sha256")}
    whole = fingerprint(folder / FILES) == raw["fingerprint"]
    files |= hashes(folder, guide_files(folder)) if whole else {FILES: ""}
    return {**raw, "engine": 0, "files": files}


def write_manifest(folder: Path, manifest: Manifest) -> None:
    (folder / MANIFEST).write_text(seal(asdict(manifest)), encoding="utf-8")


def hashes(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """Of those that can be read."""
    known = {}
    for name in names:
        path = folder / name
        with suppress(OSError):
            if path.is_file():  # never wait for what is no file
                known[name] = sha256(path.read_bytes()).hexdigest()
    return known


def guide_files(folder: Path) -> list[str]:
    """Names in the release of the guides as they lie there now."""
    return [path.relative_to(folder).as_posix() for path in library_files(folder / FILES)]
