"""Publishing once more."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from guides.folder import read_folder
from index.releases import Release, Releases

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


def publish_again(releases: Releases, library: Path, note: str = "第二版") -> Release:
    """The next release, of one more phrasing."""
    with (library / "asked" / "umbrella.txt").open("a", encoding="utf-8") as file:
        file.write(f"第{len(releases.list())}把伞怎么收\n")
    return releases.publish(read_folder(library), note, NOW)
