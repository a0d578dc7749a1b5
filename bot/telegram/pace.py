"""How fast may be sent: 30 messages a second overall, one a second in a chat; answers first."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

IN_A_CHAT = 1.05  # seconds between two messages of one chat, with a little to spare
_SEVERAL = 3  # chats told to wait at the same time: it is all of us together who are too fast
_TURN = 0.05  # seconds until a push looks again whether an answer waits


class Pace:
    """``overall`` messages a second, 0 for no limit (a Bot API server of one's own)."""

    def __init__(self, overall: float, clock: Callable[[], float] | None = None) -> None:
        self._every = 1 / overall if overall else 0.0
        self._in_a_chat = IN_A_CHAT if overall else 0.0
        self._clock = clock or (lambda: asyncio.get_running_loop().time())
        self._next = 0.0
        self._chats: dict[int, float] = {}
        self._held: dict[int, float] = {}
        self._answers_waiting = 0

    async def wait(self, chat: int, push: bool = False) -> None:
        """Return when one message may go to ``chat``; pushes let every waiting answer pass."""
        now = self._clock()
        free = max(now, self._chats.get(chat, 0.0))
        self._book(chat, free)
        if free > now:  # who waits for their own chat keeps nobody else waiting
            await asyncio.sleep(free - now)
        await self.free(chat)
        if push:
            await self._let_answers_pass()
        self._answers_waiting += not push
        try:
            now = self._clock()
            at = max(now, self._next)
            self._next = at + self._every
            self._book(chat, at)
            if at > now:
                await asyncio.sleep(at - now)
        finally:
            self._answers_waiting -= not push

    async def free(self, chat: int) -> None:
        """Return when ``chat`` is not held any more: all that an edit has to wait for."""
        while True:
            left = self._held.get(chat, 0.0) - self._clock()
            if left <= 0:
                return
            await asyncio.sleep(left)

    def arrived(self, chat: int) -> None:
        """A message has arrived: on a slow line later than it was let go, and Telegram counts
        from there."""
        self._book(chat, self._clock())

    def hold(self, chat: int, seconds: float) -> None:
        """Telegram said to wait: nothing goes to ``chat`` before, and to nobody while it says so
        in several chats."""
        now = self._clock()
        self._held = {held: until for held, until in self._held.items() if until > now}
        self._held[chat] = now + seconds
        if len(self._held) >= _SEVERAL:
            self._next = max(self._next, min(self._held.values()))

    async def _let_answers_pass(self) -> None:
        # Pushes do not book ahead of each other: an answer would wait behind them all.
        while True:
            if not self._answers_waiting and self._next <= self._clock():
                return
            await asyncio.sleep(max(self._every, _TURN))

    def _book(self, chat: int, at: float) -> None:
        if not self._in_a_chat:
            return
        self._chats[chat] = max(self._chats.get(chat, 0.0), at + self._in_a_chat)
        if len(self._chats) > 10_000:
            now = self._clock()
            self._chats = {known: free for known, free in self._chats.items() if free > now}
