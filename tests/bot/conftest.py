"""A running bot: the program in its own process, with a fake Telegram beside it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, sync_playwright

from bot.store.database import Database
from tests import postgresql as postgres
from tests.fake_telegram import FakeTelegram

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@dataclass
class Running:
    """``output`` is everything printed so far, standard error included."""

    process: subprocess.Popen[str]
    base: str
    output: list[str] = field(default_factory=list)
    link: str = ""

    def text(self) -> str:
        return "".join(self.output)

    reader: Thread | None = None

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(20)
        if self.reader:
            self.reader.join(20)
        if self.process.stdout:
            self.process.stdout.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(data: Path, library: Path | None = None, **more: str) -> dict[str, str]:
    """Only what a test sets; nothing of the machine's own settings reaches the bot."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("MINGBAI_", "TELEGRAM_"))}
    kept |= {"MINGBAI_DATA": str(data), "PYTHONUNBUFFERED": "1", "MINGBAI_TELEGRAM_RATE": "0"}
    kept["MINGBAI_ASK_RATE"] = "0"
    if library:
        kept["MINGBAI_LIBRARY"] = str(library)
    return kept | more


def start(data: Path, library: Path | None = None, port: int = 0, **more: str) -> Running:
    """Start ``run_bot.py`` and wait until it says where to go."""
    port = port or free_port()
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "run_bot.py")],
        env=environment(data, library, MINGBAI_PORT=str(port), **more),
        cwd=data.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    running = Running(process, f"http://127.0.0.1:{port}")
    assert process.stdout is not None
    for line in process.stdout:
        running.output.append(line)
        if found := re.search(r"http\S+/enter\?key=\S+", line):
            running.link = found.group()
        if line.startswith("Telegram"):
            break
    else:
        raise AssertionError(f"the bot did not start: {running.text()}")
    running.reader = Thread(target=lambda: running.output.extend(process.stdout or ()), daemon=True)
    running.reader.start()
    return running


@pytest.fixture
def fake() -> Iterator[FakeTelegram]:
    with FakeTelegram() as server:
        yield server


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a PostgreSQL server of our own."""
    if postgres.programs() is None:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL is not installed; .ci/run installs it")
        pytest.skip("PostgreSQL is not installed")
    pytest.importorskip("psycopg")
    with postgres.server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database, on each of the two in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'state.db'}"
    return postgres.fresh(request.getfixturevalue("postgresql"))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    made = Database(database_url)
    made.migrate()
    yield made
    made.close()


@pytest.fixture
def chromium() -> Iterator[Browser]:
    """For one test only: while it is open, Playwright keeps an event loop running."""
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is not installed; .ci/run installs it")
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()
