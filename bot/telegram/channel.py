"""One update in, one screen out: understands updates, calls the assistant, sends replies."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from telegram import InputFile

from bot.house import House
from bot.people.codes import is_code
from bot.people.rates import Pass
from bot.people.roles import Member
from bot.screens.call import in_a_hurry
from bot.screens.cards import home
from bot.screens.qr import qr_png
from bot.screens.reply import Caution, Code, Draft, Event, EventKind, File, Reply, Text, plain
from bot.screens.sentences import (
    HEARD,
    NOT_ENTERED,
    NOT_INVITED,
    NOT_INVITED_SHORT,
    ONLY_WORDS,
    TOO_FAST_SHORT,
    UNSURE,
    UNSURE_SHORT,
    WELCOME,
)
from bot.store.database import StoreError
from bot.telegram.commands import CHANNEL, read_message
from bot.telegram.drawing import draw, shows_already
from bot.telegram.incoming import Incoming, Pressed, Said, Typed
from bot.telegram.sending import Sender, Undelivered
from bot.topics.topic import changes

log = logging.getLogger(__name__)

_INLINE_RESULTS = 5
_LONGEST_TOAST = 200  # characters, by the Bot API
_THREADS = 2
_REMEMBERED = 10_000
_T = TypeVar("_T")

BeforeSending = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Admitted:
    """``member``: who may go on; None: not invited, (``unsure``) perhaps invited, which nobody
    can say now, or (``allowed``) too fast."""

    member: Member | None
    allowed: Pass
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class Sending:
    """``before`` is awaited before anything that must not go out twice; ``repeated`` marks it."""

    repeated: bool
    before: BeforeSending


@dataclass(slots=True)
class _Spoken:
    """What a chat heard last: which message was answered by which, and the album that was."""

    message: int = 0
    answer: int = 0
    album: str = ""


class Channel:
    def __init__(self, house: House, sender: Sender) -> None:
        self.house = house
        self.sender = sender
        self._spoken: OrderedDict[int, _Spoken] = OrderedDict()
        # Finding answers is work for the processor: more threads than cores only get in
        # each other's way.
        self._threads = ThreadPoolExecutor(_THREADS, "answering")

    async def handle(self, incoming: Incoming, repeated: bool, before: BeforeSending) -> None:
        """Answer one update. ``before`` is awaited before anything that must not go out twice;
        ``repeated`` marks it. Undeliverable answers are logged."""
        sending = Sending(repeated, before)
        try:
            admitted = await self._admit(incoming)
            match incoming:
                case Said():
                    await self._hear(incoming, admitted, sending)
                case Pressed():
                    await self._press(incoming, admitted, sending)
                case Typed():
                    await self._suggest(incoming, admitted)
        except Undelivered as error:
            log.warning("an answer could not be delivered: %s", error)

    async def _admit(self, incoming: Incoming) -> Admitted:
        """Who this is and whether they may go on now: the one gate of everything."""
        now, user = self.house.clock(), incoming.user
        # Inline queries come with every letter typed: they do not use up what may be asked.
        counted = "inline" if isinstance(incoming, Typed) else CHANNEL
        allowed = self.house.rates.take(f"{counted}:{user}", now)
        if allowed is not Pass.FREE:
            return Admitted(None, allowed)
        look = self.house.access.telegram
        try:
            member = await self._in_thread(lambda: look(user, now))
        except StoreError:
            return Admitted(None, allowed, unsure=True)
        return Admitted(member, allowed)

    async def _hear(self, said: Said, admitted: Admitted, sending: Sending) -> None:
        heard = self._heard(said.chat)
        if said.edited and not said.words:
            return  # such as a place that moves on
        if said.album and not said.words and heard.album == said.album:
            return  # of photos sent together the first is answered
        heard.album = said.album
        if admitted.allowed is Pass.SILENT:
            return
        if admitted.allowed is Pass.TOLD:
            await self._send(said.chat, await self._too_fast(said.user, admitted.allowed), sending)
            return
        reply = await self._join(said)
        if reply is None and admitted.unsure:
            reply = self._unsure()
        elif reply is None and admitted.member is None:
            reply = _sentence(NOT_INVITED)
        elif reply is None and admitted.member is not None:
            reply = await self._ask(read_message(said, admitted.member))
            if said.words and said.holds:
                reply = replace(reply, blocks=(Caution(ONLY_WORDS), *reply.blocks))
        if reply is not None:
            await self._answer(said, heard, reply, sending)

    async def _too_fast(self, user: int, allowed: Pass) -> Reply:
        """With whom to call, for who is known; looked up once, not at every press of a flood."""
        look, now, member = self.house.access.telegram, self.house.clock(), None
        if allowed is Pass.TOLD:
            with suppress(StoreError):
                member = await self._in_thread(lambda: look(user, now))
        return self._instead(f"{TOO_FAST_SHORT}再试。", member.unit if member else None)

    def _heard(self, chat: int) -> _Spoken:
        heard = self._spoken.setdefault(chat, _Spoken())
        self._spoken.move_to_end(chat)
        if len(self._spoken) > _REMEMBERED:
            self._spoken.popitem(last=False)
        return heard

    async def _answer(self, said: Said, heard: _Spoken, reply: Reply, sending: Sending) -> None:
        """Below what was said; in place where that was only edited and nothing came since."""
        last = heard.message == said.message and heard.answer == self.sender.newest(said.chat)
        in_place = said.edited and last and not _has_files(reply)
        if in_place and await self.sender.edit(said.chat, heard.answer, draw(reply)):
            return
        heard.message = said.message
        heard.answer = await self._send(said.chat, reply, sending)

    async def _join(self, said: Said) -> Reply | None:
        """What an invite's code gets, sent by its link or typed; None: it is no code."""
        words = said.words.split()
        code = words[-1].upper() if words else ""
        typed = len(words) == 1 or (len(words) == 2 and words[0] in ("/start", "/join"))
        if not typed or not is_code(code):
            return None
        account = f"{CHANNEL}:{said.user}"
        enter = partial(self.house.membership.enter, code, account, account, self.house.clock())
        try:
            entered = await self._in_thread(enter)
        except StoreError:
            return self._unsure(NOT_ENTERED)
        if not entered.person:
            return _sentence(entered.told)
        return Draft().add(Text(WELCOME)).row(home()).reply()

    async def _press(self, pressed: Pressed, admitted: Admitted, sending: Sending) -> None:
        # First of all: the spinner on the officer's button stops.
        # Nothing is done yet: it may say no more than that it was heard.
        notice = HEARD if changes(pressed.address) else None
        if admitted.allowed is not Pass.FREE:
            notice = plain(await self._too_fast(pressed.user, admitted.allowed))
        elif admitted.unsure:
            notice = plain(self._unsure())[:_LONGEST_TOAST]
        elif admitted.member is None:
            notice = NOT_INVITED
        toast = {"callback_query_id": pressed.query} | ({"text": notice} if notice else {})
        await self.sender.quietly("answerCallbackQuery", toast)
        if admitted.member is None:
            return
        event = Event.of(admitted.member, CHANNEL, EventKind.PRESS, pressed.address)
        reply = await self._ask(event)
        # Files follow their own message: below an edited one they could be far away from it.
        if reply.fresh or _has_files(reply) or not pressed.message:
            await self._send(pressed.chat, reply, sending)
            return
        drawn = draw(reply)
        if shows_already(pressed.text, pressed.keyboard, drawn):
            return
        if not await self.sender.edit(pressed.chat, pressed.message, drawn):
            await self._send(pressed.chat, reply, sending)

    async def _send(self, chat: int, reply: Reply, sending: Sending) -> int:
        """A new message, its id, and below it the files of ``reply``."""
        await sending.before()
        sent = await self.sender.send(chat, draw(reply), sending.repeated)
        attach = partial(self.sender.attach, chat, repeated=sending.repeated)
        for block in reply.blocks:
            if isinstance(block, Code):
                picture = InputFile(qr_png(block.text), "code.png")
                await attach(method="sendPhoto", kind="photo", file=picture)
            if isinstance(block, File):
                document = InputFile(block.text.encode(), block.name)
                await attach(method="sendDocument", kind="document", file=document)
        if reply.pin:
            pin = {"chat_id": chat, "message_id": sent, "disable_notification": True}
            await self.sender.quietly("pinChatMessage", pin)
        return sent

    async def _suggest(self, typed: Typed, admitted: Admitted) -> None:
        """``@bot 问题``: guides to share with a colleague, each by its link."""
        guides = []
        if admitted.member and typed.words.strip():
            suggest = self.house.assistant.suggest
            guides = await asyncio.to_thread(suggest, typed.words, CHANNEL)
        results = [
            {
                "type": "article",
                "id": guide.id,
                "title": guide.title,
                "description": guide.summary,
                "input_message_content": {"message_text": draw(reply).text, "parse_mode": "HTML"},
            }
            for guide, reply in guides[:_INLINE_RESULTS]
        ]
        answer = {
            "inline_query_id": typed.query,
            "results": results,
            "cache_time": 0,
            "is_personal": True,
            "button": {"text": _inline_label(admitted), "start_parameter": "menu"},
        }
        await self.sender.quietly("answerInlineQuery", answer)

    def _unsure(self, told: str = UNSURE) -> Reply:
        """While nobody can say who somebody is, nor of which unit."""
        return self._instead(told, "")

    def _instead(self, told: str, unit: str | None) -> Reply:
        call = in_a_hurry(self.house.settings.on_call, unit)
        return Draft().add(Text(told), call).reply()

    async def _ask(self, event: Event) -> Reply:
        return await self._in_thread(lambda: self.house.assistant.handle(event))

    async def _in_thread(self, work: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


def _has_files(reply: Reply) -> bool:
    return any(isinstance(block, Code | File) for block in reply.blocks)


def _inline_label(admitted: Admitted) -> str:
    if admitted.allowed is not Pass.FREE:
        return TOO_FAST_SHORT
    if admitted.unsure:
        return UNSURE_SHORT
    return "打开明白" if admitted.member else NOT_INVITED_SHORT


def _sentence(text: str) -> Reply:
    return Draft().add(Text(text)).reply()
