"""Runs the Telegram channel: receives by polling or webhook, loses nothing, answers once."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from random import Random
from typing import Any

from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, NetworkError, TelegramError

from bot.assembly import House
from bot.store.database import StoreError
from bot.store.inbox import Inbox, Received
from bot.telegram.channel import COMMANDS, HANDLERS, Channel
from bot.telegram.pace import Pace
from bot.telegram.request import LeanRequest, post
from bot.telegram.sending import Sender
from bot.telegram.stripping import stripped
from bot.telegram.working import Scribe, Workers

log = logging.getLogger(__name__)

POLL_SECONDS = 25
KINDS = list(HANDLERS)
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0
_REMEMBERED = 10_000
_SWEEP_SECONDS = 3600


class Service:
    def __init__(self, house: House) -> None:
        settings = house.settings
        self.house = house
        self._requests = (LeanRequest(), LeanRequest())  # updates come and answers go apart
        self.bot = Bot(
            settings.telegram_token,
            base_url=settings.telegram_base_url,
            base_file_url=settings.telegram_base_file_url,
            request=self._requests[0],
            get_updates_request=self._requests[1],
        )
        number = settings.telegram_token.partition(":")[0]
        self.inbox = Inbox(house.database, int(number) if number.isdigit() else 0)
        self.workers = Workers()
        self.scribe = Scribe(self.inbox)
        pace = Pace(settings.telegram_rate)
        self.channel = Channel(house, Sender(self.bot, pace, Random()))  # noqa: S311 - jitter
        self._seen: deque[int] = deque(maxlen=_REMEMBERED)
        self.is_open = False

    @property
    def sender(self) -> Sender:
        """The one way out: whoever else sends by it lets every answer go first."""
        return self.channel.sender

    async def open(self) -> None:
        """Get ready to send; ``run`` does it too. ``is_open`` from here until ``run`` ends."""
        for request in self._requests:  # Bot.initialize would call Telegram first
            await request.initialize()
        self.is_open = True

    async def receive(self, batch: Sequence[Received]) -> None:
        """Returns when the batch is safe: written down, or (no database) answered."""
        batch = [one for one in batch if one.update_id not in self._seen]
        try:
            fresh = await asyncio.to_thread(self.inbox.take, batch, self.house.clock())
        except StoreError as error:
            log.warning("%s", error)
            await asyncio.gather(*(self._put(received) for received in batch))
            return
        for received in fresh:
            self._put(received)

    def _put(self, received: Received) -> asyncio.Future[None]:
        """Line an update up; the future is done when it is answered."""
        self._seen.append(received.update_id)
        update = Update.de_json(received.payload, self.bot)
        finished: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        async def work() -> None:
            try:
                await self.channel.handle(
                    update,
                    received.repeated,
                    lambda: self.scribe.sending(received.update_id),
                )
                self.scribe.done(received.update_id)
            finally:
                finished.set_result(None)

        self.workers.put(_line(update), work)
        return finished

    async def run(self) -> None:
        """Serve until cancelled; ends by itself only when the token is wrong."""
        pause = _FIRST_PAUSE
        try:
            await self.open()
            await self._catch_up()
            while True:
                try:
                    await self.bot.initialize()
                    self._tell_name()
                    await self.channel.sender.quietly(lambda: self.bot.set_my_commands(COMMANDS))
                    if self.house.settings.telegram_webhook_url:
                        await self._register()
                        log.info("Telegram posts to the webhook")
                        await self._sweep_for_ever()
                    await self.bot.delete_webhook()
                    log.info("Telegram is polled")
                    await self._poll()
                except InvalidToken:
                    log.error(
                        "Telegram 不认这个令牌：检查 TELEGRAM_BOT_TOKEN 和 TELEGRAM_BASE_URL；"
                        "网页照常可用"
                    )
                    return
                except TelegramError as error:
                    log.warning("%s；%.0f 秒后重试", _advice(error), pause)
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, _LONGEST_PAUSE)
        finally:
            self.is_open = False
            await self.workers.stop(5)
            await self.scribe.flush()
            await self.bot.shutdown()

    def _tell_name(self) -> None:
        try:
            self.house.links.name_bot(self.bot.username)
        except OSError as error:
            log.warning("机器人的名字存不下来（%s）：邀请只有网页链接", error.strerror)

    async def _catch_up(self) -> None:
        """Answer what an earlier run had received and not finished."""
        try:
            left = await asyncio.to_thread(self.inbox.left_over)
        except StoreError as error:
            log.warning("%s", error)
            return
        if left:
            log.warning("上次没来得及答复的 %s 条，现在补上", len(left))
        for received in left:
            self._put(received)

    async def _register(self) -> None:
        settings = self.house.settings
        await self.bot.set_webhook(
            settings.telegram_webhook_url,
            secret_token=settings.telegram_webhook_secret,
            allowed_updates=KINDS,
        )

    async def _poll(self) -> None:
        offset = 0
        swept = asyncio.get_running_loop().time()
        while True:
            wanted = {"offset": offset, "timeout": POLL_SECONDS, "allowed_updates": KINDS}
            updates = await post(self.bot, "getUpdates", wanted, POLL_SECONDS + 10)
            await self.receive([received(one) for one in updates])
            if updates:  # only now: the next call confirms them
                offset = updates[-1]["update_id"] + 1
            if asyncio.get_running_loop().time() - swept > _SWEEP_SECONDS:
                swept = asyncio.get_running_loop().time()
                await self._sweep()

    async def _sweep_for_ever(self) -> None:
        while True:
            await asyncio.sleep(_SWEEP_SECONDS)
            await self._sweep()

    async def _sweep(self) -> None:
        try:
            await asyncio.to_thread(self.inbox.sweep, self.house.clock())
        except StoreError as error:
            log.warning("%s", error)


def received(update: dict[str, Any]) -> Received:
    """Before it is written down; KeyError, TypeError, ValueError when it is no update."""
    return Received(int(update["update_id"]), update, stripped(update))


def _line(update: Update) -> int:
    """Whose line an update joins: its chat, or the person who asked inline."""
    if update.effective_chat:
        return update.effective_chat.id
    return update.effective_user.id if update.effective_user else 0


def _advice(error: TelegramError) -> str:
    if isinstance(error, Conflict):
        return "另一个程序正在用同一个令牌收消息，关掉它"
    if isinstance(error, NetworkError):
        return f"连不上 Telegram（{error}），检查网络或 TELEGRAM_BASE_URL"
    return f"Telegram 报错（{error}）"
