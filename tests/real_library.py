"""The guides as they are written, for tests that are about them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from guides.folder import read_folder
from index.releases import Releases

LIBRARY = Path(__file__).parents[1] / "guides" / "library"
NOW = datetime(2026, 11, 30, 2, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def release_library(data: Path) -> Path:
    """Publish the guides below ``data``, which is returned; takes seconds."""
    Releases(data).publish(read_folder(LIBRARY), "", NOW)
    return data
