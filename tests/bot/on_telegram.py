"""A bot on the strict fake Telegram, in this process."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.house import House, assemble
from bot.settings import Settings
from bot.telegram.service import Service
from tests.fake_telegram import FakeTelegram

ZONE = ZoneInfo("Asia/Shanghai")


def clock() -> datetime:
    return datetime.now(ZONE)


def settings(fake: FakeTelegram, tmp_path: Path, library: Path, **more: object) -> Settings:
    given: dict[str, object] = {
        "data": tmp_path / "var",
        "library": library,
        "open_to_all": True,
        "telegram_token": fake.token,
        "telegram_base_url": fake.base_url,
        "telegram_base_file_url": fake.base_file_url,
        "telegram_rate": 0.0,
        "asks_per_minute": 0.0,
    }
    return Settings(**{**given, **more})  # type: ignore[arg-type]


@asynccontextmanager
async def serving(
    chosen: Settings, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
) -> AsyncIterator[tuple[House, Service]]:
    house = assemble(chosen, clock)
    house.serving.refresh(clock())
    service = Service(house, sleep)
    task = asyncio.create_task(service.run())
    try:
        yield house, service
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        house.database.close()


async def eventually(holds: Callable[[], bool], what: Callable[[], object]) -> None:
    for _ in range(1200):
        if holds():
            return
        await asyncio.sleep(0.1)
    raise AssertionError(what())


def unanswered(house: House) -> list[object]:
    """Updates that are written down and not done."""
    with house.database.read() as connection:
        query = "SELECT update_id, state FROM updates WHERE state != 'done'"
        return [tuple(row) for row in connection.exec_driver_sql(query)]
