"""The running program publishes edits in a process of its own, and goes on answering."""

from __future__ import annotations

import os
import resource
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tests.bot.conftest import Running, start
from tests.processes import children, runs
from tests.small_library import change, revise

PATIENCE = 300.0  # seconds; what is made there has a low priority


@pytest.fixture
def running(tmp_path: Path, library: Path) -> Iterator[Running]:
    bot = start(tmp_path / "var", library, MINGBAI_ACCESS="open")
    yield bot
    bot.stop()


def rename(library: Path) -> None:
    change(library / "scene" / "umbrella.yaml", "title: 收缴雨伞", "title: 收缴大伞")
    revise(library / "scene" / "umbrella.yaml")


def eventually(holds: Callable[[], bool], what: str) -> None:
    ends = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < ends, what
        time.sleep(0.05)


def said(running: Running) -> str:
    """Without blanks: the console breaks lines in the middle of a sentence."""
    return "".join(running.text().split())


def worker(running: Running) -> int:
    """The process that makes a release, once there is one."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        if found := children(running.process.pid, "bot.worker"):
            return found[0]
        time.sleep(0.01)
    raise AssertionError(f"no edit was noticed: {said(running)}")


def at_work(running: Running, tmp_path: Path) -> int:
    """As ``worker``, in the middle of it."""
    child = worker(running)
    eventually(lambda: bool(left_over(tmp_path)), "nothing is built")
    return child


def left_over(tmp_path: Path) -> list[Path]:
    return list((tmp_path / "var" / "releases").glob(".building-*"))


def test_questions_are_answered_meanwhile(running: Running, library: Path) -> None:
    with httpx.Client(base_url=running.base) as page:
        rename(library)
        child = worker(running)
        shown = [page.get("/s/g/umbrella").text]
        niceness = set()
        ends = time.monotonic() + PATIENCE
        while "收缴大伞" not in shown[-1]:
            assert time.monotonic() < ends
            with suppress(OSError):
                niceness.add(os.getpriority(os.PRIO_PROCESS, child))
            shown.append(page.get("/s/g/umbrella").text)
        assert 10 in niceness
        assert all("收缴雨伞" in text or "收缴大伞" in text for text in shown)
        assert page.get("/healthz").json()["folder_errors"] == 0
    eventually(lambda: "第2号发布已启用" in said(running), "not told")
    assert said(running).count("第2号发布已启用") == 1
    assert not runs(child)


def test_a_killed_worker_is_told_and_the_next_edit_published(
    running: Running, library: Path, tmp_path: Path
) -> None:
    with httpx.Client(base_url=running.base) as page:
        rename(library)
        os.kill(at_work(running, tmp_path), signal.SIGKILL)
        eventually(lambda: "没能发布，仍用第1号发布" in said(running), "not told")
        assert "信号9" in said(running)
        assert page.get("/healthz").json()["folder_errors"] == 1
        assert "收缴雨伞" in page.get("/s/g/umbrella").text
        assert left_over(tmp_path) == []
        change(library / "asked" / "whistle.txt", "口哨半夜响", "口哨半夜响啊")
        eventually(lambda: "收缴大伞" in page.get("/s/g/umbrella").text, "not served")
        assert page.get("/healthz").json()["folder_errors"] == 0


def test_a_full_disk_is_told_and_tried_again(running: Running, library: Path) -> None:
    with httpx.Client(base_url=running.base) as page:
        soft, hard = resource.prlimit(running.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(running.process.pid, resource.RLIMIT_FSIZE, (2048, hard))
        rename(library)
        eventually(lambda: "没能发布，仍用第1号发布" in said(running), "not told")
        assert page.get("/healthz").json()["folder_errors"] == 1
        assert "收缴雨伞" in page.get("/s/g/umbrella").text
        resource.prlimit(running.process.pid, resource.RLIMIT_FSIZE, (soft, hard))
        ends = time.monotonic() + PATIENCE  # it is tried every 30 seconds
        while "收缴大伞" not in page.get("/s/g/umbrella").text:
            assert time.monotonic() < ends
            time.sleep(0.2)
    assert "Traceback" not in said(running)


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_the_worker_ends_with_the_program(
    running: Running, library: Path, tmp_path: Path, ending: signal.Signals
) -> None:
    rename(library)
    child = at_work(running, tmp_path)
    os.kill(child, signal.SIGSTOP)  # so that it cannot have finished by itself
    running.process.send_signal(ending)
    if ending is signal.SIGKILL:  # nobody is there to end it: it must notice by itself
        os.kill(child, signal.SIGCONT)
    running.process.wait(20)
    eventually(lambda: not runs(child), "the worker goes on")
    if ending is not signal.SIGKILL:
        assert left_over(tmp_path) == []
        assert "没能发布" not in said(running)
        assert "Traceback" not in said(running)
    again = start(tmp_path / "var", library, MINGBAI_ACCESS="open")
    try:
        with httpx.Client(base_url=again.base) as page:
            eventually(lambda: "收缴大伞" in page.get("/s/g/umbrella").text, "not served")
        assert left_over(tmp_path) == []
    finally:
        again.stop()
