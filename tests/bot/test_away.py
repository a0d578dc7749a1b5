"""Databases that are locked, full, read-only or hanging: guides and questions go on, what was
confirmed is there afterwards, and no screen says otherwise.

No clock is read here: the database is away until everything has been answered, so that an
answer that waited for it would never come.
"""

from __future__ import annotations

import asyncio
import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from threading import Event as Signal
from threading import Timer
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, select

from bot.health import Health
from bot.house import House, assemble
from bot.people.roles import OPERATOR
from bot.screens.reply import Event, EventKind, Reply, plain
from bot.settings import Settings
from bot.store.database import StoreError
from bot.store.keys import SESSION, SESSION_LIFE
from bot.store.schema import tries
from tests import postgresql as postgres
from tests.bot.patience import eventually
from tests.fake_telegram import PATIENCE

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
ME, COOKIE = "telegram:1", "cookie"
Away = Callable[[House], AbstractContextManager[None]]


def press(house: House, address: str) -> Reply:
    return house.assistant.handle(Event(ME, EventKind.PRESS, address))


def say(house: House, text: str) -> str:
    return plain(house.assistant.handle(Event(ME, EventKind.TEXT, text)))


def begun(house: House) -> list[str]:
    return [walk.id for walk in house.incidents.walks.of(ME)]


def start(house: House) -> str:
    return plain(press(house, f"start/umbrella/{house.incidents.new_id()}"))


@contextmanager
def locked(house: House) -> Iterator[None]:
    other = sqlite3.connect(str(house.database.url.database))
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.close()


@contextmanager
def full(house: House) -> Iterator[None]:
    """No file can be written to; those that are open can be read."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def read_only(house: House) -> Iterator[None]:
    def tell(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute("PRAGMA query_only=ON")

    engine = house.database.engine
    engine.dispose()
    event.listen(engine, "connect", tell)
    try:
        yield
    finally:
        event.remove(engine, "connect", tell)
        engine.dispose()


@contextmanager
def hanging(house: House) -> Iterator[None]:
    going = Signal()

    def go_on() -> None:
        stack.close()
        going.set()

    with ExitStack() as stack:
        stack.enter_context(postgres.stopped(str(house.database.url)))
        alarm = Timer(PATIENCE, go_on)  # a test that waits for it fails instead of hanging
        alarm.start()
        yield
        alarm.cancel()
        assert not going.is_set(), "something waited for the database"


@pytest.fixture(params=["locked", "full", "read_only", "hanging"])
def case(
    request: pytest.FixtureRequest, tmp_path: Path, library: Path
) -> Iterator[tuple[House, Away]]:
    url = ""
    if request.param == "hanging":
        url = postgres.fresh(request.getfixturevalue("postgresql"))
    chosen = Settings(data=tmp_path / "var", library=library, database_url=url)
    house = assemble(chosen, lambda: NOW)
    house.serving.refresh(NOW)
    yield house, globals()[request.param]
    house.database.close()


def test_health_says_that_nothing_can_be_written(
    case: tuple[House, Away], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever has nothing to write finds a full or read-only database well, and proves nothing."""
    house, away = case
    monkeypatch.setattr("bot.store.database._PROOF_HOLDS", 0.0)
    hangs = not house.database.is_sqlite
    monkeypatch.setattr("bot.health._PATIENCE", 60.0)

    def told() -> str:
        return str(asyncio.run(Health(house).look())["database"])

    def only_look() -> None:
        with house.database.begin() as connection:
            connection.execute(select(tries.c.name))

    assert told() == "ok"
    start(house)
    with away(house):
        assert told() == ("away" if hangs else "unwritable")
        start(house)
        with suppress(StoreError):
            only_look()
        assert told() == ("away" if hangs else "unwritable")
        assert "数据库用不了" in caplog.text
        assert "恢复" not in caplog.text
    eventually(lambda: told() == "ok", "well again")
    assert "数据库恢复了" in caplog.text


def test_guides_and_questions_go_on(case: tuple[House, Away]) -> None:
    house, away = case
    house.membership.keys.add(SESSION, COOKIE, OPERATOR, NOW, SESSION_LIFE)
    assert house.access.session(COOKIE, NOW) is not None
    start(house)
    before = begun(house)
    assert len(before) == 1
    with away(house):
        for _ in range(3):
            assert house.access.session(COOKIE, NOW) is not None
            assert "收缴雨伞" in plain(press(house, "g/umbrella"))
            assert "收缴雨伞" in say(house, "黑伞挡路了太重")
            told = say(house, "火星土豆")
            assert "没有找到" in told
            assert "记录暂时存不上" in told
            assert "还没有" not in plain(press(house, "recent"))
            assert "没有做成" in start(house)
    eventually(lambda: _works(house), "the database is not used again")
    assert begun(house) == before, "what was confirmed is there, what was refused is not"
    assert house.assistant.memory.recents.of(ME) == ("umbrella",), "written down afterwards"


def _works(house: House) -> bool:
    """Writing and reading."""
    try:
        house.assistant.memory.recents.flush()
        house.incidents.walks.of(ME)
        house.membership.keys.forget("nobody's")
    except StoreError:
        return False
    return True
