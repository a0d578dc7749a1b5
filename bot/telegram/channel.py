"""One update in, one screen out: understands updates, calls the assistant, sends replies."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

from telegram import (
    CallbackQuery,
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    Message,
    Update,
)
from telegram.constants import ParseMode

from bot.assembly import House
from bot.replies import Draft, Event, EventKind, Reply, Text
from bot.telegram.drawing import draw, shows_already
from bot.telegram.sending import Sender, Undelivered
from bot.texts import NOT_INVITED
from bot.topics import NOTICES

log = logging.getLogger(__name__)

_COMMANDS = {"menu": "home", "help": "help", "recent": "recent", "fav": "fav"}
COMMANDS = (
    ("menu", "分类菜单"),
    ("recent", "最近看过"),
    ("fav", "我的收藏"),
    ("help", "怎么用"),
)
_INLINE_RESULTS = 5
_THREADS = 2

BeforeSending = Callable[[], Awaitable[None]]


class Channel:
    def __init__(self, house: House, sender: Sender) -> None:
        self.house = house
        self.sender = sender
        # Finding answers is work for the processor: more threads than cores only get in
        # each other's way.
        self._threads = ThreadPoolExecutor(_THREADS, "answering")

    async def handle(self, update: Update, repeated: bool, before: BeforeSending) -> None:
        """Answer one update. ``before`` is awaited before anything that must not go out twice;
        ``repeated`` marks it. Undeliverable answers are logged."""
        try:
            if update.callback_query:
                await self._pressed(update.callback_query, repeated, before)
            elif update.inline_query:
                await self._inline(update.inline_query)
            elif update.message and update.message.chat.type == "private":
                await self._spoken(update.message, repeated, before)
        except Undelivered as error:
            log.warning("an answer could not be delivered: %s", error)

    async def _spoken(self, message: Message, repeated: bool, before: BeforeSending) -> None:
        if message.from_user is None:
            return
        if self.house.access.telegram_user(message.from_user.id):
            event = read_message(message, f"telegram:{message.from_user.id}")
            reply = await self._ask(event)
        else:
            reply = Draft().add(Text(NOT_INVITED)).reply()
        await self._send(message.chat.id, reply, repeated, before)

    async def _pressed(self, query: CallbackQuery, repeated: bool, before: BeforeSending) -> None:
        address = query.data or ""
        # First of all: the spinner on the officer's button stops.
        notice = NOTICES.get(address.partition("/")[0])
        await self.sender.quietly(
            lambda: self.sender.bot.answer_callback_query(query.id, text=notice)
        )
        if not self.house.access.telegram_user(query.from_user.id):
            return
        event = Event(f"telegram:{query.from_user.id}", EventKind.PRESS, address)
        reply = await self._ask(event)
        message = query.message
        if reply.fresh or not isinstance(message, Message):
            await self._send(query.from_user.id, reply, repeated, before)
            return
        drawn = draw(reply)
        if shows_already(message, drawn):
            return
        if not await self.sender.edit(message.chat.id, message.message_id, drawn):
            await self._send(message.chat.id, reply, repeated, before)

    async def _send(self, chat: int, reply: Reply, repeated: bool, before: BeforeSending) -> None:
        await before()
        sent = await self.sender.send(chat, draw(reply), repeated)
        if reply.pin:
            await self.sender.quietly(
                lambda: self.sender.bot.pin_chat_message(chat, sent, disable_notification=True)
            )

    async def _inline(self, query: InlineQuery) -> None:
        """``@bot 问题``: guides to share with a colleague, each by its link."""
        results = []
        if self.house.access.telegram_user(query.from_user.id) and query.query.strip():
            guides = await asyncio.to_thread(self.house.assistant.suggest, query.query)
            for guide, reply in guides[:_INLINE_RESULTS]:
                drawn = draw(reply)
                content = InputTextMessageContent(drawn.text, parse_mode=ParseMode.HTML)
                results.append(
                    InlineQueryResultArticle(
                        guide.id, guide.title, content, description=guide.summary
                    )
                )
        await self.sender.quietly(
            lambda: self.sender.bot.answer_inline_query(
                query.id,
                results,
                cache_time=0,
                is_personal=True,
                button=InlineQueryResultsButton("打开明白", start_parameter="menu"),
            )
        )

    async def _ask(self, event: Event) -> Reply:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self.house.assistant.handle, event)


def read_message(message: Message, person: str) -> Event:
    """What a message means: words, a command, or something that cannot be read."""
    if message.text is not None:
        if message.text.startswith("/"):
            command, _, rest = message.text[1:].partition(" ")
            return Event(person, EventKind.PRESS, _address(command.partition("@")[0], rest))
        return Event(person, EventKind.TEXT, message.text)
    if message.voice or message.audio or message.video_note:
        return Event(person, EventKind.UNREADABLE, "voice")
    if message.sticker or message.animation:
        return Event(person, EventKind.UNREADABLE, "sticker")
    if message.document or message.photo or message.video:
        return Event(person, EventKind.UNREADABLE, "file")
    return Event(person, EventKind.UNREADABLE, "other")


def _address(command: str, rest: str) -> str:
    payload = rest.strip()
    if command == "start" and payload and payload != "menu":
        return f"g/{payload}"
    return _COMMANDS.get(command, "home" if command == "start" else "help")
