"""Long polling: getUpdates that waits, one at a time.

Source: https://core.telegram.org/bots/api#getupdates. A newer getUpdates ends the one that
waits with 409, as does setWebhook; an answer confirms nothing, only a later offset does.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

from .arguments import Arguments
from .delivery import begin_polling
from .refusal import conflict
from .world import Outcome, World

_OTHER = "terminated by other getUpdates request; make sure that only one bot instance is running"


class LongPoll:
    """The waiting side of getUpdates; lives in the server's event loop."""

    def __init__(self, world: World, stopping: asyncio.Event) -> None:
        self._world = world
        self._stopping = stopping
        self._wake: asyncio.Event | None = None

    @property
    def waiting(self) -> bool:
        """Whether a getUpdates is in progress."""
        return self._wake is not None

    def wake(self) -> None:
        """Look again; to be called in the server's loop."""
        if self._wake is not None:
            self._wake.set()

    async def get_updates(
        self, arguments: Arguments, disconnected: Callable[[], Awaitable[None]]
    ) -> Outcome:
        """Answer getUpdates; ``Refusal`` 409 when displaced or when a webhook is set."""
        world = self._world
        with world.lock:
            polling = begin_polling(world, arguments)
            mine = asyncio.Event()
            displaced, self._wake = self._wake, mine
        if displaced is not None:
            displaced.set()
        loop = asyncio.get_running_loop()
        deadline = loop.time() + polling.timeout
        gone: asyncio.Future[None] | None = None
        try:
            while True:
                if self._wake is not mine:
                    raise conflict(_OTHER)
                with world.lock:
                    if world.webhook is not None:
                        raise conflict("terminated by setWebhook request")
                    updates = world.mailbox.peek(polling.limit)
                left = deadline - loop.time()
                if updates or left <= 0 or self._stopping.is_set():
                    return Outcome(updates)
                if gone is None:
                    gone = asyncio.ensure_future(disconnected())
                elif gone.done():
                    return Outcome([])
                mine.clear()
                await self._pause(mine, gone, left)
        finally:
            if self._wake is mine:
                self._wake = None
            if gone is not None and not gone.done():
                gone.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await gone

    async def _pause(
        self, mine: asyncio.Event, gone: "asyncio.Future[None]", seconds: float
    ) -> None:
        woken = asyncio.ensure_future(mine.wait())
        both: list[asyncio.Future[Any]] = [woken, gone]
        await asyncio.wait(both, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        woken.cancel()
