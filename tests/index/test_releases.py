"""Releases: built beside, swapped at once, mended by themselves, rolled back."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from guides.folder import read_folder
from index import releases as releases_module
from index.judging import Outcome
from index.releases import NoRelease, Releases
from tests.small_library import change

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
DAY = date(2026, 11, 21)


@pytest.fixture
def releases(tmp_path: Path, library: Path) -> Releases:
    made = Releases(tmp_path / "var")
    made.publish(read_folder(library), "第一版", NOW)
    return made


def test_a_release_answers(releases: Releases) -> None:
    answer = releases.current().ask("黑伞挡路了太重", DAY, explain=True)
    assert answer.outcome is Outcome.ANSWER
    assert answer.guides[0].guide.id == "umbrella"
    assert answer.guides[0].why
    assert answer.as_json().keys() == {
        "question",
        "outcome",
        "guides",
        "redline",
        "message",
        "release",
        "elapsed_ms",
    }


def test_the_next_release_leaves_the_first_as_it_was(releases: Releases, library: Path) -> None:
    change(library / "scene" / "umbrella.yaml", "title: 收缴雨伞", "title: 收缴大伞")
    second = releases.publish(read_folder(library), "第二版", NOW)
    assert [made.number for made in releases.list()] == [1, 2]
    assert releases.current().number == second.number == 2
    back = releases.rollback(1)
    guide = back.on(DAY).guide("umbrella")
    assert guide is not None
    assert guide.title == "收缴雨伞"
    assert releases.current_number() == 1


@pytest.mark.parametrize("damage", ["index", "library.json", "manifest.json", "index file"])
def test_what_is_damaged_is_rebuilt_from_the_guides(releases: Releases, damage: str) -> None:
    folder = releases.root / "0001"
    if damage == "index":
        shutil.rmtree(folder / "index")
    elif damage == "index file":
        (folder / "index" / "index.npz").write_bytes(b"garbage")
    else:
        (folder / damage).write_text("{", encoding="utf-8")
    release = releases.current()
    assert release.number == 1
    assert release.ask("黑伞挡路了太重", DAY).guides[0].guide.id == "umbrella"
    assert not list(releases.root.glob(".*ing-*")), "nothing half-made is left behind"


def test_another_engine_rebuilds_the_index(
    releases: Releases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(releases_module, "ENGINE", 99)
    assert releases.current().manifest.engine == 99
    assert releases.list()[0].engine == 99


def test_a_lost_pointer_serves_the_newest(releases: Releases, library: Path) -> None:
    releases.publish(read_folder(library), "第二版", NOW)
    (releases.root / "current").unlink()
    assert releases.current().number == 2


def test_without_its_files_a_damaged_release_says_so(releases: Releases) -> None:
    shutil.rmtree(releases.root / "0001" / "files")
    (releases.root / "0001" / "library.json").unlink()
    with pytest.raises(NoRelease, match="rollback"):
        releases.current()


def test_a_failed_build_leaves_nothing_and_changes_nothing(
    releases: Releases, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_space(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(releases_module, "save", no_space)
    with pytest.raises(OSError, match="no space"):
        releases.publish(read_folder(library), "第二版", NOW)
    assert [path.name for path in sorted(releases.root.iterdir())] == [".lock", "0001", "current"]
    assert releases.current_number() == 1


def test_unknown_numbers_are_told(releases: Releases) -> None:
    with pytest.raises(NoRelease, match="没有第 7 号"):
        releases.rollback(7)


def test_earlier_days_are_answered_with_what_stood_then(releases: Releases) -> None:
    answer = releases.current().ask("黑伞挡路了太重", date(2025, 1, 1))
    assert answer.outcome is Outcome.UNKNOWN
    assert answer.guides == ()
