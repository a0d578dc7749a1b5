"""Watching: what a person sees in a chat and waits for."""

import asyncio
import time
from collections.abc import Callable

from .journal import ChatRef, chat_id
from .patience import PATIENCE
from .refusal import JSONObject
from .screen import Screen, read_screen
from .world import Chat, Message, World

Until = str | Callable[[Screen], bool] | None


class Watcher:
    """One user's eyes on the private chat (the default) and on groups; ``id`` is the user's."""

    def __init__(self, world: World, card: JSONObject, chat: Chat) -> None:
        self._world = world
        self.card = card
        self.chat = chat
        self._marks: dict[int, int] = {}

    @property
    def id(self) -> int:
        """The user's id, also that of the private chat."""
        return int(self.card["id"])

    def screen(self, *, chat: ChatRef | None = None) -> Screen:
        """The bot's message sent or edited last; LookupError when there is none."""
        with self._world.lock:
            where = self._where(chat)
            message = self._world.newest(where)
            if message is None:
                raise LookupError("the bot has shown nothing in this chat")
            return self._read(where, message)

    def screens(self, *, chat: ChatRef | None = None) -> list[Screen]:
        """All messages of the bot that are in the chat, oldest first."""
        with self._world.lock:
            where = self._where(chat)
            own = [message for message in where.messages.values() if message.outgoing]
            return [self._read(where, message) for message in own]

    def wait(
        self, until: Until = None, *, timeout: float = PATIENCE, chat: ChatRef | None = None
    ) -> Screen:
        """Block until the bot shows something new since this person's last act or wait.

        ``until``: words the screen must contain or a condition on it. TimeoutError, saying
        what is on the screen.
        """
        deadline = time.monotonic() + timeout
        with self._world.lock:
            where = self._where(chat)
            while True:
                message = self._world.newest(where)
                if message is not None and where.version > self._marks.get(where.id, 0):
                    screen = self._read(where, message)
                    if _fits(screen, until):
                        self._mark(where)
                        return screen
                left = deadline - time.monotonic()
                if left <= 0:
                    shown = "nothing" if message is None else repr(message.text)
                    raise TimeoutError(f"nothing new in {timeout} s, on screen: {shown}{_hint()}")
                self._world.changed.wait(left)

    def _read(self, where: Chat, message: Message) -> Screen:
        carried = message.body.get("document") or (message.body.get("photo") or [{}])[-1]
        file = self._world.files.get(str(carried.get("file_id", "")))
        return read_screen(message, file, where.keyboard)

    def _where(self, chat: ChatRef | None) -> Chat:
        return self.chat if chat is None else self._world.chats[chat_id(chat)]

    def _mark(self, where: Chat) -> None:
        self._marks[where.id] = where.version


def _fits(screen: Screen, until: Until) -> bool:
    if until is None:
        return True
    return until in screen.text if isinstance(until, str) else until(screen)


def _hint() -> str:
    """A word for tests that block the loop their bot runs in."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return ""
    return " (called inside a running event loop: use await asyncio.to_thread(...))"
