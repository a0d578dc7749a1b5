"""A dispatcher with everything around it under a test's hand: time, channel, database."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from bot.message import Message
from bot.services.dispatcher import Delivery, Dispatcher
from bot.store.database import Database
from bot.store.lease import LEASE
from bot.store.outbox import Claimed, Outbox

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
YEAR = timedelta(days=365)
TICK = LEASE.total_seconds() / 3


class Time:
    """Stands still until told; ``jump`` sets the clock on the wall only."""

    def __init__(self) -> None:
        self.wall = NOW
        self.seconds = 0.0
        self._sleeping: list[tuple[float, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return self.wall

    def elapsed(self) -> float:
        return self.seconds

    def jump(self, by: timedelta) -> None:
        self.wall += by

    @property
    def longest(self) -> float:
        """Seconds until the last one who sleeps wakes up."""
        return max((at - self.seconds for at, _ in self._sleeping), default=0.0)

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.get_running_loop().create_future()
        self._sleeping.append((self.seconds + seconds, woken))
        await woken

    async def advance(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.seconds += seconds
        for at, woken in self._sleeping:
            if at <= self.seconds and not woken.done():
                woken.set_result(None)
        self._sleeping = [(at, woken) for at, woken in self._sleeping if not woken.done()]
        await asyncio.sleep(0.01)


class Channel:
    """Delivers at once, unless told otherwise by name; ``got`` is (name, repeated)."""

    def __init__(self) -> None:
        self.got: list[tuple[str, bool]] = []
        self.begun: list[str] = []
        self.open: dict[str, asyncio.Event] = {}
        self.broken_off: list[str] = []
        self.does: dict[str, Callable[[Claimed], Awaitable[Delivery]]] = {}
        self.at_most = 0
        self._inside = 0

    def hold(self, *names: str) -> None:
        self.open.update({name: asyncio.Event() for name in names})

    async def deliver(self, claimed: Claimed) -> Delivery:
        name = claimed.message.name
        self.begun.append(name)
        self._inside += 1
        self.at_most = max(self.at_most, self._inside)
        try:
            if name in self.open:
                await self.open[name].wait()
            if name in self.does:
                return await self.does[name](claimed)
        except asyncio.CancelledError:
            self.broken_off.append(name)
            raise
        finally:
            self._inside -= 1
        self.got.append((name, claimed.repeated))
        return Delivery.DELIVERED


def raising(*errors: Exception) -> Callable[[Claimed], Awaitable[Delivery]]:
    """Fails with each error in turn, then delivers."""
    left = list(errors)

    async def deliver(_: Claimed) -> Delivery:
        if left:
            raise left.pop(0)
        return Delivery.DELIVERED

    return deliver


async def undeliverable(_: Claimed) -> Delivery:
    return Delivery.UNDELIVERABLE


class Desk:
    """Everything around one dispatcher."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.outbox = Outbox(database)
        self.time = Time()
        self.channel = Channel()
        self.instead: Callable[[Claimed], Sequence[Message]] = lambda claimed: ()

    def dispatcher(self) -> Dispatcher:
        return Dispatcher(
            self.outbox,
            self.channel.deliver,
            self.time.now,
            self.escalate,
            sleep=self.time.sleep,
            elapsed=self.time.elapsed,
        )

    def escalate(self, claimed: Claimed) -> Sequence[Message]:
        return self.instead(claimed)

    def put(self, *names: str) -> None:
        self.outbox.put([message(name) for name in names])

    @asynccontextmanager
    async def running(self) -> AsyncIterator[asyncio.Task[None]]:
        task = asyncio.create_task(self.dispatcher().run())
        try:
            yield task
        finally:
            if not task.cancelling():
                task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def until(self, holds: Callable[[], bool], step: float = 0.0) -> None:
        """Wait until something holds; each round ``step`` seconds go by."""
        for _ in range(12_000):
            if holds():
                return
            await self.time.advance(step)
        raise AssertionError(f"never: {self.states()}, {self.channel.got}")

    async def until_renewed(self, name: str) -> None:
        """Let a third of a lease go by; returns when it was renewed and waits again."""
        before = self.rows()[name]
        await self.time.advance(TICK)
        await self.until(lambda: self.rows()[name] != before and self.time.longest == TICK)

    def states(self) -> dict[str, str]:
        return {name: state for name, (state, *_) in self.rows().items()}

    def rows(self) -> dict[str, tuple[str, bool, str]]:
        """name -> (state, repeated, lease)."""
        with self.database.read() as connection:
            told = "SELECT name, state, repeated, lease FROM outbox"
            found = connection.exec_driver_sql(told).all()
        return {row.name: (row.state, bool(row.repeated), str(row.lease)) for row in found}

    def all_sent(self) -> bool:
        return set(self.states().values()) == {"sent"}


def message(name: str, person: str = "telegram:1") -> Message:
    return Message(name, person, "warning", "clock", {"text": f"内容 {name}"}, NOW)
