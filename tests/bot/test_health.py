"""What monitoring is told: 503 where the product cannot do its duty, and why."""

from __future__ import annotations

import asyncio
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import pytest

from bot.courier import UNSEEN
from bot.health import OVERDUE, Health
from bot.house import House, assemble
from bot.people.roles import Role
from bot.process import refresh
from bot.settings import Settings
from bot.store.outbox import Outbox
from bot.watch import Watch
from bot.web.app import make_app
from tests.bot.gone import Gone
from tests.bot.members import let_in
from tests.bot.tellers import (
    HOUR,
    MINUTE,
    NOW,
    Time,
    dispatch,
    house,
    published,
    rows,
    started,
    time,
)
from tests.small_library import change

__all__ = ["house", "published", "time"]  # the fixtures

WELL = {
    "ok": True,
    "release": 1,
    "telegram": "off",
    "database": "ok",
    "oldest_undelivered_warning": 0,
    "folder_errors": 0,
    "tasks_down": [],
}


async def asked(house: House, health: Health) -> tuple[int, dict[str, Any]]:
    transport = httpx.ASGITransport(make_app(house, health=health))
    async with httpx.AsyncClient(transport=transport, base_url="http://page") as client:
        answer = await client.get("/healthz")
        return answer.status_code, answer.json()


def look(house: House, **more: Any) -> tuple[int, dict[str, Any]]:
    return asyncio.run(asked(house, Health(house, **more)))


def test_all_is_well(house: House) -> None:
    assert look(house) == (200, WELL)


@pytest.mark.parametrize("state", ["ok", "down"])
def test_telegram_is_told_and_the_page_goes_on(house: House, state: str) -> None:
    assert look(house, telegram=lambda: state) == (200, {**WELL, "telegram": state})


def test_a_database_that_is_away(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(house.database, "engine", Gone())
    assert look(house) == (503, {**WELL, "ok": False, "database": "away"})


def test_a_database_that_hangs_is_asked_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[bool] = []
    back = Event()

    def hang(*_: object) -> None:
        calls.append(True)
        back.wait(60)

    monkeypatch.setattr(Outbox, "oldest", hang)
    monkeypatch.setattr("bot.health._PATIENCE", 0.01)

    async def work() -> None:
        health = Health(house)
        for _ in range(10):
            assert await asked(house, health) == (503, {**WELL, "ok": False, "database": "away"})
        assert len(calls) == 1
        back.set()
        monkeypatch.setattr("bot.health._PATIENCE", 60)
        assert await asked(house, health) == (200, WELL)
        assert (await asked(house, health))[0] == 200
        assert len(calls) == 2

    asyncio.run(work())


def test_many_who_look_at_once_are_all_told(house: House) -> None:
    """Also when one of them looks again before the other has read what it waited for."""

    async def twice(health: Health) -> list[dict[str, Any]]:
        return [await health.look(), await health.look()]

    async def work() -> None:
        health = Health(house)
        told = await asyncio.gather(*(twice(health) for _ in range(5)))
        assert told == [[WELL, WELL]] * 5

    asyncio.run(work())


def test_a_task_that_is_down(house: House) -> None:
    async def work() -> None:
        over = asyncio.Event()
        watch = Watch(lambda _: over.wait())

        async def ends() -> None:
            if not over.is_set():
                raise KeyError
            await asyncio.Event().wait()

        watch.start("Telegram", ends)
        health = Health(house, watch)
        await asyncio.sleep(0)
        told = {**WELL, "ok": False, "tasks_down": ["Telegram"]}
        assert await asked(house, health) == (503, told)
        over.set()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert await asked(house, health) == (200, WELL)
        await watch.stop()

    asyncio.run(work())


def test_a_warning_that_has_reached_nobody(house: House, time: Time) -> None:
    """Counted from its time until somebody has seen it or what came of it."""
    started(house, let_in(house, None, Role.OFFICER).person)
    legal = let_in(house, None, Role.LEGAL).person
    due = NOW + 6 * HOUR
    for now, seconds in ((due - MINUTE, 0), (due, 0), (due + MINUTE, 60)):
        time.now = now
        assert look(house) == (200, {**WELL, "oldest_undelivered_warning": seconds})
    time.now = due + UNSEEN
    dispatch(house)  # legal staff have it on their page now, and nobody looks
    time.now = due + OVERDUE
    dispatch(house)
    late = {**WELL, "ok": False, "oldest_undelivered_warning": 600}
    assert look(house) == (503, late)
    (relay,) = [row for row in rows(house) if row.person == legal]
    house.incidents.outbox.seen(legal, [relay.id], time.now)
    assert look(house) == (200, WELL), "somebody knows"
    time.now = NOW + 8 * HOUR + OVERDUE
    assert look(house) == (503, late), "the next one"


def test_edits_that_are_refused(tmp_path: Path, library: Path, time: Time) -> None:
    """While the last good release is served; an alarm only when nobody mends them."""
    house = assemble(Settings(data=tmp_path / "var", library=library, asks_per_minute=0), time)
    health = Health(house)

    def told(edited: str, to: str) -> tuple[int, dict[str, Any]]:
        change(library / "scene" / "umbrella.yaml", edited, to)
        assert refresh(house)
        return asyncio.run(asked(house, health))

    assert refresh(house)
    assert asyncio.run(asked(house, health)) == (200, WELL)
    refused = {**WELL, "folder_errors": 2}
    assert told("title: 收缴雨伞", "titel: 收缴大伞") == (200, refused)
    time.now += OVERDUE
    assert told("titel: 收缴大伞", "titel: 收缴伞") == (503, {**refused, "ok": False})
    assert told("titel: 收缴伞", "title: 收缴雨伞") == (200, WELL)
    time.now += OVERDUE
    assert told("title: 收缴雨伞", "titel: 收缴伞") == (200, refused), "counted anew"
    house.database.close()
