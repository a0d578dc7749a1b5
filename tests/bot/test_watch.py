"""Tasks that end are told, begun again, and shown as down in between."""

from __future__ import annotations

import asyncio
import logging

import pytest

from bot.courier import Teller
from bot.house import House
from bot.people.roles import Role
from bot.process import dispatcher
from bot.services.dispatcher import Delivery
from bot.store.outbox import SENT, Claimed, Outbox
from bot.watch import Watch
from tests.bot.members import let_in
from tests.bot.tellers import HOUR, NOW, Time, house, published, started, states, time
from tests.fake_telegram import PATIENCE

__all__ = ["house", "published", "time"]  # the fixtures


class Clock:
    """Pauses that a test ends, and seconds that pass while nothing does."""

    def __init__(self) -> None:
        self.pauses: list[float] = []
        self.seconds = 0.0
        self.over = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        await self.over.wait()

    def elapsed(self) -> float:
        return self.seconds


def test_whatever_ends_is_begun_again(caplog: pytest.LogCaptureFixture) -> None:
    async def work() -> None:
        clock = Clock()
        watch = Watch(clock.sleep, clock.elapsed)
        ends: list[asyncio.Future[None]] = []

        async def one() -> None:
            ends.append(asyncio.get_running_loop().create_future())
            await ends[-1]

        async def steady() -> None:
            await asyncio.Event().wait()

        watch.start("甲", one)
        watch.start("乙", steady)

        async def begun(times: int) -> None:
            while len(ends) < times:
                await asyncio.sleep(0)

        async def down(names: set[str]) -> None:
            while watch.down != names:
                await asyncio.sleep(0)

        await begun(1)
        assert watch.down == set()
        for number, error in enumerate([KeyError("张三的雨伞"), None, OSError(), None], start=1):
            clock.over.clear()
            ends[-1].set_exception(error) if error else ends[-1].set_result(None)
            await down({"甲"})
            clock.over.set()
            await begun(number + 1)
            assert watch.down == set()
        clock.seconds += 60  # it has run well for a while
        ends[-1].set_result(None)
        await begun(6)
        assert clock.pauses == [1, 2, 4, 8, 1]
        await watch.stop()
        assert ends[-1].cancelled()

    asyncio.run(work())
    told = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert len(told) == 5
    assert "甲的任务断了（KeyError" in told[0].getMessage()
    assert "甲的任务断了（自己结束了）" in told[1].getMessage()
    assert "雨伞" not in caplog.text


def test_the_last_one_begun_ends_first_and_an_error_at_the_end_keeps_nobody() -> None:
    ended: list[str] = []

    async def until(name: str) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(name)
            if name == "乙":
                raise KeyError("at the end")

    async def work() -> None:
        watch = Watch()
        for name in ("甲", "乙", "丙"):
            watch.start(name, lambda name=name: until(name))  # type: ignore[misc]
        await asyncio.sleep(0)
        await asyncio.wait_for(watch.stop(), PATIENCE)

    asyncio.run(work())
    assert ended == ["丙", "乙", "甲"]


def test_a_dispatcher_that_breaks_is_replaced(
    house: House, time: Time, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    person = let_in(house, "telegram:1", Role.OFFICER).person
    started(house, person)
    time.now = NOW + 6 * HOUR
    real = Outbox.claim
    failed: list[bool] = []

    def claim(self: Outbox, *given: object) -> list[Claimed]:
        if not failed:
            failed.append(True)
            raise KeyError("看伞8小时")
        return real(self, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(Outbox, "claim", claim)
    delivered = asyncio.Event()

    async def deliver(claimed: Claimed) -> Delivery:
        delivered.set()
        return Delivery.DELIVERED

    async def work() -> None:
        watch = Watch(lambda _: asyncio.sleep(0))
        watch.start("发提醒", lambda: dispatcher(Teller(house), deliver).run())
        await asyncio.wait_for(delivered.wait(), PATIENCE)
        await watch.stop()

    asyncio.run(work())
    assert "KeyError" in caplog.text
    assert "看伞" not in caplog.text
    assert states(house)["before-2h"] == SENT
