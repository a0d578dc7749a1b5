"""Publishes edits while the running page is asked 20 times a second.

    python -m benchmarks.publishing [EDITS]

Printed: how long answers took while nothing happened and while releases were made, and the
memory of the process that serves (and of all its processes) before, after the first edit and
after the last.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import httpx

from benchmarks.outages import RATE, ask, browser
from tests.bot.conftest import start
from tests.real_library import LIBRARY, release_library

IDLE_SECONDS, PATIENCE = 20, 180
KB = 1024


def memory(pid: int) -> tuple[float, float]:
    """(now, highest so far) of one process, in MB."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    now, most = (int(status.split(f"{name}:")[1].split()[0]) / KB for name in ("VmRSS", "VmHWM"))
    return now, most


def publish_one(library: Path, page: httpx.Client, number: int) -> float:
    """Save one more phrasing; seconds until the release with it is served."""
    began = time.monotonic()
    with (library / "asked" / "bail.txt").open("a", encoding="utf-8") as file:
        file.write(f"取保候审的人第{number}回没来报到怎么处理\n")
    while page.get("/healthz").json()["release"] <= number:
        if time.monotonic() - began > PATIENCE:
            raise TimeoutError("not published")
        time.sleep(0.2)
    return time.monotonic() - began


def asked_while(page: httpx.Client, busy: Callable[[], bool]) -> tuple[list[float], int]:
    """(seconds that each answer took, how many were right), ``RATE`` a second."""
    calls: list[Future[tuple[float, bool]]] = []
    began = time.monotonic()
    with ThreadPoolExecutor(40) as threads:
        while busy():
            calls.append(threads.submit(ask, page, len(calls)))
            time.sleep(max(began + len(calls) / RATE - time.monotonic(), 0))
        answers = [call.result() for call in calls]
    return sorted(took for took, _ in answers), sum(right for _, right in answers)


def tell(what: str, took: list[float], right: int) -> None:
    print(
        f"{what}: {len(took)} asked, {right} answered, p50 {took[len(took) // 2]:.3f} s, "
        f"p99 {took[len(took) * 99 // 100]:.3f} s, max {took[-1]:.3f} s",
        flush=True,
    )


@contextmanager
def running_copy() -> Iterator[tuple[int, Path, httpx.Client, httpx.Client]]:
    """(pid, library, page, another page) of the program on a copy of the guides."""
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "library"
        shutil.copytree(LIBRARY, library)
        data = release_library(Path(folder) / "var")
        running = start(data, library, MINGBAI_ACCESS="open")
        try:
            with browser(running) as page, browser(running) as other:
                yield running.process.pid, library, page, other
        finally:
            running.stop()


def main(edits: int) -> None:
    with running_copy() as (pid, library, page, other), ThreadPoolExecutor(1) as editor:
        ends = time.monotonic() + IDLE_SECONDS
        tell("idle", *asked_while(page, lambda: time.monotonic() < ends))
        print(f"memory before: {memory(pid)[0]:.0f} MB", flush=True)
        took: list[float] = []
        right, made = 0, []
        for number in range(1, edits + 1):
            edit = editor.submit(publish_one, library, other, number)
            more, fine = asked_while(page, partial(lambda one: not one.done(), edit))
            took, right = sorted(took + more), right + fine
            made.append(edit.result())
            now, most = memory(pid)
            print(f"memory after {number}: {now:.0f} MB, at most {most:.0f} MB", flush=True)
        tell("publishing", took, right)
        print(f"an edit is served after {min(made):.1f} to {max(made):.1f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10)
