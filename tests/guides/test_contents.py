"""docs/指引目录.md is what the command prints."""

from __future__ import annotations

from pathlib import Path

from guides.contents import contents
from guides.folder import read_folder

ROOT = Path(__file__).parents[2]


def test_the_table_of_contents_is_current() -> None:
    library = read_folder(ROOT / "guides" / "library").library().newest()
    written = (ROOT / "docs" / "指引目录.md").read_text(encoding="utf-8")
    assert written == contents(library), "python run_bot.py contents > docs/指引目录.md"
