"""Who holds a message: long sends, a database that is away, clocks that jump, the end."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

import bot.services.dispatcher
from bot.services.dispatcher import AT_ONCE, Delivery
from bot.store.database import Database
from bot.store.lease import LEASE
from bot.store.outbox import Claimed
from tests.bot.dispatching import NOW, TICK, YEAR, Desk
from tests.bot.gone import Gone


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


def test_all_twenty_stuck_for_an_hour_then_everything_arrives_once(desk: Desk) -> None:
    names = [str(number) for number in range(AT_ONCE + 10)]
    desk.put(*names)

    async def work() -> None:
        desk.channel.hold(*names)
        async with desk.running():
            await desk.until(lambda: len(desk.channel.begun) == AT_ONCE)
            for _ in range(int(3600 / TICK)):
                await desk.until_renewed("0")
                late = desk.time.now() + LEASE / 2
                assert len(desk.outbox.claim(late, 1, holding=range(AT_ONCE + 1, 99))) == 0
            for name in names:
                desk.channel.open[name].set()
            await desk.until(desk.all_sent)

    asyncio.run(work())
    assert sorted(desk.channel.got) == sorted((name, False) for name in names)


def test_the_database_goes_away_between_sending_and_marking(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.put("a", "b")
    engine = desk.database.engine

    async def last_words(_: Claimed) -> Delivery:
        monkeypatch.setattr(desk.database, "engine", Gone())
        return Delivery.DELIVERED

    desk.channel.does["b"] = last_words

    async def work() -> None:
        async with desk.running():
            await desk.until(lambda: isinstance(desk.database.engine, Gone))
            for _ in range(70):  # longer than the leases
                await desk.time.advance(1)
            monkeypatch.setattr(desk.database, "engine", engine)
            await desk.until(desk.all_sent, step=1)
            for _ in range(70):
                await desk.time.advance(1)

    asyncio.run(work())
    assert sorted(desk.channel.begun) == ["a", "b"], "each went out once"


def test_the_database_is_away_at_the_start(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.put("a")
    engine = desk.database.engine

    async def work() -> None:
        monkeypatch.setattr(desk.database, "engine", Gone())
        async with desk.running():
            for _ in range(30):
                await desk.time.advance(1)
            monkeypatch.setattr(desk.database, "engine", engine)
            await desk.until(desk.all_sent, step=1)

    asyncio.run(work())
    assert desk.channel.got == [("a", False)]


def test_a_send_whose_lease_cannot_be_renewed_is_broken_off(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database may be away for this process only: another one would send it too."""
    desk.put("a")
    engine = desk.database.engine

    async def work() -> None:
        desk.channel.hold("a")
        async with desk.running():
            await desk.until(lambda: desk.channel.begun == ["a"])
            for _ in range(4):
                await desk.until_renewed("a")
            gone = Gone()
            monkeypatch.setattr(desk.database, "engine", gone)
            await desk.time.advance(TICK)
            await desk.until(lambda: gone.tries > 0)
            assert desk.channel.broken_off == [], "there is time for another try"
            await desk.time.advance(TICK)  # the next would be when anybody may take it
            await desk.until(lambda: desk.channel.broken_off == ["a"])
            monkeypatch.setattr(desk.database, "engine", engine)
            desk.channel.open["a"].set()
            await desk.until(desk.all_sent, step=1)

    asyncio.run(work())
    assert desk.channel.got == [("a", True)]


@pytest.mark.parametrize("jumps", [(YEAR, -YEAR), (-YEAR, YEAR)])
def test_the_clock_jumps_while_a_send_goes_on(desk: Desk, jumps: tuple[timedelta, ...]) -> None:
    desk.put("a")

    async def work() -> None:
        desk.channel.hold("a")
        async with desk.running():
            await desk.until(lambda: desk.channel.begun == ["a"])
            for jump in jumps:
                desk.time.jump(jump)
                for _ in range(10):
                    await desk.time.advance(1)
                before = desk.rows()
                await desk.until(lambda before=before: desk.rows() != before, step=1)  # type: ignore[misc]
            desk.channel.open["a"].set()
            await desk.until(desk.all_sent, step=1)

    asyncio.run(work())
    assert desk.channel.got == [("a", False)]


