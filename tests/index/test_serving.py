"""A clean edit is served, a broken one never is, and a rollback stays rolled back."""

from __future__ import annotations

import errno
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from threading import Thread
from time import sleep
from typing import NoReturn

import pytest

from guides import checks
from guides.folder import read_folder
from index import releases as releases_module
from index.builder import build
from index.edits import reason
from index.releases import NoRelease, Releases
from index.serving import Serving
from tests.small_library import change, revise

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


@pytest.fixture
def serving(tmp_path: Path, library: Path) -> Serving:
    return Serving(Releases(tmp_path / "var"), library, auto=True)


def _title(serving: Serving) -> str:
    guide = serving.release.on(date(2026, 11, 21)).guide("umbrella")
    assert guide is not None
    return guide.title


def test_the_first_start_makes_release_one(serving: Serving) -> None:
    assert serving.refresh(NOW).published == 1
    assert serving.refresh(NOW).published is None
    assert _title(serving) == "收缴雨伞"


def rename(library: Path) -> None:
    """A clean edit: another title, with its new revision."""
    change(library / "scene" / "umbrella.yaml", "title: 收缴雨伞", "title: 收缴大伞")
    revise(library / "scene" / "umbrella.yaml")


def test_a_clean_edit_becomes_the_next_release(serving: Serving, library: Path) -> None:
    serving.refresh(NOW)
    rename(library)
    assert serving.refresh(NOW).published == 2
    assert _title(serving) == "收缴大伞"


def test_a_file_put_in_its_place_is_seen_though_it_looks_the_same(
    serving: Serving, library: Path
) -> None:
    """As editors save: another file of the same size, within one tick of the disk's clock."""
    serving.refresh(NOW)
    path, beside = library / "scene" / "umbrella.yaml", library / "beside"
    before = path.stat()
    other = path.read_text(encoding="utf-8").replace("title: 收缴雨伞", "title: 收缴大伞")
    beside.write_text(other, encoding="utf-8")
    os.utime(beside, ns=(before.st_atime_ns, before.st_mtime_ns))
    beside.replace(path)
    now = path.stat()
    assert (now.st_size, now.st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    assert [error.code for error in serving.refresh(NOW).errors] == ["G044"], "without a revision"


def test_a_broken_edit_keeps_the_last_good_one(serving: Serving, library: Path) -> None:
    serving.refresh(NOW)
    path = library / "scene" / "umbrella.yaml"
    rename(library)
    change(path, "title: 收缴大伞", "titel: 收缴大伞")
    news = serving.refresh(NOW)
    assert news.published is None
    assert {problem.path for problem in news.errors} == {path}
    assert all(problem.mark.line for problem in news.errors)
    assert _title(serving) == "收缴雨伞"
    assert serving.refresh(NOW).errors == (), "said once, not every second"
    change(path, "titel: 收缴大伞", "title: 收缴大伞")
    assert serving.refresh(NOW).published == 2


def test_after_a_rollback_nothing_publishes_itself(serving: Serving, library: Path) -> None:
    serving.refresh(NOW)
    rename(library)
    serving.refresh(NOW)
    serving.releases.rollback(1)  # as another process would
    assert serving.refresh(NOW).warnings == ()
    assert _title(serving) == "收缴雨伞"
    change(library / "asked" / "whistle.txt", "口哨半夜响", "口哨半夜响啊")
    for one in (serving, Serving(serving.releases, library, auto=True)):
        news = one.refresh(NOW)
        assert news.published is None
        assert "第 1 号" in news.warnings[0]
        assert "publish" in news.warnings[0]
        assert one.refresh(NOW).warnings == (), "said once, not every second"
        assert _title(one) == "收缴雨伞"
    serving.releases.publish(read_folder(library), "核对过", NOW)
    serving.refresh(NOW)
    assert _title(serving) == "收缴大伞"
    change(library / "asked" / "whistle.txt", "口哨半夜响啊", "口哨半夜响呢")
    assert serving.refresh(NOW).published == 4, "and edits follow by themselves again"


def test_the_same_rollback_is_followed_a_second_time(serving: Serving, library: Path) -> None:
    serving.refresh(NOW)
    rename(library)
    for _ in range(2):
        serving.releases.publish(read_folder(library), "", NOW)
        serving.refresh(NOW)
        assert _title(serving) == "收缴大伞"
        serving.releases.rollback(1)
        serving.refresh(NOW)
        assert _title(serving) == "收缴雨伞"


def test_with_review_an_edit_waits_for_publish(tmp_path: Path, library: Path) -> None:
    serving = Serving(Releases(tmp_path / "var"), library, auto=False)
    assert serving.refresh(NOW).published == 1
    rename(library)
    assert serving.refresh(NOW).published is None
    assert _title(serving) == "收缴雨伞"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("amount: 8\n", "amount: 80\n", "G056"),
        ("label: 看伞8小时\n    amount: 8\n", "label: 看伞80小时\n    amount: 80\n", "G057"),
        ("label: 退伞3日\n    amount: 3\n", "label: 退伞30日\n    amount: 30\n", "G044"),
    ],
)
def test_a_wrong_number_does_not_publish_itself(
    serving: Serving, library: Path, old: str, new: str, code: str
) -> None:
    serving.refresh(NOW)
    path = library / "scene" / "umbrella.yaml"
    change(path, old, new)
    if code != "G044":
        revise(path)
    (serving.releases.root / "0001" / "manifest.json").write_text("damaged", encoding="utf-8")
    for one in (serving, Serving(serving.releases, library, auto=True)):
        news = one.refresh(NOW)
        assert news.published is None
        assert code in {problem.code for problem in news.errors}
    assert serving.releases.current_number() == 1


