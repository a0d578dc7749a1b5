"""One update in, one screen out: understands updates, calls the assistant, sends replies."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from telegram import (
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    Message,
    Update,
)
from telegram.constants import ParseMode

from bot.assembly import House
from bot.cards import home
from bot.codes import HAND_LENGTH, is_code
from bot.qr import qr_png
from bot.rates import Pass
from bot.replies import Code, Draft, Event, EventKind, File, Reply, Text
from bot.roles import Member
from bot.store.database import StoreError
from bot.telegram.drawing import draw, shows_already
from bot.telegram.sending import MARK, Sender, Undelivered
from bot.texts import (
    HEARD,
    NOT_DONE,
    NOT_INVITED,
    NOT_INVITED_SHORT,
    TOO_FAST,
    TOO_FAST_SHORT,
    WELCOME,
)
from bot.topics import CHANGING

log = logging.getLogger(__name__)

_COMMANDS = {
    "menu": "home",
    "help": "help",
    "recent": "recent",
    "fav": "fav",
    "walks": "walks",
    "clocks": "clocks",
    "privacy": "privacy",
    "code": "code",
    "people": "people",
    "invite": "invite",
}
COMMANDS = (
    ("menu", "分类菜单"),
    ("recent", "最近看过"),
    ("fav", "我的收藏"),
    ("walks", "我的处置"),
    ("clocks", "我的时限"),
    ("privacy", "我的数据"),
    ("code", "网页登录码"),
    ("help", "怎么用"),
)
CHANNEL = "telegram"
_INLINE_RESULTS = 5
_THREADS = 2

BeforeSending = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Admitted:
    """``member``: who may go on; None: not invited, or (``allowed``) too fast."""

    member: Member | None
    allowed: Pass


@dataclass(frozen=True, slots=True)
class Sending:
    """``before`` is awaited before anything that must not go out twice; ``repeated`` marks it."""

    repeated: bool
    before: BeforeSending


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
            kind = next((kind for kind in HANDLERS if getattr(update, kind, None)), None)
            user = update.effective_user
            if kind is None or user is None:
                return
            admitted = await self._admit(user.id, kind)
            await HANDLERS[kind](self, update, admitted, Sending(repeated, before))
        except Undelivered as error:
            log.warning("an answer could not be delivered: %s", error)

    async def _admit(self, user_id: int, kind: str) -> Admitted:
        """Who this is and whether they may go on now: the one gate of every handler."""
        now = self.house.clock()
        # Inline queries come with every letter typed: they do not use up what may be asked.
        counted = "inline" if kind == "inline_query" else CHANNEL
        allowed = self.house.rates.take(f"{counted}:{user_id}", now)
        if allowed is not Pass.FREE:
            return Admitted(None, allowed)
        loop = asyncio.get_running_loop()
        look = self.house.access.telegram
        member = await loop.run_in_executor(self._threads, look, user_id, now)
        return Admitted(member, allowed)

    async def _spoken(self, update: Update, admitted: Admitted, sending: Sending) -> None:
        message = update.message
        if message is None or message.from_user is None or message.chat.type != "private":
            return
        if admitted.allowed is Pass.SILENT:
            return
        if admitted.allowed is Pass.TOLD:
            await self._send(message.chat.id, _sentence(TOO_FAST), sending)
            return
        reply = await self._join(message, message.from_user.id)
        if reply is None and admitted.member is None:
            reply = _sentence(NOT_INVITED)
        elif reply is None and admitted.member is not None:
            reply = await self._ask(read_message(message, admitted.member))
        if reply is not None:
            await self._send(message.chat.id, reply, sending)

    async def _join(self, message: Message, user_id: int) -> Reply | None:
        """What an invite's code gets, sent by its link or typed; None: it is no code."""
        words = (message.text or "").split()
        code = words[-1].upper() if words else ""
        typed = len(words) == 1 or (len(words) == 2 and words[0] in ("/start", "/join"))
        if not typed or not is_code(code):
            return None
        loop = asyncio.get_running_loop()
        account = f"{CHANNEL}:{user_id}"
        enter = partial(self.house.membership.enter, code, account, account, self.house.clock())
        try:
            entered = await loop.run_in_executor(self._threads, enter)
        except StoreError:
            return _sentence(NOT_DONE)
        if not entered.person:
            return _sentence(entered.told)
        return Draft().add(Text(WELCOME)).row(home()).reply()

    async def _pressed(self, update: Update, admitted: Admitted, sending: Sending) -> None:
        query = update.callback_query
        if query is None:
            return
        address = query.data or ""
        # First of all: the spinner on the officer's button stops.
        # Nothing is done yet: it may say no more than that it was heard.
        notice = HEARD if address.partition("/")[0] in CHANGING else None
        if admitted.allowed is not Pass.FREE:
            notice = TOO_FAST
        elif admitted.member is None:
            notice = NOT_INVITED
        await self.sender.quietly(
            lambda: self.sender.bot.answer_callback_query(query.id, text=notice)
        )
        if admitted.member is None:
            return
        reply = await self._ask(Event.of(admitted.member, CHANNEL, EventKind.PRESS, address))
        message = query.message
        # Files follow their own message: below an edited one they could be far away from it.
        files = any(isinstance(block, File) for block in reply.blocks)
        if reply.fresh or files or not isinstance(message, Message):
            await self._send(query.from_user.id, reply, sending)
            return
        drawn = draw(reply)
        if shows_already(message, drawn):
            return
        if not await self.sender.edit(message.chat.id, message.message_id, drawn):
            await self._send(message.chat.id, reply, sending)

    async def _send(self, chat: int, reply: Reply, sending: Sending) -> None:
        await sending.before()
        sent = await self.sender.send(chat, draw(reply), sending.repeated)
        for block in reply.blocks:
            if isinstance(block, Code):
                picture = qr_png(block.text)
                await self.sender.quietly(partial(self.sender.bot.send_photo, chat, picture))
            if isinstance(block, File):
                content, mark = block.text.encode(), MARK if sending.repeated else None
                document = partial(self.sender.bot.send_document, chat, content, caption=mark)
                await self.sender.quietly(partial(document, filename=block.name))
        if reply.pin:
            await self.sender.quietly(
                lambda: self.sender.bot.pin_chat_message(chat, sent, disable_notification=True)
            )

    async def _inline(self, update: Update, admitted: Admitted, sending: Sending) -> None:
        """``@bot 问题``: guides to share with a colleague, each by its link."""
        query = update.inline_query
        if query is None:
            return
        results = []
        if admitted.member and query.query.strip():
            guides = await asyncio.to_thread(self.house.assistant.suggest, query.query, CHANNEL)
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
                button=InlineQueryResultsButton(_inline_label(admitted), start_parameter="menu"),
            )
        )

    async def _ask(self, event: Event) -> Reply:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self.house.assistant.handle, event)


