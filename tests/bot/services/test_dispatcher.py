"""The dispatcher: every message arrives, waits, or is given up for good."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from datetime import timedelta

import pytest

from bot.message import Message
from bot.services.dispatcher import AT_ONCE, NotTaken
from bot.store.database import Database, StoreError
from bot.store.lease import LEASE
from bot.store.outbox import Claimed
from tests.bot.dispatching import NOW, Desk, message, raising, undeliverable


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


def test_one_batch(desk: Desk) -> None:
    names = [str(number) for number in range(AT_ONCE + 5)]
    desk.put(*names)

    async def work() -> None:
        dispatcher = desk.dispatcher()
        assert [await dispatcher.once() for _ in range(3)] == [AT_ONCE, 5, 0]

    asyncio.run(work())
    assert desk.channel.got == [(name, False) for name in names]
    assert desk.all_sent()


def test_running_sends_what_falls_due(desk: Desk) -> None:
    async def work() -> None:
        async with desk.running():
            desk.put("a")
            await desk.until(desk.all_sent, step=1)
            soon = desk.time.now() + timedelta(seconds=30)
            desk.outbox.put([Message("b", "telegram:1", "warning", "clock", {}, soon)])
            await desk.until(lambda: desk.time.now() >= soon - timedelta(seconds=2), step=1)
            assert desk.channel.begun == ["a"]
            await desk.until(desk.all_sent, step=1)

    asyncio.run(work())
    assert desk.channel.got == [("a", False), ("b", False)]


def test_what_a_dead_process_held_goes_out_marked(desk: Desk) -> None:
    desk.put("a", "b")
    desk.outbox.claim(NOW, 1)  # and never heard of again

    async def work() -> None:
        assert await desk.dispatcher().once() == 1
        await desk.time.advance(LEASE.total_seconds())
        assert await desk.dispatcher().once() == 1

    asyncio.run(work())
    assert desk.channel.got == [("b", False), ("a", True)]


def test_no_more_than_twenty_and_stuck_ones_keep_nobody_waiting(desk: Desk) -> None:
    stuck = [f"stuck {number}" for number in range(AT_ONCE - 1)]
    others = [f"other {number}" for number in range(30)]
    desk.put(*stuck, *others)

    async def work() -> None:
        desk.channel.hold(*stuck)
        async with desk.running():
            await desk.until(lambda: sum(s == "sent" for s in desk.states().values()) == 30)
            assert desk.channel.at_most == AT_ONCE
            assert {desk.states()[name] for name in stuck} == {"sending"}
            for name in stuck:
                desk.channel.open[name].set()
            await desk.until(desk.all_sent)

    asyncio.run(work())
    assert len(desk.channel.got) == len(stuck) + len(others)
    assert not any(repeated for _, repeated in desk.channel.got)


@pytest.mark.parametrize(
    ("error", "repeated"),
    [(NotTaken(), False), (StoreError("x"), False), (RuntimeError("内容 a"), True)],
)
def test_an_error_means_later(
    desk: Desk, error: Exception, repeated: bool, caplog: pytest.LogCaptureFixture
) -> None:
    desk.put("a")
    desk.channel.does["a"] = raising(error, error, error)

    async def work() -> None:
        dispatcher = desk.dispatcher()
        for pause in (2, 4, 8):
            assert await dispatcher.once() == 1
            await desk.time.advance(pause - 1)
            assert await dispatcher.once() == 0
            await desk.time.advance(1)
            assert desk.rows()["a"][:2] == ("due", repeated)
        assert await dispatcher.once() == 1

    asyncio.run(work())
    assert desk.all_sent()
    assert "内容" not in caplog.text
    expected = isinstance(error, NotTaken)  # left to a page: nothing to be told of
    assert caplog.text.count(type(error).__name__) == (0 if expected else 1), "said once"


def test_the_pause_grows_to_five_minutes(desk: Desk) -> None:
    desk.put("a")
    desk.channel.does["a"] = raising(*[NotTaken()] * 30)

    async def work() -> None:
        dispatcher = desk.dispatcher()
        for _ in range(29):
            assert await dispatcher.once() == 1
            await desk.time.advance(300)

    asyncio.run(work())
    assert desk.channel.begun == ["a"] * 29


def test_undeliverable_goes_to_others(desk: Desk) -> None:
    desk.put("a", "b")
    desk.channel.does["a"] = undeliverable
    asked: list[str] = []

    def instead(claimed: Claimed) -> list[Message]:
        asked.append(claimed.message.name)
        return [message(f"legal {number}", f"telegram:{number}") for number in (2, 3)]

    desk.instead = instead

    async def work() -> None:
        dispatcher = desk.dispatcher()
        assert await dispatcher.once() == 2
        assert desk.states()["a"] == "undelivered"
        assert await dispatcher.once() == 2
        assert await dispatcher.once() == 0

    asyncio.run(work())
    assert asked == ["a"]
    assert sorted(desk.channel.got) == [("b", False), ("legal 2", False), ("legal 3", False)]


def test_undeliverable_is_written_together_with_its_replacement(desk: Desk) -> None:
    """The first attempt to write fails at the replacement: the row has to stay open."""
    desk.put("a")
    desk.channel.does["a"] = undeliverable
    broken = message("legal", None)  # type: ignore[arg-type]
    seen: list[str] = []

    def instead(_: Claimed) -> list[Message]:
        seen.append(desk.states()["a"])
        return [broken] if len(seen) == 1 else [message("legal")]

    desk.instead = instead

    async def work() -> None:
        async with desk.running():
            await desk.until(lambda: desk.states().get("legal") == "sent", step=1)

    asyncio.run(work())
    assert seen == ["sending", "sending"]
    assert desk.states() == {"a": "undelivered", "legal": "sent"}


def test_an_escalation_that_fails_is_asked_again(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.put("a")
    desk.channel.does["a"] = undeliverable
    asked: list[bool] = []

    def instead(claimed: Claimed) -> list[Message]:
        asked.append(claimed.repeated)
        if len(asked) == 1:
            raise KeyError("内容 a")
        return [message("legal")]

    desk.instead = instead

    async def work() -> None:
        async with desk.running():
            await desk.until(lambda: desk.states().get("legal") == "sent", step=1)

    asyncio.run(work())
    assert asked == [False, False]
    assert "内容" not in caplog.text


def test_nobody_left_to_tell_is_said_by_number(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.put("first", "姓名电话")
    desk.channel.does["姓名电话"] = undeliverable

    async def work() -> None:
        await desk.dispatcher().once()

    asyncio.run(work())
    assert desk.states() == {"first": "sent", "姓名电话": "undelivered"}
    (record,) = [record for record in caplog.records if record.levelname == "ERROR"]
    assert "第 2 行" in record.getMessage()
    assert "姓名电话" not in caplog.text
    assert "telegram:1" not in caplog.text


def test_two_dispatchers_share_the_work(desk: Desk) -> None:
    names = [str(number) for number in range(200)]
    desk.put(*names)

    async def work() -> None:
        async with desk.running(), desk.running():
            await desk.until(desk.all_sent)

    asyncio.run(work())
    counted: defaultdict[str, int] = defaultdict(int)
    for name, repeated in desk.channel.got:
        counted[name] += 1
        assert not repeated
    assert dict(counted) == dict.fromkeys(names, 1)