def test_the_clock_is_set_back_over_a_dead_process(desk: Desk) -> None:
    """Its lease ends in a year by the new clock, and its message is due in a year: it goes."""
    desk.put("a", "b")
    desk.outbox.claim(NOW, 1)

    async def work() -> None:
        desk.time.jump(-YEAR)
        async with desk.running():
            await desk.until(lambda: desk.states()["a"] == "sent", step=1)
            assert desk.channel.got == [("a", True)]
            desk.time.jump(YEAR)
            await desk.until(desk.all_sent, step=1)

    asyncio.run(work())
    assert desk.channel.got == [("a", True), ("b", False)]


def test_a_send_somebody_else_has_taken_is_broken_off(desk: Desk) -> None:
    desk.put("a")

    async def work() -> None:
        desk.channel.hold("a")
        async with desk.running():
            await desk.until(lambda: desk.channel.begun == ["a"])
            ahead = NOW + LEASE + timedelta(minutes=1)  # a machine whose clock is wrong
            (stolen,) = desk.outbox.claim(ahead, 1)
            assert stolen.repeated
            await desk.time.advance(TICK)
            await desk.until(lambda: desk.channel.broken_off == ["a"])
            for _ in range(20):
                await desk.time.advance(1)
            assert desk.outbox.renew([stolen], ahead) == {stolen.id}, "it is the other's"
            desk.outbox.sent([stolen.id], NOW)

    asyncio.run(work())
    assert desk.channel.begun == ["a"]
    assert desk.all_sent()


def test_a_claim_that_took_as_long_as_its_lease_is_not_sent(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.put("a")
    claim = desk.outbox.claim

    def slow(*given: Any) -> list[Claimed]:
        taken = claim(*given)
        desk.time.seconds += LEASE.total_seconds()
        return taken

    async def work() -> None:
        monkeypatch.setattr(desk.outbox, "claim", slow)
        assert await desk.dispatcher().once() == 1

    asyncio.run(work())
    assert desk.channel.begun == []
    assert desk.rows()["a"][:2] == ("due", False)


def test_the_end_waits_for_sends_and_writes_their_marks(desk: Desk) -> None:
    desk.put("a", "b")

    async def work() -> None:
        desk.channel.hold("a", "b")
        async with desk.running() as task:
            await desk.until(lambda: len(desk.channel.begun) == 2)
            task.cancel()
            await asyncio.sleep(0.01)
            assert not task.done()
            desk.channel.open["a"].set()
            desk.channel.open["b"].set()

    asyncio.run(work())
    assert desk.all_sent()
    assert sorted(desk.channel.got) == [("a", False), ("b", False)]


def test_the_end_gives_back_what_is_stuck(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.services.dispatcher, "GRACE", 0.3)
    desk.put("stuck", "quick")

    async def work() -> None:
        desk.channel.hold("stuck")
        async with desk.running():
            await desk.until(lambda: desk.states()["quick"] == "sent")
        assert desk.rows()["stuck"][:2] == ("due", True), "nobody has to wait for the lease"
        desk.channel.open["stuck"].set()
        assert await desk.dispatcher().once() == 1

    asyncio.run(work())
    assert desk.channel.got == [("quick", False), ("stuck", True)]


def test_the_end_gives_back_what_was_just_claimed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.put("a")
    claim = desk.outbox.claim
    hands: dict[str, asyncio.Task[None]] = {}

    def interrupted(*given: Any) -> list[Claimed]:
        taken = claim(*given)
        hands["loop"].get_loop().call_soon_threadsafe(hands["loop"].cancel)
        return taken

    async def work() -> None:
        monkeypatch.setattr(desk.outbox, "claim", interrupted)
        async with desk.running() as task:
            hands["loop"] = task
            await asyncio.wait([task])

    asyncio.run(work())
    assert desk.channel.begun == []
    assert desk.rows()["a"][:2] == ("due", False)


def test_the_end_does_not_wait_for_a_database_that_is_away(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.services.dispatcher, "GRACE", 0.1)
    desk.put("a")
    engine = desk.database.engine

    async def work() -> None:
        desk.channel.hold("a")
        async with desk.running():
            await desk.until(lambda: bool(desk.channel.begun))
            monkeypatch.setattr(desk.database, "engine", Gone())
            desk.channel.open["a"].set()
            await desk.until(lambda: bool(desk.channel.got))
        monkeypatch.setattr(desk.database, "engine", engine)
        assert desk.states() == {"a": "sending"}
        await desk.time.advance(LEASE.total_seconds())
        assert await desk.dispatcher().once() == 1

    asyncio.run(work())
    assert desk.channel.got == [("a", False), ("a", True)]
