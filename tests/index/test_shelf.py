"""Where releases lie: strangers beside them, leftovers, how many are kept, who may build."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from guides.folder import read_folder
from index import releases as releases_module
from index import shelf as shelf_module
from index.builder import build
from index.releases import Releases
from tests.index.publications import publish_again

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


def test_strangers_beside_the_releases_are_ignored(releases: Releases, library: Path) -> None:
    root = releases.root
    shutil.copytree(root / "0001", root / "0001.bak")
    shutil.copytree(root / "0001", root / "0007")  # a copy: whole, but of number 1
    shutil.copytree(root / "0001", root / "1")
    (root / "0005").write_text("a file")
    (root / "２").mkdir()
    (root / "notes").mkdir()
    assert releases.shelf.numbers() == [1]
    assert [made.number for made in releases.list()] == [1]
    (root / "current").unlink()
    assert releases.current().number == 1
    assert publish_again(releases, library).number == 8, "no taken name is taken again"
    assert releases.current().number == 8


def test_leftovers_of_killed_processes_are_cleared(releases: Releases) -> None:
    root = releases.root
    for name in (".building-1", ".mending-2", ".damaged-3", ".old-4"):
        shutil.copytree(root / "0001", root / name)
    (root / ".current-5").write_text("1")
    releases.shelf.clear_leftovers()
    assert sorted(path.name for path in root.iterdir()) == [".lock", "0001", "current"]


def test_what_another_process_builds_is_no_leftover(releases: Releases) -> None:
    other = Releases(releases.root.parent)
    with other.shelf.locked(), other.shelf.beside("building") as building:
        releases.shelf.clear_leftovers()
        assert building.is_dir()


def test_the_newest_and_the_served_one_are_kept(
    releases: Releases, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf_module, "KEPT", 2)
    for _ in range(3):
        publish_again(releases, library)
    assert releases.shelf.numbers() == [3, 4]
    releases.rollback(3)
    assert releases.current().number == 3
    assert publish_again(releases, library).number == 5
    assert releases.shelf.numbers() == [4, 5]


def test_two_at_once_make_one_release(releases: Releases, library: Path) -> None:
    with (library / "asked" / "umbrella.txt").open("a", encoding="utf-8") as file:
        file.write("两把伞怎么收\n")
    others = [Releases(releases.root.parent) for _ in range(4)]
    folders = [read_folder(library) for _ in others]
    with ThreadPoolExecutor(4) as pool:
        made = pool.map(lambda one, folder: one.publish(folder, "", NOW).number, others, folders)
    assert list(made) == [2, 2, 2, 2]
    assert releases.shelf.numbers() == [1, 2]


def test_killed_at_any_moment_the_old_or_the_new_one_is_served(
    releases: Releases, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At each write to the disk in turn; what a killed process made is still there."""

    class Killed(BaseException):
        pass

    built = build(read_folder(library).library().newest())
    monkeypatch.setattr(releases_module, "build", lambda _: built)  # only quicker
    whole, served = list(releases.root.rglob("*")), []
    for moment in range(100):
        with monkeypatch.context() as patch:
            left = iter(range(moment))

            def sync(_: Path, left: Iterator[int] = left) -> None:
                if next(left, None) is None:
                    raise Killed

            patch.setattr("index.sealed._sync", sync)
            patch.setattr("shutil.rmtree", lambda *_, **__: None)
            try:
                publish_again(releases, library)
            except Killed:
                pass
            else:
                break
        release = releases.current()
        assert release.findings == ()
        assert release.number in (releases.shelf.numbers()[-1], releases.current_number())
        served.append(release.number)
        releases.shelf.clear_leftovers()
        assert not list(releases.root.glob(".*-*"))
    assert served == sorted(served)
    assert moment > len([path for path in whole if "files" in path.parts])


def test_a_rollback_holds_until_somebody_publishes(releases: Releases, library: Path) -> None:
    publish_again(releases, library)
    assert releases.shelf.held() == ""
    releases.rollback(1)
    assert "第 1 号" in Releases(releases.root.parent).shelf.held()
    assert releases.publish(read_folder(library), "", NOW).number == 2, "the same, served again"
    assert releases.shelf.held() == ""


def test_who_cannot_tell_whether_something_was_taken_back_publishes_nothing(
    releases: Releases,
) -> None:
    path = releases.root / "current"
    path.write_text(path.read_text(encoding="utf-8").replace("1", "2", 1), encoding="utf-8")
    assert "current" in releases.shelf.held()
    path.unlink()
    assert releases.shelf.held() == "", "killed before it was written for the first time"
