"""Which limits a line is about, in the guides that are delivered and in the small library."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.clocks.matches import MOST, fitting
from guides.folder import read_folder
from guides.library import Library
from tests.small_library import change

ROOT = Path(__file__).parents[3]
TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def real() -> Library:
    return read_folder(ROOT / "guides" / "library").library().on(TODAY)


def ids(words: str, library: Library) -> list[str]:
    return [limit.id for _, limit in fitting(words, library)]


@pytest.mark.parametrize(
    ("words", "limit"),
    [
        ("传唤到案", "za-summons-8h"),
        ("情况复杂 24小时传唤", "za-summons-24h"),
        ("带回派出所盘问", "continued-questioning-12h"),
        ("抽血", "blood-send-5wd"),  # said in the step that starts it
        ("扣车", "ebike-vehicle-24h"),
        ("拘传到案", "juchuan-12h"),
        ("收到鉴定意见", "fight-appraisal-copy-5d"),
    ],
)
def test_what_officers_say(real: Library, words: str, limit: str) -> None:
    found = ids(words, real)
    assert limit in found
    assert len(found) <= MOST


def test_of_siblings_the_shortest_unless_another_is_said(real: Library) -> None:
    found = ids("传唤到案", real)
    assert not {"za-summons-12h", "za-summons-24h"} & set(found)
    assert ids("传唤 查不清身份不明 12小时", real)[0] == "za-summons-12h"


def test_a_sibling_that_leads_nowhere_hides_nothing(real: Library) -> None:
    """Four hours fit these words best, and cannot be moved to the twelve of everybody else."""
    assert "continued-questioning-12h" in ids("留置到所", real)


def test_what_the_limit_says_counts_more_than_the_step_that_starts_it(library: Path) -> None:
    small = read_folder(library).library().on(TODAY)
    assert ids("看清伞 雨停", small) == ["umbrella-3d", "umbrella-8h"]


def test_the_best_comes_first(library: Path) -> None:
    small = read_folder(library).library().on(TODAY)
    assert ids("雨停退伞，看伞", small) == ["umbrella-3d", "umbrella-8h"]
    assert ids("收伞", small)[0] == "umbrella-8h"
    guide, _ = fitting("收伞", small)[0]
    assert guide.id == "umbrella"


def test_the_answer_that_starts_a_limit_leads_to_it(library: Path) -> None:
    path = library / "scene" / "umbrella.yaml"
    assert ids("冰雹砸车", read_folder(library).library().on(TODAY)) == []
    change(path, "{when: 重, go: carry}", "{when: 冰雹砸车, go: carry, starts: umbrella-3d}")
    assert ids("冰雹砸车", read_folder(library).library().on(TODAY)) == ["umbrella-3d"]


@pytest.mark.parametrize("words", ["", "伞", "火星土豆", "，。 ", "a", "8"])
def test_what_shares_nothing_finds_nothing(library: Path, words: str) -> None:
    assert fitting(words, read_folder(library).library().on(TODAY)) == []
