"""Finds what a person is in the middle of and hands the event to its topic.

One for all channels. It never raises for what a person sends or for a database that
is away: the guides can still be read when nothing can be remembered.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from bot.cards import PAGE_MARK, home, paged
from bot.conversation import Conversations
from bot.replies import Caution, Draft, Event, EventKind, Reply, Text
from bot.store.database import StoreError
from bot.store.favourites import Favourites
from bot.store.feedback import Feedback
from bot.store.ledger import Ledger
from bot.store.recents import Recents
from bot.texts import EMPTY, FAILED, GONE, NO_STATE, NOTHING_TO_SERVE, TOO_LONG, UNREADABLE
from bot.topics import HEARINGS, SCREENS, Turn
from bot.topics.asking import ask
from bot.topics.guide import card
from guides.model import Guide
from guides.texts import Texts
from index.analysis import LONGEST_QUESTION, normalise
from index.judging import Outcome
from index.releases import NoRelease
from index.serving import Serving

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Memory:
    """What is remembered between events."""

    conversations: Conversations
    recents: Recents
    favourites: Favourites
    feedback: Feedback
    ledger: Ledger


class Assistant:
    def __init__(
        self, serving: Serving, memory: Memory, texts: Texts, clock: Callable[[], datetime]
    ) -> None:
        self.serving = serving
        self.memory = memory
        self.texts = texts
        self.clock = clock

    def handle(self, event: Event) -> Reply:
        """The screen that answers ``event``; whatever fails is logged and said kindly."""
        try:
            return self._handle(event)
        except NoRelease:
            return Draft().add(Caution(NOTHING_TO_SERVE)).reply(fresh=True)
        except Exception:
            log.exception("a topic failed")
            return Draft().add(Caution(FAILED)).row(home()).reply(fresh=True)

    def suggest(self, question: str) -> list[tuple[Guide, Reply]]:
        """Guides that fit, each with its card: for sharing. Empty when unsure or refused."""
        try:
            turn = self._turn(self.clock())
        except NoRelease:
            return []
        answer = turn.answer(question)
        if answer.outcome not in (Outcome.ANSWER, Outcome.CHOOSE):
            return []
        return [(ranked.guide, card(turn, ranked.guide)) for ranked in answer.guides]

    def _turn(self, now: datetime) -> Turn:
        """A turn of somebody who is not remembered; NoRelease when nothing is served."""
        release = self.serving.release
        return Turn(
            now=now,
            release=release.number,
            library=release.on(now.date()),
            texts=self.texts,
            answer=cache(lambda text: release.ask(text, now.date())),
        )

    def _handle(self, event: Event) -> Reply:
        now = self.clock()
        trouble = False

        def safely(write: Callable[[], object]) -> None:
            nonlocal trouble
            try:
                write()
            except StoreError as error:
                log.warning("%s", error)
                trouble = True

        def remembered(load: Callable[[str], tuple[str, ...]]) -> tuple[str, ...]:
            try:
                return load(event.person)
            except StoreError:
                return ()

        def keep(guide: str, kept: bool) -> None:
            if kept:
                safely(lambda: self.memory.favourites.add(event.person, guide, now))
            else:
                safely(lambda: self.memory.favourites.remove(event.person, guide))

        turn = replace(
            self._turn(now),
            conversation=self.memory.conversations.of(event.person),
            recents=lambda: remembered(self.memory.recents.of),
            favourites=lambda: remembered(self.memory.favourites.of),
            keep=keep,
            judged=lambda guide, verdict: safely(
                lambda: self.memory.feedback.give(
                    event.person, guide.id, guide.revision, verdict, now
                )
            ),
            opened=lambda guide: safely(lambda: self.memory.recents.add(event.person, guide, now)),
            missed=lambda question, outcome, nearest: safely(
                lambda: self.memory.ledger.missed(question, outcome, nearest, now)
            ),
            refused=lambda redline: safely(lambda: self.memory.ledger.refused(redline, now.date())),
        )
        reply = _respond(turn, event)
        return replace(reply, blocks=(*reply.blocks, Caution(NO_STATE))) if trouble else reply


def _respond(turn: Turn, event: Event) -> Reply:
    match event.kind:
        case EventKind.PRESS:
            return _press(turn, event.text)
        case EventKind.UNREADABLE:
            told = UNREADABLE.get(event.text, UNREADABLE["other"])
            return Draft().add(Text(told)).row(home()).reply(fresh=True)
    return _hear(turn, event.text)


def _press(turn: Turn, address: str) -> Reply:
    path, _, page = address.partition(PAGE_MARK)
    prefix, *rest = path.split("/")
    opened = SCREENS.get(prefix)
    turn.conversation.awaiting = ""
    reply = opened(turn, tuple(rest)) if opened else None
    if reply is None:
        return Draft().add(Text(GONE)).row(home()).reply()
    return paged(reply, path, int(page) if page.isdecimal() and len(page) < 4 else 1)


def _hear(turn: Turn, text: str) -> Reply:
    words = normalise(text)
    if not words:
        return Draft().add(Text(EMPTY)).row(home()).reply(fresh=True)
    for hear in HEARINGS:
        if (reply := hear(turn, words)) is not None:
            return paged(reply, "home", 1)
    reply = ask(turn, words)
    if len(words) > LONGEST_QUESTION:
        cut = Caution(TOO_LONG.format(limit=LONGEST_QUESTION))
        reply = replace(reply, blocks=(cut, *reply.blocks))
    return reply
