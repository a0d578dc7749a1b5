"""Runs the Telegram channel: receives by polling or webhook, loses nothing, answers once."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from random import Random
from typing import Any, NoReturn

from telegram import Bot
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.house import House
from bot.logs import place
from bot.pauses import Pauses
from bot.store.database import StoreError
from bot.store.inbox import Inbox, Received
from bot.store.lease import LEASE
from bot.telegram.channel import Channel
from bot.telegram.commands import COMMANDS
from bot.telegram.holder import holder_of
from bot.telegram.incoming import KINDS, Incoming, Unreadable, is_number, read
from bot.telegram.pace import Pace
from bot.telegram.queue import Scribe, Workers
from bot.telegram.redaction import stripped
from bot.telegram.request import LeanRequest, OddAnswer, post
from bot.telegram.sending import Sender, seconds_of
from guides.disk import reason

log = logging.getLogger(__name__)

POLL_SECONDS = 25
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0
_MINUTE = 60.0  # between two tries of a token that Telegram does not know, two looks at a webhook
_GRACE = 5.0  # seconds that answers on their way are given at the end
_REMEMBERED = 10_000
_STOPPED = "没有在运行"


class TakenOver(Exception):
    """Another process has this update by now, and answers it."""


class Service:
    """``trouble``: what keeps Telegram from talking to us, in Chinese; empty when all is well."""

    def __init__(
        self, house: House, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    ) -> None:
        settings = house.settings
        self.house = house
        self._sleep = sleep
        self._request = LeanRequest()
        self.bot = Bot(
            settings.telegram_token,
            base_url=settings.telegram_base_url,
            base_file_url=settings.telegram_base_file_url,
            request=self._request,
            get_updates_request=self._request,
        )
        number = settings.telegram_token.partition(":")[0]
        bot = int(number) if number.isdecimal() else 0
        self.inbox = Inbox(house.database, bot, holder_of(settings.data))
        self.workers = Workers()
        self.scribe = Scribe(self.inbox)
        jitter = Random()  # noqa: S311
        sender = Sender(self.bot, Pace(settings.telegram_rate), jitter, sleep)
        self.channel = Channel(house, sender)
        self._seen: deque[int] = deque(maxlen=_REMEMBERED)
        self._taking = asyncio.Lock()
        self._serves = False
        self._begins = True  # what an earlier run left has not been taken up
        self.is_open = False
        self.trouble = _STOPPED

    @property
    def sender(self) -> Sender:
        """The one way out: whoever else sends by it lets every answer go first."""
        return self.channel.sender

    def state(self) -> str:
        """For ``/healthz``."""
        return "down" if self.trouble else "ok"

    async def open(self) -> None:
        """Get ready to send; ``run`` does it too. ``is_open`` from here until ``run`` ends."""
        await self._request.initialize()  # Bot.initialize would call Telegram first
        self.is_open = True

    async def receive(self, batch: Sequence[Received]) -> None:
        """Returns when the batch is safe: written down, or (no database) answered."""
        batch = [one for one in batch if one.update_id not in self._seen]
        async with self._taking:
            try:
                if self._serves and self._begins:
                    await self._take_up()
                fresh = await asyncio.to_thread(self.inbox.take, batch, self.house.clock())
            except StoreError:
                pass  # the log knows
            else:
                if self._serves:  # else ``run`` takes up what is written down
                    self._put(fresh)
                return
        await asyncio.gather(*self._put(batch))

    async def run(self) -> None:
        """Serve until cancelled, whatever Telegram sends or answers."""
        try:
            await self.open()
            async with self._taking:
                self._serves = self._begins = True
                await self._care(self._take_up)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._hold())
                tasks.create_task(self._listen())
        finally:
            self.is_open = self._serves = False
            self.trouble = _STOPPED
            await self.workers.stop(_GRACE)
            await self.scribe.flush()
            await self._care(partial(asyncio.to_thread, self.inbox.give_back))
            await self._request.shutdown()

    def _put(self, batch: Sequence[Received]) -> list[asyncio.Future[None]]:
        """Line updates up; each future is done when its update is answered."""
        return [self._line_up(received) for received in batch]

    def _line_up(self, received: Received) -> asyncio.Future[None]:
        number = received.update_id
        self._seen.append(number)
        answered: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        incoming = _read(received)
        if incoming is None:
            self.scribe.done(number)
            answered.set_result(None)
            return answered

        async def before() -> None:
            if not await self.scribe.sending(number):
                raise TakenOver

        async def work() -> None:
            try:
                await self.channel.handle(incoming, received.repeated, before)
            except TakenOver:
                return
            except Exception as error:  # noqa: BLE001 - a second try would come to the same end
                log.error("第 %s 号更新没能答复（%s）", number, place(error))
            finally:
                if not answered.done():
                    answered.set_result(None)
            self.scribe.done(number)

        self.workers.put(incoming.chat, work)
        return answered

    async def _take_up(self) -> None:
        """Answer what somebody received and did not finish. StoreError."""
        left = await asyncio.to_thread(self.inbox.claim, self.house.clock(), self._begins)
        self._begins = False
        if left:
            log.warning("上次没来得及答复的 %s 条，现在补上", len(left))
        self._put(left)

    async def _hold(self) -> None:
        """Keep what is in hand, take up what others died with."""
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            await self._care(lambda: asyncio.to_thread(self.inbox.renew, self.house.clock()))
            async with self._taking:
                await self._care(self._take_up)

    async def _care(self, work: Callable[[], Awaitable[object]]) -> None:
        """Do what can be done later when the database is away."""
        with suppress(StoreError):  # the log knows
            await work()

    async def _listen(self) -> None:
        pauses = Pauses(_FIRST_PAUSE, _LONGEST_PAUSE)
        while True:
            try:
                await self._converse(pauses)
            except TelegramError as error:
                wrong = isinstance(error, InvalidToken)
                pause = _MINUTE if wrong else pauses.next()
                if isinstance(error, RetryAfter):
                    pause = seconds_of(error)
                told = _advice(error)
                if told != self.trouble:  # once, not at every try
                    log.log(logging.ERROR if wrong else logging.WARNING, "%s", told)
                self.trouble = told
                await self._sleep(pause)

    async def _converse(self, pauses: Pauses) -> None:
        """Until Telegram answers with an error, or oddly."""
        self._tell_name(await self._name())
        await self.sender.quietly("setMyCommands", {"commands": COMMANDS})
        settings = self.house.settings
        if not settings.telegram_webhook_url:
            await self._do("deleteWebhook", {})
            await self._poll(pauses)
        hook = {
            "url": settings.telegram_webhook_url,
            "secret_token": settings.telegram_webhook_secret,
            "allowed_updates": list(KINDS),
        }
        await self._do("setWebhook", hook)
        while True:  # whether Telegram still knows us, nothing else would tell
            self._is_well(pauses)
            await asyncio.sleep(_MINUTE)
            await self._name()

    async def _name(self) -> str:
        match await post(self.bot, "getMe", {}):
            case {"username": str(name)}:
                return name
        raise OddAnswer("a bot without a name")

    async def _do(self, method: str, parameters: Mapping[str, object]) -> None:
        if await post(self.bot, method, parameters) is not True:
            raise OddAnswer(f"{method} that was not done")

    async def _poll(self, pauses: Pauses) -> NoReturn:
        offset = 0
        while True:
            # After trouble an answer at once: it says that all is well again.
            seconds = 0 if self.trouble else POLL_SECONDS
            wanted = {"offset": offset, "timeout": seconds, "allowed_updates": list(KINDS)}
            updates = await post(self.bot, "getUpdates", wanted, POLL_SECONDS + 10)
            batch = _batch(updates)
            self._is_well(pauses)
            await self.receive(batch)
            if batch:  # only now: the next call confirms them
                offset = max(received.update_id for received in batch) + 1

    def _is_well(self, pauses: Pauses) -> None:
        pauses.good()
        if self.trouble:
            log.warning("Telegram 连上了")
        self.trouble = ""

    def _tell_name(self, name: str) -> None:
        try:
            self.house.links.name_bot(name)
        except OSError as error:
            log.warning("机器人的名字存不下来（%s）：邀请只有网页链接", reason(error))


def received(update: Any) -> Received | None:
    """An update before it is written down; None when it has no number to know it by."""
    match update:
        case {"update_id": number} if is_number(number) and number >= 0:
            return Received(number, update, stripped(update))
    return None


def _batch(updates: Any) -> list[Received]:
    """What getUpdates gave; OddAnswer when there is nothing in it that could be confirmed."""
    if not isinstance(updates, list):
        raise OddAnswer("updates that are no list")
    batch = [known for one in updates if (known := received(one))]
    if updates and not batch:
        raise OddAnswer("updates without numbers")
    return batch


def _read(received: Received) -> Incoming | None:
    """What an update says; None: nothing for us, or nothing that can be read, as is logged."""
    kind = next((kind for kind in KINDS if kind in received.payload), None)
    if kind is None:
        return None
    try:
        return read(kind, received.payload[kind])
    except Unreadable:
        log.warning("第 %s 号更新（%s）读不懂，跳过", received.update_id, kind)
        return None


def _advice(error: TelegramError) -> str:
    if isinstance(error, InvalidToken):
        return (
            "Telegram 不认这个令牌：检查 TELEGRAM_BOT_TOKEN 和 TELEGRAM_BASE_URL；"
            "每分钟再试一次，网页照常可用"
        )
    if isinstance(error, Conflict):
        return "另一个程序正在用同一个令牌收消息，关掉它"
    if isinstance(error, OddAnswer):
        return f"Telegram 的回答看不懂（{error}），检查网络、代理和 TELEGRAM_BASE_URL；会一直重试"
    if isinstance(error, NetworkError):
        return f"连不上 Telegram（{error}），检查网络或 TELEGRAM_BASE_URL；会一直重试"
    return f"Telegram 报错（{error}）；会一直重试"
