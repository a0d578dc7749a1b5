"""Releases made in a process of its own: what holds without one, and what a process can suffer."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NoReturn
from weakref import ref

import pytest

from guides.folder import read_folder
from index import releases as releases_module
from index.edits import News
from index.releases import Releases
from index.serving import Serving
from index.workshop import Workshop
from tests.processes import children
from tests.small_library import change, revise

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
ROOT = Path(__file__).parents[2]
PATIENCE = 300.0  # seconds; what is made there has a low priority

# Stands in for the real one: says that it was begun, and never ends.
HANGING = """\
import os, pathlib, time
with pathlib.Path(__file__).with_name("begun").open("a") as begun:
    begun.write(f"{os.getpid()}\\n")
time.sleep(1000)
"""


@contextmanager
def apart(
    releases: Releases,
    library: Path,
    module: str = "bot.worker",
    root: Path = ROOT,
    auto: bool = True,
    limit: float = 2 * PATIENCE,
) -> Iterator[Serving]:
    """Whoever builds in this process is found out by ``builds_nothing``."""
    data = releases.root.parent
    workshop = Workshop(module, root, data, library, limit)
    serving = Serving(Releases(data, have_mended=workshop.mend), library, auto, workshop)
    try:
        yield serving
    finally:
        serving.close()


@pytest.fixture
def builds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def build(*_: object) -> NoReturn:
        raise AssertionError("built in the process that serves")

    monkeypatch.setattr(releases_module, "build", build)


def news_of(serving: Serving, now: datetime = NOW) -> News:
    """Look again and again, until there is news."""
    ends = time.monotonic() + PATIENCE
    while (told := serving.refresh(now)) == News():
        assert time.monotonic() < ends
        time.sleep(0.1)
    return told


def title(serving: Serving) -> str:
    guide = serving.release.on(date(2026, 11, 21)).guide("umbrella")
    assert guide is not None
    return guide.title


def rename(library: Path, old: str = "收缴雨伞", new: str = "收缴大伞") -> None:
    change(library / "scene" / "umbrella.yaml", f"title: {old}", f"title: {new}")
    revise(library / "scene" / "umbrella.yaml")


def workers(module: str = "bot.worker") -> list[int]:
    return children(os.getpid(), module)


def building(releases: Releases) -> list[Path]:
    return [*releases.root.glob(".building-*"), *releases.root.glob(".mending-*")]


@pytest.mark.usefixtures("builds_nothing")
def test_the_first_release_and_each_edit_are_made_there(tmp_path: Path, library: Path) -> None:
    with apart(Releases(tmp_path / "var"), library) as serving:
        assert serving.refresh(NOW).published == 1, "nothing to serve is waited for"
        assert serving.refresh(NOW) == News()
        rename(library)
        assert serving.refresh(NOW) == News(), "an edit is not waited for"
        assert title(serving) == "收缴雨伞"
        assert len(workers()) == 1
        assert news_of(serving).published == 2
        assert title(serving) == "收缴大伞"
        assert serving.releases.list()[1].created == NOW.isoformat(timespec="seconds")
        assert workers() == []
        assert building(serving.releases) == []


@pytest.mark.usefixtures("builds_nothing")
def test_errors_are_told_as_without(releases: Releases, library: Path, tmp_path: Path) -> None:
    path = library / "scene" / "umbrella.yaml"
    with apart(releases, library) as serving:
        serving.refresh(NOW)
        change(path, "amount: 8\n", "amount: 80\n")
        os.mkfifo(library / "scene" / "pipe.yaml")
        news = news_of(serving)
        here = Serving(releases, library, auto=True).refresh(NOW)
        assert {problem.code for problem in news.errors} >= {"G056", "G001"}
        assert news == here
        assert serving.errors == here.errors
        assert serving.refresh(NOW) == News(), "said once, not every second"
        (library / "scene" / "pipe.yaml").unlink()
        change(path, "amount: 80\n", "amount: 8\n")
        rename(library)
        assert news_of(serving).published == 2
        assert serving.errors == ()
        library.rename(tmp_path / "moved")
        assert "没有找到指引文件夹" in news_of(serving).why_not(2)[0]


def test_a_killed_one_is_told_and_tried_again(releases: Releases, library: Path) -> None:
    with apart(releases, library) as serving:
        serving.refresh(NOW)
        rename(library)
        serving.refresh(NOW)
        ends = time.monotonic() + PATIENCE
        while not building(releases):
            assert time.monotonic() < ends
        [child] = workers()
        os.kill(child, signal.SIGKILL)
        news = news_of(serving)
        assert news.why_not(1) == [
            "没能发布，仍用第 1 号发布：生成发布的进程被强行结束（信号 9），可能是内存不够"
        ]
        assert serving.errors == (news.failed,)
        assert building(releases) == [], "what it has left behind is cleared away"
        assert title(serving) == "收缴雨伞"
        assert serving.refresh(NOW + timedelta(seconds=29)) == News()
        assert workers() == []
        assert news_of(serving, NOW + timedelta(seconds=31)).published == 2
        assert title(serving) == "收缴大伞"
        assert len(serving.errors) == 0


def test_a_hanging_one_is_ended_and_begun_again(
    releases: Releases, library: Path, tmp_path: Path
) -> None:
    (tmp_path / "hanging.py").write_text(HANGING, encoding="utf-8")
    begun = tmp_path / "begun"
    with apart(releases, library, "hanging", tmp_path, limit=3.0) as serving:
        serving.refresh(NOW)
        rename(library)
        news = news_of(serving)
        assert "没有做完，已经强行结束" in news.why_not(1)[0]
        assert workers("hanging") == []
        assert len(begun.read_text().split()) == 1
        serving.refresh(NOW + timedelta(seconds=31))
        ends = time.monotonic() + PATIENCE
        while len(begun.read_text().split()) < 2:
            assert time.monotonic() < ends
        assert serving.releases.shelf.numbers() == [1]
        # Meanwhile others are followed: a rollback does not wait for what hangs.
        releases.publish(read_folder(library), "手工", NOW)
        serving.refresh(NOW + timedelta(seconds=32))
        assert title(serving) == "收缴大伞"
        serving.close()
        assert workers("hanging") == []
        assert serving.refresh(NOW + timedelta(seconds=33)).failed is None, "ended on purpose"


def test_one_that_cannot_begin_is_told(releases: Releases, library: Path, tmp_path: Path) -> None:
    with apart(releases, library, "nosuch", tmp_path) as serving:
        serving.refresh(NOW)
        rename(library)
        assert "没有做完就退出了（退出码 1）" in news_of(serving).why_not(1)[0]


def test_with_review_nothing_is_begun(releases: Releases, library: Path, tmp_path: Path) -> None:
    (tmp_path / "hanging.py").write_text(HANGING, encoding="utf-8")
    with apart(releases, library, "hanging", tmp_path, auto=False) as serving:
        serving.refresh(NOW)
        rename(library)
        assert serving.refresh(NOW) == News()
        assert workers("hanging") == []


def test_a_rollback_holds_against_an_edit_that_is_being_made(
    releases: Releases, library: Path
) -> None:
    rename(library)
    releases.publish(read_folder(library), "", NOW)
    with apart(releases, library) as serving:
        serving.refresh(NOW)
        rename(library, "收缴大伞", "收缴花伞")
        serving.refresh(NOW)
        assert len(workers()) == 1
        releases.rollback(1)
        news = news_of(serving)
        assert "已经退回到第 1 号发布" in news.warnings[0]
        assert title(serving) == "收缴雨伞"
        assert serving.releases.shelf.numbers() == [1, 2]
        assert serving.refresh(NOW) == News()


def test_two_programs_make_one_release_an_edit(releases: Releases, library: Path) -> None:
    with apart(releases, library) as one, apart(releases, library) as other:
        for serving in (one, other):
            serving.refresh(NOW)
        rename(library)
        with ThreadPoolExecutor(2) as pool:
            news = list(pool.map(news_of, (one, other)))
        assert {told.published for told in news} <= {2, None}
        ends = time.monotonic() + PATIENCE
        while workers():
            assert time.monotonic() < ends
            for serving in (one, other):
                serving.refresh(NOW)
        assert [title(one), title(other)] == ["收缴大伞"] * 2
        assert releases.shelf.numbers() == [1, 2]


def test_a_start_does_not_wait_for_an_edit(releases: Releases, library: Path) -> None:
    rename(library)
    with apart(releases, library) as serving:
        serving.refresh(NOW)
        assert title(serving) == "收缴雨伞"
        earlier = ref(serving.release)
        assert news_of(serving).published == 2
        assert title(serving) == "收缴大伞"
        assert earlier() is None, "nothing keeps what is served no more"


@pytest.mark.usefixtures("builds_nothing")
def test_a_damaged_index_is_made_again_there(releases: Releases, library: Path) -> None:
    (releases.root / "0001" / "index" / "index.npz").write_bytes(b"damaged")
    with apart(releases, library) as serving:
        news = serving.refresh(NOW)
        assert "已用完好的指引重新生成" in news.warnings[0]
        assert title(serving) == "收缴雨伞"
        assert serving.refresh(NOW) == News()


def test_what_cannot_be_made_again_there_is_made_here(
    releases: Releases, library: Path, tmp_path: Path
) -> None:
    (releases.root / "0001" / "index" / "index.npz").write_bytes(b"damaged")
    with apart(releases, library, "nosuch", tmp_path) as serving:
        assert "已用完好的指引重新生成" in serving.refresh(NOW).warnings[0]
        assert title(serving) == "收缴雨伞"


def test_an_edit_is_not_compared_with_nothing(releases: Releases, library: Path) -> None:
    """What is served lies damaged on the disk: a custody limit may have been changed."""
    with apart(releases, library) as serving:
        serving.refresh(NOW)
        (releases.root / "0001" / "library.json").write_text("damaged", encoding="utf-8")
        (releases.root / "0001" / "files" / "laws.yaml").write_text("damaged", encoding="utf-8")
        rename(library)
        told = news_of(serving).why_not(1)[0]
        assert "第 1 号发布存在磁盘上的损坏了" in told
        assert "运行 publish" in told
        assert title(serving) == "收缴雨伞"
