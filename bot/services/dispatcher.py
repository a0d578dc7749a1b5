"""Sends what waits in the outbox, whatever the channel, until it is known to have arrived.

    Dispatcher(outbox, deliver, clock, escalate).run()

Each message is claimed, delivered and marked. Claims are leases: they are renewed while a send
goes on, however long, and a send that lost its lease is broken off, since somebody else may be
at it. What cannot be known is how far a broken-off send came: it goes out again, marked.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import TypeAlias

from bot.logs import place
from bot.message import Message
from bot.store.database import StoreError
from bot.store.lease import LEASE
from bot.store.outbox import Claimed, Outbox

log = logging.getLogger(__name__)

AT_ONCE = 20
GRACE = 5.0  # seconds that sends in flight are given when the program ends
LONGEST_PAUSE = timedelta(minutes=5)
_IDLE, _AGAIN = 1.0, 1.0  # seconds until the outbox is looked into, a write is tried again


class Delivery(Enum):
    DELIVERED = auto()
    UNDELIVERABLE = auto()  # for good: blocked, the chat is gone, no channel


class NotTaken(Exception):
    """``deliver`` raises it for what certainly did not go out: it is tried later, unmarked."""


# Delivers one message, marked when it is ``repeated``. NotTaken and StoreError (looking up whom
# to tell) mean that nothing went out; after any other error it may have.
Deliver: TypeAlias = Callable[[Claimed], Awaitable[Delivery]]
# Who is told instead of somebody who cannot be reached; runs in a thread, may read the database.
Escalate: TypeAlias = Callable[[Claimed], Sequence[Message]]
Sleep: TypeAlias = Callable[[float], Awaitable[object]]


@dataclass(slots=True, eq=False)
class _Held:
    """From the claim to the mark. ``until``: when the lease ends, on ``elapsed``'s scale."""

    claimed: Claimed
    until: float
    sending: asyncio.Task[None] | None = None


class Dispatcher:
    """One process's hands in the outbox; any number of processes may have one.

    ``clock``: aware now. ``elapsed``: seconds on a clock that never jumps.
    """

    def __init__(
        self,
        outbox: Outbox,
        deliver: Deliver,
        clock: Callable[[], datetime],
        escalate: Escalate,
        *,
        at_once: int = AT_ONCE,
        lease: timedelta = LEASE,
        sleep: Sleep = asyncio.sleep,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self._outbox = outbox
        self._deliver = deliver
        self._clock = clock
        self._escalate = escalate
        self._at_once = at_once
        self._lease = lease
        self._sleep = sleep
        self._elapsed = elapsed
        self._marks = _Marks(outbox, clock, sleep)
        self._held: dict[int, _Held] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._keeping: asyncio.Task[None] | None = None
        self._freed = asyncio.Event()
        self._stuck = False

    async def run(self) -> None:
        """Send what falls due until cancelled; then finish, mark or give back what is in hand."""
        try:
            while True:
                free = self._free()
                taken = await self._take(free)
                if not self._free():
                    self._freed.clear()
                    await self._freed.wait()
                elif taken < free:
                    await self._sleep(_IDLE)
        finally:
            await self._stop()

    async def once(self) -> int:
        """One batch from claim to marks: how many were taken."""
        try:
            taken = await self._take(self._free())
            if self._tasks:
                await asyncio.wait(self._tasks)
        except asyncio.CancelledError:
            await self._stop()
            raise
        return taken

    def _free(self) -> int:
        return self._at_once - sum(held.sending is not None for held in self._held.values())

    async def _take(self, free: int) -> int:
        until = self._elapsed() + self._lease.total_seconds()
        claim = asyncio.ensure_future(
            asyncio.to_thread(
                self._outbox.claim, self._clock(), free, self._lease, list(self._held)
            )
        )
        try:
            taken = await asyncio.shield(claim)
        except StoreError:
            return 0
        except asyncio.CancelledError:
            with suppress(StoreError):
                for claimed in await claim:
                    await asyncio.to_thread(self._outbox.later, claimed, self._clock())
            raise
        for claimed in taken:
            held = self._held[claimed.id] = _Held(claimed, until)
            held.sending = asyncio.create_task(self._see_through(held))
            self._tasks.add(held.sending)
            held.sending.add_done_callback(self._tasks.discard)
        if taken and (self._keeping is None or self._keeping.done()):
            self._keeping = asyncio.create_task(self._keep())
        return len(taken)

    async def _see_through(self, held: _Held) -> None:
        """Deliver one message and write down what came of it."""
        claimed = held.claimed
        try:
            try:
                if self._elapsed() >= held.until:  # the claim took as long as the lease
                    raise NotTaken
                delivery = await self._deliver(claimed)
            finally:
                held.sending = None
                self._freed.set()
        except asyncio.CancelledError:
            await self._marks.later(claimed, self._clock(), repeated=True)
        except (NotTaken, StoreError) as error:
            await self._later(claimed, error, repeated=False)
        except Exception as error:  # noqa: BLE001 - whatever it is, the message has to wait
            await self._later(claimed, error, repeated=True)
        else:
            self._stuck = False
            if delivery is Delivery.DELIVERED:
                await self._marks.sent(claimed.id)
            else:
                await self._give_up(claimed)
        finally:
            del self._held[claimed.id]

    async def _later(self, claimed: Claimed, error: Exception, repeated: bool) -> None:
        if isinstance(error, NotTaken):
            log.info("%s", error)  # as expected: left to a page, or to who mends the token
        elif not self._stuck:  # once, not for each of thousands
            log.warning("提醒暂时发不出（%s），稍后再发", place(error))
            self._stuck = True
        pause = min(timedelta(seconds=2 ** min(claimed.tries, 10)), LONGEST_PAUSE)
        await self._marks.later(claimed, self._clock() + pause, repeated)

    async def _give_up(self, claimed: Claimed) -> None:
        """Tell others instead; nobody left is the operator's business."""
        while True:
            try:
                instead = await asyncio.to_thread(self._escalate, claimed)
                await asyncio.to_thread(self._outbox.undelivered, claimed, self._clock(), instead)
            except StoreError:
                await self._sleep(_AGAIN)
            except Exception as error:  # noqa: BLE001 - as above; nothing has gone out
                await self._later(claimed, error, repeated=False)
                return
            else:
                break
        if not instead:
            say_nobody_is_left(claimed)

    async def _keep(self) -> None:
        """Renew the leases of what is in hand; break off the sends that have lost theirs."""
        tick = self._lease.total_seconds() / 3
        while self._held:
            await self._sleep(tick)
            hands = list(self._held.values())
            renewed = self._elapsed()
            try:
                kept = await asyncio.to_thread(
                    self._outbox.renew, [h.claimed for h in hands], self._clock(), self._lease
                )
            except Exception as error:  # noqa: BLE001 - leases must go on being renewed
                if not isinstance(error, StoreError):
                    log.error("提醒的占用没有续上（%s）", place(error))
                for held in hands:
                    if held.until - self._elapsed() <= tick:  # over before the next try
                        _break_off(held)
                continue
            for held in hands:
                if held.claimed.id in kept:
                    held.until = renewed + self._lease.total_seconds()
                else:
                    _break_off(held)

    async def _stop(self) -> None:
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=GRACE)
        for held in self._held.values():
            _break_off(held)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=GRACE)
        for task in [*self._tasks, self._keeping, self._marks.writing]:
            if task is not None:
                task.cancel()


