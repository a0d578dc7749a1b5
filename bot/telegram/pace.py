"""How fast may be sent: 30 messages a second overall, one a second in a chat; answers first."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

IN_A_CHAT = 1.05  # seconds between two messages of one chat, with a little to spare


class Pace:
    """``overall`` messages a second, 0 for no limit (a Bot API server of one's own)."""

    def __init__(self, overall: float, clock: Callable[[], float] | None = None) -> None:
        self._every = 1 / overall if overall else 0.0
        self._clock = clock or (lambda: asyncio.get_running_loop().time())
        self._next = 0.0
        self._chats: dict[int, float] = {}
        self._answers_waiting = 0

    async def wait(self, chat: int, push: bool = False) -> None:
        """Return when one message may go to ``chat``; pushes let every waiting answer pass."""
        if not self._every:
            return
        if push:
            # Nor do pushes book ahead of each other: an answer would wait behind them all.
            while self._answers_waiting or self._next > self._clock():  # noqa: ASYNC110 - turns
                await asyncio.sleep(self._every)
            await self._turn(chat)
            return
        self._answers_waiting += 1
        try:
            await self._turn(chat)
        finally:
            self._answers_waiting -= 1

    async def _turn(self, chat: int) -> None:
        now = self._clock()
        at = max(now, self._next, self._chats.get(chat, 0.0))
        self._next = max(now, self._next) + self._every
        self._chats[chat] = at + IN_A_CHAT
        if len(self._chats) > 10_000:
            self._chats = {known: free for known, free in self._chats.items() if free > now}
        if at > now:
            await asyncio.sleep(at - now)

    def hold(self, seconds: float) -> None:
        """Telegram said to wait: nothing goes out before."""
        self._next = max(self._next, self._clock() + seconds)
