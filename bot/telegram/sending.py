"""Sends until it is certain: again after faults, marked where it may have arrived already."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from random import Random
from typing import Any, TypeVar

from telegram import Bot, InputFile
from telegram.error import BadRequest, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.pauses import Pauses
from bot.telegram.drawing import Drawn
from bot.telegram.pace import Pace
from bot.telegram.request import NotSent, OddAnswer, post

log = logging.getLogger(__name__)

MARK = "（可能重复）"
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 30.0
_REMEMBERED = 10_000
# Telegram answered, and did nothing.
_REFUSED = (BadRequest, Forbidden, RetryAfter)
# Nothing was done either, but not for the message's sake: later it may be.
_NOT_TAKEN = (NotSent, InvalidToken)
_T = TypeVar("_T")


class Undelivered(Exception):
    """Telegram will never take this message: blocked, gone, or refused."""


class NotNow(Exception):
    """A push that came to nothing for now. ``arrived``: it may have been taken all the same."""

    def __init__(self, arrived: bool) -> None:
        super().__init__("Telegram did not take it")
        self.arrived = arrived


class Sender:
    """``failing``: the last call came to nothing, and not because Telegram refused it."""

    def __init__(
        self,
        bot: Bot,
        pace: Pace,
        random: Random,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self.bot = bot
        self.pace = pace
        self.failing = False
        self._random = random
        self._sleep = sleep
        self._newest: OrderedDict[int, int] = OrderedDict()

    async def send(self, chat: int, drawn: Drawn, repeated: bool = False) -> int:
        """A new message, its id; marked when ``repeated`` or when an earlier try may have
        arrived. Undelivered when Telegram refuses it for good. Waits out everything else.
        """

        async def once(marked: bool) -> int:
            await self.pace.wait(chat)
            return await self._message(chat, drawn, marked)

        return await self._until_certain(chat, once, repeated)

    async def push(self, chat: int, drawn: Drawn, repeated: bool, patience: float) -> None:
        """One try at a message nobody waits for, behind every answer; who calls has it on disk
        and tries again. NotNow, or Undelivered when Telegram refuses it for good. ``patience``:
        seconds to wait for a turn.
        """
        try:
            async with asyncio.timeout(patience):
                await self.pace.wait(chat, push=True)
        except TimeoutError:
            raise NotNow(arrived=False) from None
        try:
            await self._try(chat, self._message(chat, drawn, repeated))
        except (RetryAfter, *_NOT_TAKEN) as error:
            raise NotNow(arrived=False) from error
        except (BadRequest, Forbidden) as error:
            raise Undelivered(error.message) from error
        except TelegramError as error:
            raise NotNow(arrived=True) from error

    async def edit(self, chat: int, message: int, drawn: Drawn) -> bool:
        """Show ``drawn`` in place of a message; doing it twice is doing it once.

        False when the message cannot be edited (too old, deleted): send instead.
        """

        async def once(_marked: bool) -> bool:
            await self.pace.free(chat)
            where = {"chat_id": chat, "message_id": message}
            done = await post(self.bot, "editMessageText", {**where, **_shown(drawn.text, drawn)})
            if done is not True and not isinstance(done, dict):
                raise OddAnswer("an edit without a message")
            return True

        try:
            return await self._until_certain(chat, once)
        except Undelivered as error:
            return "not modified" in str(error)

    async def attach(
        self, chat: int, method: str, kind: str, file: InputFile, repeated: bool
    ) -> None:
        """A file (``sendDocument``, ``sendPhoto``) below what was sent last, as ``send``."""

        async def once(marked: bool) -> None:
            await self.pace.wait(chat)
            caption = {"caption": MARK} if marked else {}
            self._note(chat, await post(self.bot, method, {"chat_id": chat, kind: file, **caption}))

        await self._until_certain(chat, once, repeated)

    async def quietly(self, method: str, parameters: Mapping[str, object]) -> None:
        """Something nice to have (a toast, a pin): tried twice, then let go."""
        for _ in range(2):
            try:
                await post(self.bot, method, parameters)
            except _REFUSED as error:
                log.info("not done: %s", error.message)
            except TelegramError:
                continue
            return

    def newest(self, chat: int) -> int:
        """The message sent to ``chat`` last, as far as it is remembered; else 0."""
        return self._newest.get(chat, 0)

    async def _message(self, chat: int, drawn: Drawn, marked: bool) -> int:
        text = f"{MARK}\n{drawn.text}" if marked else drawn.text
        sent = await post(self.bot, "sendMessage", {"chat_id": chat, **_shown(text, drawn)})
        return self._note(chat, sent)

    def _note(self, chat: int, sent: Any) -> int:
        match sent:
            case {"message_id": int(number)}:
                self.pace.arrived(chat)
                self._newest[chat] = number
                self._newest.move_to_end(chat)
                if len(self._newest) > _REMEMBERED:
                    self._newest.popitem(last=False)
                return number
        raise OddAnswer("a message without a number")

    async def _until_certain(
        self, chat: int, call: Callable[[bool], Awaitable[_T]], marked: bool = False
    ) -> _T:
        pauses = Pauses(_FIRST_PAUSE, _LONGEST_PAUSE)
        while True:
            try:
                return await self._try(chat, call(marked))
            except RetryAfter:
                continue  # the chat is held
            except (BadRequest, Forbidden) as error:
                raise Undelivered(error.message) from error
            except _NOT_TAKEN:
                pass
            except TelegramError:
                marked = True  # it may have been taken and only the answer lost
            await self._sleep(pauses.next() * (0.5 + self._random.random()))

    async def _try(self, chat: int, call: Awaitable[_T]) -> _T:
        try:
            done = await call
        except TelegramError as error:
            self.failing = not isinstance(error, _REFUSED)
            if isinstance(error, RetryAfter):
                self.pace.hold(chat, seconds_of(error))
            raise
        self.failing = False
        return done


def _shown(text: str, drawn: Drawn) -> dict[str, object]:
    shown: dict[str, object] = {
        "text": text,
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
    }
    if drawn.keyboard:
        shown["reply_markup"] = {"inline_keyboard": drawn.keyboard}
    return shown


def seconds_of(error: RetryAfter) -> float:
    """How long Telegram wants to be left alone."""
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
