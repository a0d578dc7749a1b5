"""A house whose clock is set by hand, with clocks that warn, for tests of who is told what."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.clocks.changes import begun
from bot.clocks.clock import Clock
from bot.courier import Teller
from bot.house import House, assemble
from bot.message import RELAY
from bot.people.roles import Role
from bot.services.dispatcher import Dispatcher
from bot.settings import Settings
from bot.store.outbox import Claimed
from bot.store.schema import outbox as table
from bot.telegram.delivery import TelegramTeller
from bot.telegram.service import Service
from index.releases import Releases
from index.serving import Serving
from tests.bot.members import let_in
from tests.fake_telegram import FakeTelegram, Person, Screen
from tests.small_clocks import at
from tests.small_library import write_library

NOW = at("11-21 10:00")
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


class Time:
    """The clock of a house, set by hand."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Serving:
    root = tmp_path_factory.mktemp("published")
    serving = Serving(Releases(root / "var"), write_library(root), auto=True)
    serving.refresh(NOW)
    return serving


@pytest.fixture
def time() -> Time:
    return Time()


def settle(published: Serving, time: Time, **more: Any) -> House:
    """A house with its own state and the small library."""
    made = assemble(Settings(asks_per_minute=0.0, **more), time)
    made.assistant.serving = published
    return replace(made, serving=published)


@pytest.fixture
def house(tmp_path: Path, published: Serving, time: Time) -> Iterator[House]:
    made = settle(published, time, data=tmp_path / "var")
    yield made
    made.database.close()


def started(
    house: House,
    person: str,
    start: datetime = NOW,
    limit: str = "umbrella-8h",
    id: str = "clock123",
    walk: str | None = None,
) -> Clock:
    """A clock that runs, its warnings in the outbox: at 16:00 (8 hours from 10:00, warned of two
    hours before), 18:00, 18:30 and so on."""
    library = house.serving.release.library
    known = library.limit(limit)
    assert known is not None
    clock = begun(id, person, walk, known[0], "警情A", known[1], start, house.clock())
    assert house.incidents.begin(clock, library.calendar, house.clock())
    return clock


def claimed(house: House) -> Claimed:
    """The one message that is due."""
    (one,) = house.incidents.outbox.claim(house.clock(), 5)
    return one


def rows(house: House) -> list[Any]:
    with house.database.read() as connection:
        return list(connection.execute(select(table).order_by(table.c.due, table.c.id)))


def states(house: House) -> dict[str, str]:
    """stage -> state of the officer's own messages."""
    return {row.body["stage"]: row.state for row in rows(house) if row.kind != RELAY}


def dispatch(house: House) -> int:
    """One look of a dispatcher without Telegram into the outbox."""
    teller = Teller(house)
    outbox = house.incidents.outbox
    return asyncio.run(Dispatcher(outbox, teller.deliver, house.clock, teller.escalate).once())


def connected(published: Serving, time: Time, fake: FakeTelegram, data: Path, **more: Any) -> House:
    return settle(
        published,
        time,
        data=data / "var",
        **{
            "telegram_token": fake.token,
            "telegram_base_url": fake.base_url,
            "telegram_base_file_url": fake.base_file_url,
            "telegram_rate": 0.0,
            **more,
        },
    )


@asynccontextmanager
async def telling(house: House, serve: bool = True) -> AsyncIterator[Service]:
    """The service and a dispatcher beside it, as the running bot has them; with ``serve`` False
    the dispatcher only, as when the service has broken."""
    service, teller = Service(house), Teller(house)
    dispatcher = Dispatcher(
        house.incidents.outbox,
        TelegramTeller(teller, service).deliver,
        house.clock,
        teller.escalate,
        sleep=lambda _: asyncio.sleep(0.02),
    )
    tasks = [asyncio.create_task(dispatcher.run())]
    if serve:
        await service.open()
        tasks.append(asyncio.create_task(service.run()))
    try:
        yield service
    finally:
        for task in tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


async def arrives(person: Person, words: str) -> Screen:
    return await asyncio.to_thread(person.wait, words)


def member(house: House, person: Person, role: Role, unit: str = "", **more: Any) -> str:
    return let_in(house, f"telegram:{person.id}", role, unit, **more).person
