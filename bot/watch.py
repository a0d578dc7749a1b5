"""Watches over what has to run as long as the program does."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

from bot.logs import place
from bot.pauses import Pauses

log = logging.getLogger(__name__)

_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0
_SETTLED = 60.0  # seconds after which a task that ended has run well, and is begun again at once


class Watch:
    """Tasks that are begun again whenever they end, by themselves or by an error.

    ``down``: names of those that are not running just now. ``elapsed``: seconds on a clock that
    never jumps.
    """

    def __init__(
        self,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self.down: set[str] = set()
        self._sleep = sleep
        self._elapsed = elapsed
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping = False

    def start(self, name: str, work: Callable[[], Awaitable[object]]) -> None:
        """Run ``work`` until ``stop``. ``name`` in Chinese, for the log."""
        self._tasks.append(asyncio.create_task(self._keep(name, work), name=name))

    async def stop(self) -> None:
        """End all, the last one first: it may need those begun before it."""
        self._stopping = True
        while self._tasks:
            task = self._tasks.pop()
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _keep(self, name: str, work: Callable[[], Awaitable[object]]) -> None:
        pauses = Pauses(_FIRST_PAUSE, _LONGEST_PAUSE)
        while True:
            begun = self._elapsed()
            try:
                await work()
                how = "自己结束了"
            except Exception as error:  # noqa: BLE001 - without its words: they may quote a message
                how = place(error)
            if self._stopping:
                return
            if self._elapsed() - begun >= _SETTLED:
                pauses.good()
            pause = pauses.next()
            log.error("%s的任务断了（%s），%.0f 秒后重新开始", name, how, pause)
            self.down.add(name)
            await self._sleep(pause)
            self.down.discard(name)
