"""One update in, one screen out: understands updates, calls the assistant, sends replies."""

from __future__ import annotations

import asyncio
import logging

from telegram import Bot, CallbackQuery, LinkPreviewOptions, Message, Update
from telegram.constants import ParseMode
from telegram.error import BadRequest, TelegramError

from bot.assembly import House
from bot.replies import Draft, Event, EventKind, Reply, Text
from bot.telegram.drawing import draw, shows_already
from bot.texts import NOT_INVITED

log = logging.getLogger(__name__)

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_COMMANDS = {"menu": "home", "help": "help", "recent": "recent"}
COMMANDS = (("menu", "分类菜单"), ("recent", "最近看过"), ("help", "怎么用"))


class Channel:
    def __init__(self, house: House, bot: Bot) -> None:
        self.house = house
        self.bot = bot

    async def handle(self, update: Update) -> None:
        """Answer one update; raises TelegramError when the answer could not be sent."""
        if update.callback_query:
            await self._pressed(update.callback_query)
        elif update.message and update.message.chat.type == "private":
            await self._spoken(update.message)

    async def _spoken(self, message: Message) -> None:
        if message.from_user is None:
            return
        if not self.house.access.telegram_user(message.from_user.id):
            await self._send(message.chat.id, Draft().add(Text(NOT_INVITED)).reply())
            return
        event = read_message(message, f"telegram:{message.from_user.id}")
        await self._send(message.chat.id, await self._ask(event))

    async def _pressed(self, query: CallbackQuery) -> None:
        # First of all: the spinner on the officer's button stops.
        try:
            await self.bot.answer_callback_query(query.id)
        except BadRequest:
            log.info("a button was too old to be answered")
        if not self.house.access.telegram_user(query.from_user.id):
            return
        event = Event(f"telegram:{query.from_user.id}", EventKind.PRESS, query.data or "")
        reply = await self._ask(event)
        if not isinstance(query.message, Message):
            await self._send(query.from_user.id, reply)
            return
        drawn = draw(reply)
        message = query.message
        if shows_already(message.text or "", drawn) and message.reply_markup == drawn.keyboard:
            return
        try:
            await self.bot.edit_message_text(
                drawn.text,
                chat_id=query.message.chat.id,
                message_id=query.message.message_id,
                reply_markup=drawn.keyboard,
                parse_mode=ParseMode.HTML,
                link_preview_options=_NO_PREVIEW,
            )
        except BadRequest as error:
            # The same screen again is no fault; a message that cannot be edited is answered.
            if "not modified" not in error.message:
                await self._send(query.message.chat.id, reply)

    async def _ask(self, event: Event) -> Reply:
        return await asyncio.to_thread(self.house.assistant.handle, event)

    async def _send(self, chat: int, reply: Reply) -> None:
        drawn = draw(reply)
        await self.bot.send_message(
            chat,
            drawn.text,
            reply_markup=drawn.keyboard,
            parse_mode=ParseMode.HTML,
            link_preview_options=_NO_PREVIEW,
        )

    async def introduce(self) -> None:
        """Put the commands into the menu of the chat; not worth failing for."""
        try:
            await self.bot.set_my_commands(COMMANDS)
        except TelegramError as error:
            log.warning("the list of commands could not be set: %s", error)


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
    if command == "start":
        return f"g/{rest.strip()}" if rest.strip() else "home"
    return _COMMANDS.get(command, "help")
