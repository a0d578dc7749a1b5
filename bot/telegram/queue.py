"""Updates in order within a chat, at the same time across chats; marks gathered in batches."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable

from bot.logs import place
from bot.store.database import StoreError
from bot.store.inbox import Inbox

log = logging.getLogger(__name__)

AT_ONCE = 128
_AGAIN = 2.0  # seconds until marks that could not be written are tried again


class Workers:
    """One line of work a chat. Work does not raise: who puts it says what that would mean."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._lines: dict[int, deque[Callable[[], Awaitable[None]]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._places = asyncio.Semaphore(at_once)

    def put(self, chat: int, work: Callable[[], Awaitable[None]]) -> None:
        """Do ``work`` after everything put for the same chat before."""
        line = self._lines.get(chat)
        if line is not None:
            line.append(work)
            return
        self._lines[chat] = deque([work])
        task = asyncio.create_task(self._walk(chat))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _walk(self, chat: int) -> None:
        line = self._lines[chat]
        try:
            while line:
                work = line.popleft()
                async with self._places:
                    await work()
        finally:
            del self._lines[chat]

    async def stop(self, seconds: float) -> None:
        """Let what runs finish for a while; what is left stays in the inbox."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        left = list(self._tasks)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)


class Scribe:
    """Writes marks into the inbox, many in one transaction."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self._sending: list[int] = []
        self._done: list[int] = []
        self._written: asyncio.Future[set[int]] | None = None
        self._writing: asyncio.Task[None] | None = None

    async def sending(self, update_id: int) -> bool:
        """Returns once it is on disk that the answer is about to go out; False: somebody else
        has the update by now, and answers it."""
        self._sending.append(update_id)
        return update_id not in await asyncio.shield(self._next())

    def done(self, update_id: int) -> None:
        self._done.append(update_id)
        self._next()

    async def flush(self) -> None:
        while self._writing is not None:
            await asyncio.shield(self._writing)

    def _next(self) -> asyncio.Future[set[int]]:
        if self._written is None:
            self._written = asyncio.get_running_loop().create_future()
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        return self._written

    async def _write(self) -> None:
        while self._written is not None:
            written, self._written = self._written, None
            sending, self._sending = self._sending, []
            done, self._done = self._done, []
            lost: set[int] = set()
            try:
                lost = await asyncio.to_thread(self._inbox.mark, sending, done)
            except StoreError:
                # The answer matters more than the mark: at worst it is sent again, marked.
                # That it is done is written as soon as the database is back.
                self._done = done + self._done
                asyncio.get_running_loop().call_later(_AGAIN, self._next)
            except Exception as error:  # noqa: BLE001 - nobody may wait for this for ever
                log.error("更新的状态没记上（%s）", place(error))
            written.set_result(lost)
        self._writing = None
