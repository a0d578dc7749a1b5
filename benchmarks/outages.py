"""Asks the running page 20 times a second while its database is locked, hanging, full or gone.

Each outage lasts 20 seconds. Printed: how long answers took, how many had their guide, what had
been confirmed and is there afterwards.
"""

from __future__ import annotations

import re
import resource
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import httpx
from sqlalchemy import create_engine, make_url, text

from tests import postgresql
from tests.bot.conftest import Running, start

SECONDS, RATE = 20, 20
QUESTIONS = ("查车碰上个满嘴酒气的，死活不吹管子", "人带回来能问多久", "火星土豆怎么炒")
Away = Callable[[Running, Path], AbstractContextManager[None]]


@contextmanager
def locked(_: Running, data: Path) -> Iterator[None]:
    other = sqlite3.connect(data / "mingbai.db", timeout=30, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.close()


@contextmanager
def full(running: Running, _: Path) -> Iterator[None]:
    """No file of the process can grow."""
    before = resource.prlimit(running.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(running.process.pid, resource.RLIMIT_FSIZE, (0, before[1]))
    yield
    resource.prlimit(running.process.pid, resource.RLIMIT_FSIZE, before)


def hanging(url: str) -> Away:
    return lambda *_: postgresql.stopped(url)


def gone(url: str) -> Away:
    """Nobody can connect, and whoever was connected no longer is."""

    @contextmanager
    def away(_: Running, data: Path) -> Iterator[None]:
        place = Path(str(make_url(url).query["host"])) / ".s.PGSQL.5432"
        engine = create_engine(url)
        with engine.connect() as connection:
            place.rename(place.with_suffix(".away"))
            others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE"
            mine = "pid <> pg_backend_pid() AND backend_type = 'client backend'"
            connection.execute(text(f"{others} {mine}"))
        engine.dispose()
        try:
            yield
        finally:
            place.with_suffix(".away").rename(place)

    return away


def ask(page: httpx.Client, number: int) -> tuple[float, bool]:
    began = time.monotonic()
    if number % 2:
        shown = page.get("/s/g/drunk-driving-test").text
        right = "呼气" in shown
    else:
        token = re.search(r'name="csrf" value="([^"]+)"', page.get("/s/help").text)
        question = QUESTIONS[number // 2 % len(QUESTIONS)]
        began = time.monotonic()
        shown = page.post("/ask", data={"q": question, "csrf": token[1] if token else ""}).text
        right = "依据" in shown or "没有找到" in shown or "哪一种" in shown
    return time.monotonic() - began, right


def _tick(page: httpx.Client) -> tuple[float, bool]:
    """A step that is nothing without the database; whether it was confirmed."""
    began = time.monotonic()
    form = page.get("/s/begin/drunk-driving-test").text
    token = re.search(r'name="csrf" value="([^"]+)"', form)
    address = re.search(r"/s/start/drunk-driving-test/\w{8}", form)
    if not token or not address:
        return time.monotonic() - began, False
    shown = page.post(address[0], data={"csrf": token[1]}).text
    return time.monotonic() - began, "没有做成" not in shown and "出了故障" not in shown


@contextmanager
def browser(running: Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=running.base, follow_redirects=True, timeout=60) as page:
        for _ in range(2):  # signs in; is recognised
            page.get("/")
        yield page


def measure(name: str, away: Away, url: str = "") -> None:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "var"
        running = start(data, MINGBAI_ACCESS="open", MINGBAI_DATABASE_URL=url)
        try:
            _measure(name, away, running, data)
        finally:
            running.stop()


def _measure(name: str, away: Away, running: Running, data: Path) -> None:
    with browser(running) as page, browser(running) as other:
        confirmed = sum(_tick(other)[1] for _ in range(5))
        with away(running, data), ThreadPoolExecutor(30) as threads:
            asked, ticked = [], []
            for number in range(SECONDS * RATE):
                asked.append(threads.submit(ask, page, number))
                if number % RATE == 0:
                    ticked.append(threads.submit(_tick, other))
                time.sleep(1 / RATE)
            answers = sorted(call.result() for call in asked)
            ticks = sorted(call.result() for call in ticked)
        confirmed += sum(done for _, done in ticks)
        time.sleep(3)
        kept = len(set(re.findall(r"/s/walk/\w{8}", other.get("/s/walks").text)))
    took = [seconds for seconds, _ in answers]
    print(
        f"{name}: {len(took)} asked, {sum(right for _, right in answers)} answered, "
        f"p50 {took[len(took) // 2]:.3f} s, p99 {took[len(took) * 99 // 100]:.3f} s, "
        f"max {took[-1]:.3f} s; steps at most {ticks[-1][0]:.2f} s; "
        f"{confirmed} confirmed, {kept} there; log lines {running.text().count('照常能查指引')}",
        flush=True,
    )


if __name__ == "__main__":
    measure("SQLite locked", locked)
    measure("SQLite full", full)
    with postgresql.server() as server:
        measure("PostgreSQL hanging", hanging(server), postgresql.fresh(server))
        measure("PostgreSQL gone", gone(server), postgresql.fresh(server))