class _Marks:
    """Writes what came of sends, many in one transaction, as often as it takes."""

    def __init__(self, outbox: Outbox, clock: Callable[[], datetime], sleep: Sleep) -> None:
        self._outbox = outbox
        self._clock = clock
        self._sleep = sleep
        self._sent: list[int] = []
        self._back: list[tuple[Claimed, datetime, bool]] = []
        self._written: asyncio.Future[None] | None = None
        self.writing: asyncio.Task[None] | None = None

    async def sent(self, number: int) -> None:
        """Returns once it is on disk that row ``number`` arrived."""
        self._sent.append(number)
        await asyncio.shield(self._next())

    async def later(self, claimed: Claimed, at: datetime, repeated: bool) -> None:
        """Returns once it is on disk that a message waits until ``at``."""
        self._back.append((claimed, at, repeated))
        await asyncio.shield(self._next())

    def _next(self) -> asyncio.Future[None]:
        if self._written is None:
            self._written = asyncio.get_running_loop().create_future()
        if self.writing is None:
            self.writing = asyncio.create_task(self._write())
        return self._written

    async def _write(self) -> None:
        while self._written is not None:
            written, self._written = self._written, None
            sent, self._sent = self._sent, []
            back, self._back = self._back, []
            while True:
                try:
                    await asyncio.to_thread(self._outbox.sent, sent, self._clock())
                    for claimed, at, repeated in back:
                        await asyncio.to_thread(self._outbox.later, claimed, at, repeated)
                    break
                except StoreError:
                    await self._sleep(_AGAIN)
                except Exception as error:  # noqa: BLE001 - nobody may wait for this for ever
                    log.error("提醒的状态没记上（%s）", place(error))
                    break
            written.set_result(None)
        self.writing = None


def _break_off(held: _Held) -> None:
    if held.sending is not None:
        held.sending.cancel()


def say_nobody_is_left(claimed: Claimed) -> None:
    """For the operator: by number, since log files know no names."""
    log.error("发件箱第 %s 行送不到任何人：检查该单位有没有能收到消息的法制人员", claimed.id)