def test_two_processes_make_one_release_an_edit(tmp_path: Path, library: Path) -> None:
    many = [Serving(Releases(tmp_path / "var"), library, auto=True) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda one: one.refresh(NOW), many))
        rename(library)
        list(pool.map(lambda one: one.refresh(NOW), many))
        list(pool.map(lambda one: one.refresh(NOW), many))
    assert [made.number for made in many[0].releases.list()] == [1, 2]
    assert [_title(one) for one in many] == ["收缴大伞"] * 3


def test_a_comment_is_no_edit(serving: Serving, library: Path) -> None:
    serving.refresh(NOW)
    with (library / "asked" / "umbrella.txt").open("a", encoding="utf-8") as file:
        file.write("# 以后再补\n")
    assert serving.refresh(NOW).published is None
    assert serving.releases.shelf.numbers() == [1]


def test_what_could_not_be_published_is_tried_again(
    serving: Serving, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device", "index.npz")

    serving.refresh(NOW)
    rename(library)
    with monkeypatch.context() as patch:
        patch.setattr(releases_module, "save", full)
        news = serving.refresh(NOW)
        assert "磁盘没有空间" in news.why_not()[0]
        assert serving.refresh(NOW + timedelta(seconds=1)).failed is None, "not every second"
        assert serving.refresh(NOW + timedelta(seconds=31)).failed, "but again and again"
        assert _title(serving) == "收缴雨伞"
        restarted = Serving(serving.releases, library, auto=True)
        assert restarted.refresh(NOW).failed, "a start without room serves what there is"
        assert _title(restarted) == "收缴雨伞"
    assert serving.refresh(NOW + timedelta(seconds=62)).published == 2
    assert _title(serving) == "收缴大伞"


def test_an_edit_that_makes_room_is_tried_at_once(
    serving: Serving, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> NoReturn:
        raise RuntimeError

    serving.refresh(NOW)
    rename(library)
    with monkeypatch.context() as patch:
        patch.setattr(releases_module, "save", broken)
        assert serving.refresh(NOW).failed
    change(library / "asked" / "whistle.txt", "口哨半夜响", "口哨半夜响啊")
    assert serving.refresh(NOW + timedelta(seconds=1)).published == 2


def test_reasons_are_told_in_chinese() -> None:
    assert reason(OSError(errno.EROFS, "Read-only file system", "x")) == "磁盘是只读的：x"
    assert reason(FileNotFoundError("没有找到指引文件夹 x")) == "没有找到指引文件夹 x"
    assert reason(RuntimeError()) == "RuntimeError"


def test_without_room_and_without_a_release_the_reason_is_told(
    serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(releases_module, "save", full)
    with pytest.raises(NoRelease, match="磁盘没有空间"):
        serving.refresh(NOW)


@pytest.mark.parametrize("auto", [True, False])
def test_a_damaged_release_is_told_and_made_good_from_the_folder(
    tmp_path: Path, library: Path, auto: bool
) -> None:
    serving = Serving(Releases(tmp_path / "var"), library, auto=auto)
    serving.refresh(NOW)
    rename(library)
    serving.releases.publish(read_folder(library), "", NOW)
    shutil.rmtree(serving.releases.root / "0002" / "files")
    (serving.releases.root / "0002" / "library.json").unlink()
    restarted = Serving(serving.releases, library, auto=auto)
    news = restarted.refresh(NOW)
    assert "第 2 号" in news.warnings[0]
    # With review only a person decides what officers see.
    assert (news.published, _title(restarted)) == ((3, "收缴大伞") if auto else (None, "收缴雨伞"))
    assert restarted.refresh(NOW).warnings == ()


def test_a_release_left_behind_by_a_kill_is_served(serving: Serving, library: Path) -> None:
    """Killed after the release was whole, before ``current`` named it."""
    serving.refresh(NOW)
    before = (serving.releases.root / "current").read_text(encoding="utf-8")
    rename(library)
    serving.refresh(NOW)
    (serving.releases.root / "current").write_text(before, encoding="utf-8")
    restarted = Serving(serving.releases, library, auto=True)
    restarted.refresh(NOW)
    assert _title(restarted) == "收缴大伞"
    assert serving.releases.shelf.numbers() == [1, 2]


@pytest.mark.parametrize("saves", [15, pytest.param(100, marks=pytest.mark.stress)])
def test_edits_while_publishing_are_never_served_unchecked(
    serving: Serving, library: Path, monkeypatch: pytest.MonkeyPatch, chance: Random, saves: int
) -> None:
    """Saves, every other one broken, at any moment of reading, checking and building."""
    path = library / "scene" / "umbrella.yaml"
    serving.refresh(NOW)
    built = build(serving.release.library.newest())
    clean = {"收缴雨伞"}

    def build_slowly(_: object) -> object:  # the title alone differs: the index need not
        sleep(0.002)
        return built

    monkeypatch.setattr(releases_module, "build", build_slowly)
    monkeypatch.setattr("index.sealed._sync", lambda _: None)

    served = set[str]()

    def save_again_and_again() -> None:
        for number in range(20 * saves):
            if number >= saves and len(served) > 5:  # a busy machine publishes less often
                break
            revise(path)
            text = path.read_text(encoding="utf-8")
            head, _, rest = text.partition("title: ")
            _, _, rest = rest.partition("\n")
            clean.add(f"收缴雨伞{number}")
            path.write_text(f"{head}title: 收缴雨伞{number}\n{rest}", encoding="utf-8")
            sleep(chance.uniform(0, 0.02))
            broken = chance.choice((f"title: 致电13812345678\n{rest}", f"titel: 无\n{rest}", ""))
            path.write_text(head + broken, encoding="utf-8")
            sleep(chance.uniform(0, 0.02))
            path.write_text(f"{head}title: 收缴雨伞{number}\n{rest}", encoding="utf-8")

    editor = Thread(target=save_again_and_again)
    editor.start()
    while editor.is_alive():
        serving.refresh(NOW)
        served.add(_title(serving))
    editor.join()
    path.touch()  # saves in place within one tick of the disk's clock look like one
    serving.refresh(NOW)
    assert _title(serving) == f"收缴雨伞{len(clean) - 2}"
    assert served <= clean
    assert len(served) > 5, "edits must have been published meanwhile"
    for made in serving.releases.list():
        stored = read_folder(serving.releases.root / f"{made.number:04d}" / "files")
        assert checks.errors(checks.run(stored, NOW.date())) == []
        assert len(stored.library().guides) == 2


def test_nothing_to_serve_says_which_file(serving: Serving, library: Path) -> None:
    change(library / "scene" / "umbrella.yaml", "title: 收缴雨伞", "titel: 收缴大伞")
    with pytest.raises(NoRelease, match="umbrella.yaml"):
        serving.refresh(NOW)
    with pytest.raises(NoRelease):
        _ = serving.release


def test_a_lost_folder_keeps_serving(serving: Serving, library: Path, tmp_path: Path) -> None:
    serving.refresh(NOW)
    library.rename(tmp_path / "moved")
    news = serving.refresh(NOW)
    assert news.published is None
    assert "没有找到指引文件夹" in news.why_not()[0]
    assert _title(serving) == "收缴雨伞"
