"""What of a release is not as it was published, and what of it is proved whole all the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from guides import bundle, checks
from guides.folder import fingerprint, read_folder
from index.manifest import (
    FILES,
    LIBRARY,
    MANIFEST,
    UNREADABLE,
    Manifest,
    guide_files,
    hashes,
    read_manifest,
)
from index.sealed import read

MOST_NAMED = 3


def damaged(folder: Path, manifest: Manifest) -> list[str]:
    """Names of files that are missing or otherwise than they were, or that nobody published."""
    found = hashes(folder, manifest.files)
    wrong = [name for name, known in manifest.files.items() if found.get(name) != known]
    wrong += [name for name in guide_files(folder) if name not in manifest.files]
    return sorted(wrong, key=is_stored_guide)  # what matters most is named first


def is_stored_guide(name: str) -> bool:
    """A guide as published: kept to build from, not read to answer."""
    return name == FILES or name.startswith(f"{FILES}/")


def named(wrong: Sequence[str]) -> str:
    more = f"等 {len(wrong)} 个文件" if len(wrong) > MOST_NAMED else ""
    return "、".join(wrong[:MOST_NAMED]) + more


def examine(folder: Path, number: int, engine: int) -> tuple[Manifest, list[str], str | None]:
    """(manifest, names of what is damaged, the library as it was published) of one release; no
    library when nothing proves it: the manifest's hashes, or without it that the stored guides
    and ``library.json`` tell the same. Another ``engine`` reads the stored guides anew."""
    try:
        manifest = read_manifest(folder, number)
    except UNREADABLE:
        kept, stored = _read(folder / LIBRARY), _from_stored(folder / FILES)
        return _unknown(folder, number), [MANIFEST], kept if kept == stored else None
    wrong = damaged(folder, manifest)
    kept = None if LIBRARY in wrong else _read(folder / LIBRARY)
    if kept and manifest.engine == engine:
        return manifest, wrong, kept
    stored_are_whole = not any(is_stored_guide(name) for name in wrong)
    return manifest, wrong, (_from_stored(folder / FILES) if stored_are_whole else None) or kept


def _from_stored(files: Path) -> str | None:
    try:
        published = read_folder(files)
    except OSError:
        return None
    # Another version of the program may be stricter: better no guides than some of them.
    return None if checks.errors(published.problems) else bundle.dump(published)


def _read(path: Path) -> str | None:
    try:
        return read(path)
    except (OSError, ValueError):
        return None


def _unknown(folder: Path, number: int) -> Manifest:
    """What can be said of a release whose manifest is damaged."""
    created = datetime.fromtimestamp(folder.stat().st_mtime).astimezone()
    return Manifest(
        number=number,
        created=created.isoformat(timespec="seconds"),
        note="（说明已损坏）",
        fingerprint=fingerprint(folder / FILES),
        files=hashes(folder, guide_files(folder)),
    )
