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
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from sqlalchemy import text

from bot.store.database import Database
from bot.store.schema import metadata
from tests import postgresql as postgres
from tests.fake_telegram import PATIENCE, FakeTelegram

ROOT = Path(__file__).parents[2]
_END_OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
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
            self.process.wait(PATIENCE)
        if self.reader:
            self.reader.join(PATIENCE)
        if self.process.stdout:
            self.process.stdout.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(data: Path, library: Path | None = None, **more: str) -> dict[str, str]:
    """Only what a test sets; nothing of the machine's own settings reaches the bot."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("MINGBAI_", "TELEGRAM_"))}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)  # started fifty times, compiled once
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
        # Wide: the name of a folder does not break a line of the log in two.
        env=environment(data, library, MINGBAI_PORT=str(port), COLUMNS="1000", **more),
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
        server.answer_window = PATIENCE  # how quick a press is answered, the benchmarks say
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


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with all tables, and nothing in them."""
    path = tmp_path_factory.mktemp("migrated") / "state.db"
    made = Database(f"sqlite:///{path}")
    made.migrate()
    made.close()
    return path


@pytest.fixture(scope="session", autouse=True)
def _tables_are_made_once(migrated_file: Path) -> Iterator[None]:
    """A new SQLite file begins as a copy: a hundred houses need not make the tables anew. The
    migrations themselves are run above, and by every process that a test starts."""
    migrate = Database.migrate

    def copied(database: Database) -> None:
        path = Path(str(database.url.database))
        if database.is_sqlite and path.is_absolute() and not path.exists():
            with suppress(OSError):  # whatever is wrong there, the migration will say
                path.write_bytes(migrated_file.read_bytes())
        migrate(database)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Database, "migrate", copied)
        yield


@pytest.fixture(scope="session")
def migrated_postgresql(postgresql: str) -> Iterator[Database]:
    made = Database(postgres.fresh(postgresql))
    made.migrate()
    yield made
    made.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database with all tables and nothing in them, on each of the two in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'state.db'}"
    known: Database = request.getfixturevalue("migrated_postgresql")
    _empty(known)
    return known.url.render_as_string(hide_password=False)


def _empty(database: Database) -> None:
    with database.begin() as connection:
        connection.execute(text(_END_OTHERS))  # what a killed process or a test left open
        # The audit trail refuses to be changed, by triggers.
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text(f"TRUNCATE {', '.join(metadata.tables)} RESTART IDENTITY CASCADE"))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    made = Database(database_url)
    made.migrate()
    yield made
    made.close()


@pytest.fixture
def chromium() -> Iterator[Browser]:
    """For one test only: while it is open, Playwright keeps an event loop running."""
    with a_browser() as browser:
        yield browser


@contextmanager
def a_browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is not installed; .ci/run installs it")
        pytest.skip("Chromium is not installed")
    expect.set_options(timeout=PATIENCE * 1000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()
