"""Fetches updates by long polling and hands each to the channel, chat by chat in order."""

from __future__ import annotations

import asyncio
import logging

from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, NetworkError, TelegramError
from telegram.request import HTTPXRequest

from bot.assembly import House
from bot.telegram.channel import Channel

log = logging.getLogger(__name__)

_POLL_SECONDS = 25
_LONGEST_PAUSE = 30.0


def make_bot(house: House) -> Bot:
    settings = house.settings
    return Bot(
        settings.telegram_token,
        base_url=settings.telegram_base_url,
        base_file_url=settings.telegram_base_file_url,
        request=HTTPXRequest(connection_pool_size=16),
        get_updates_request=HTTPXRequest(connection_pool_size=1),
    )


async def poll(house: House) -> None:
    """Serve Telegram until cancelled; a wrong token ends it with plain advice."""
    pause = 1.0
    while True:
        try:
            async with make_bot(house) as bot:
                channel = Channel(house, bot)
                await channel.introduce()
                log.info("Telegram is connected")
                await _serve(bot, channel)
        except InvalidToken:
            log.error(
                "Telegram 不认这个令牌：检查 TELEGRAM_BOT_TOKEN 和 TELEGRAM_BASE_URL；网页照常可用"
            )
            return
        except TelegramError as error:
            log.warning("%s；%.0f 秒后重试", _advice(error), pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)


async def _serve(bot: Bot, channel: Channel) -> None:
    offset: int | None = None
    chats: dict[int, asyncio.Lock] = {}
    async with asyncio.TaskGroup() as tasks:
        while True:
            updates = await bot.get_updates(offset=offset, timeout=_POLL_SECONDS)
            for update in updates:
                offset = update.update_id + 1
                chat = update.effective_chat.id if update.effective_chat else 0
                lock = chats.setdefault(chat, asyncio.Lock())
                tasks.create_task(_one(channel, update, lock))


async def _one(channel: Channel, update: Update, lock: asyncio.Lock) -> None:
    async with lock:
        try:
            await channel.handle(update)
        except TelegramError as error:
            log.warning("an answer could not be sent: %s", error)
        except Exception:
            log.exception("an update failed")


def _advice(error: TelegramError) -> str:
    if isinstance(error, Conflict):
        return "另一个程序正在用同一个令牌收消息，关掉它"
    if isinstance(error, NetworkError):
        return f"连不上 Telegram（{error}），检查网络或 TELEGRAM_BASE_URL"
    return f"Telegram 报错（{error}）"
