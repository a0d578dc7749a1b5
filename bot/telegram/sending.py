"""Sends until it is certain: again after faults, marked where it may have arrived already."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from random import Random
from typing import TypeVar

from telegram import Bot
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, RetryAfter

from bot.telegram.drawing import Drawn
from bot.telegram.pace import Pace
from bot.telegram.request import NotSent, post

log = logging.getLogger(__name__)

MARK = "（可能重复）"
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 30.0
_T = TypeVar("_T")


class Undelivered(Exception):
    """Telegram will never take this message: blocked, gone, or refused."""


class WrongToken(Undelivered):
    """Telegram does not know the token; the operator can mend that.

    ``arrived``: an earlier try of the same message may have been taken.
    """

    def __init__(self, message: str, arrived: bool) -> None:
        super().__init__(message)
        self.arrived = arrived


class Sender:
    def __init__(
        self,
        bot: Bot,
        pace: Pace,
        random: Random,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self.bot = bot
        self.pace = pace
        self._random = random
        self._sleep = sleep

    async def send(
        self, chat: int, drawn: Drawn, repeated: bool = False, push: bool = False
    ) -> int:
        """A new message, its id; marked when ``repeated`` or when an earlier try may have
        arrived. Undelivered when Telegram refuses it for good. Waits out everything else.
        ``push``: nobody waits for it, so every answer goes first.
        """

        async def once(marked: bool) -> int:
            await self.pace.wait(chat, push)
            text = f"{MARK}\n{drawn.text}" if marked else drawn.text
            sent = await post(self.bot, "sendMessage", {"chat_id": chat, **_shown(text, drawn)})
            return int(sent["message_id"])

        return await self._until_certain(once, repeated)

    async def edit(self, chat: int, message: int, drawn: Drawn) -> bool:
        """Show ``drawn`` in place of a message; doing it twice is doing it once.

        False when the message cannot be edited (too old, deleted): send instead.
        """

        async def once(_marked: bool) -> bool:
            where = {"chat_id": chat, "message_id": message}
            await post(self.bot, "editMessageText", {**where, **_shown(drawn.text, drawn)})
            return True

        try:
            return await self._until_certain(once)
        except Undelivered as error:
            return "not modified" in str(error)

    async def quietly(self, call: Callable[[], Awaitable[object]]) -> None:
        """Something nice to have (a toast, a pin): tried twice, then let go."""
        for _ in range(2):
            try:
                await call()
            except (BadRequest, Forbidden) as error:
                log.info("not done: %s", error.message)
            except NetworkError:
                continue
            except RetryAfter:
                log.info("not done: too many requests")
            return

    async def _until_certain(
        self, call: Callable[[bool], Awaitable[_T]], marked: bool = False
    ) -> _T:
        pause = _FIRST_PAUSE
        while True:
            try:
                return await call(marked)
            except RetryAfter as error:
                seconds = _seconds(error.retry_after)
                self.pace.hold(seconds)
                await self._sleep(seconds)
                continue
            except InvalidToken as error:
                raise WrongToken(error.message, arrived=marked) from error
            except (BadRequest, Forbidden) as error:
                raise Undelivered(error.message) from error
            except NotSent:
                pass
            except NetworkError:
                marked = True  # it may have been taken and only the answer lost
            await self._sleep(pause * (0.5 + self._random.random()))
            pause = min(pause * 2, _LONGEST_PAUSE)


def _shown(text: str, drawn: Drawn) -> dict[str, object]:
    shown: dict[str, object] = {
        "text": text,
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
    }
    if drawn.keyboard:
        shown["reply_markup"] = {"inline_keyboard": drawn.keyboard}
    return shown


def _seconds(wait: float | timedelta) -> float:
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