# By the field of the update; what is not here is not listened to.
HANDLERS: dict[str, Callable[[Channel, Update, Admitted, Sending], Awaitable[None]]] = {
    "callback_query": Channel._pressed,
    "inline_query": Channel._inline,
    "message": Channel._spoken,
}


def _inline_label(admitted: Admitted) -> str:
    if admitted.allowed is not Pass.FREE:
        return TOO_FAST_SHORT
    return "打开明白" if admitted.member else NOT_INVITED_SHORT


def _sentence(text: str) -> Reply:
    return Draft().add(Text(text)).reply()


def read_message(message: Message, member: Member) -> Event:
    """What a message means: words, a command, or something that cannot be read."""
    event = partial(Event.of, member, CHANNEL)
    if message.text is not None:
        if message.text.startswith("/"):
            command, _, rest = message.text[1:].partition(" ")
            return event(EventKind.PRESS, _address(command.partition("@")[0], rest))
        return event(EventKind.TEXT, message.text)
    if message.voice or message.audio or message.video_note:
        return event(EventKind.UNREADABLE, "voice")
    if message.sticker or message.animation:
        return event(EventKind.UNREADABLE, "sticker")
    if message.document or message.photo or message.video:
        return event(EventKind.UNREADABLE, "file")
    return event(EventKind.UNREADABLE, "other")


def _address(command: str, rest: str) -> str:
    payload = rest.strip()
    if command == "start" and is_code(payload, HAND_LENGTH):
        return f"take/{payload}"
    if command == "start" and payload and payload != "menu":
        return f"g/{payload}"
    return _COMMANDS.get(command, "home" if command == "start" else "help")
