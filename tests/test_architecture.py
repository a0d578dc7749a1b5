"""docs/architecture.md draws the house as it is: its layers, its arrows, its files."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[1]
DRAWN = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `(\w+)` \|[^|]*\|([^|]*)\|$", re.MULTILINE)


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("bot", cache_dir=None)


def _section() -> str:
    found = re.search(r"## The arrows between the rooms\n(.*?)\n## ", DRAWN, re.DOTALL)
    assert found
    return found[1]


def _layers() -> list[str]:
    found = re.search(r"```\n(.*?)```", _section(), re.DOTALL)
    assert found
    rows = [line.split("  ")[0].strip() for line in found[1].splitlines()]
    return [row for row in (line.strip() for line in rows) if row not in ("", "v")]


def _room(module: str) -> str:
    return module.split(".")[1]


def test_the_layers_are_those_of_the_contract() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = {one["name"]: one for one in settings["tool"]["importlinter"]["contracts"]}
    assert _layers() == contracts["bot, from the door down"]["layers"]
    topics = " > ".join(contracts["bot.topics: who may lead to whom"]["layers"])
    drawn = next(line for line in _section().splitlines() if line.startswith("| `topics` |"))
    assert topics.replace(" | ", ", ") in drawn.replace("`", "")


def test_every_room_leans_on_what_it_says(graph: grimp.ImportGraph) -> None:
    real: dict[str, set[str]] = {_room(child): set() for child in graph.find_children("bot")}
    for module in graph.modules - {"bot"}:
        for imported in graph.find_modules_directly_imported_by(module) - {"bot"}:
            real[_room(module)].add(_room(imported))
    drawn = {room: set(re.findall(r"\w+", leans)) for room, leans in ROW.findall(_section())}
    assert drawn == {room: leans - {room} for room, leans in real.items()}


def test_every_file_it_names_is_there() -> None:
    named = set(re.findall(r"`((?:bot|index|guides|tests)/[\w/]+(?:\.py)?/?)`", DRAWN))
    assert len(named) > 30
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_no_test_leans_on_another() -> None:
    """What several need stands in a file of its own: moving a test breaks no other."""
    files = sorted(path for path in (ROOT / "tests").rglob("*.py"))
    assert len(files) > 100
    leaning = re.compile(r"^\s*(?:from|import) (?:tests[\w.]*|\.[\w.]*)?\.?test_\w+", re.MULTILINE)
    assert [path.name for path in files if leaning.search(path.read_text(encoding="utf-8"))] == []
