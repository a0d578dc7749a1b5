"""Finds what a person is in the middle of and hands the event to its topic.

One for all channels. It never raises for what a person sends or for a database that
is away: the guides can still be read when nothing can be remembered.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache, partial

from bot.people.on_call import OnCall, nearest
from bot.people.roles import ROLE_NAMES, Member, Role, allows
from bot.screens.call import filled
from bot.screens.cards import PAGE_MARK, home, paged
from bot.screens.conversation import Conversation, Conversations
from bot.screens.reply import Call, Caution, Draft, Event, EventKind, Reply, Text
from bot.screens.sentences import (
    FAILED,
    GONE,
    NO_STATE,
    NOT_DONE,
    NOT_YOURS,
    NOTHING_TO_SERVE,
    ON_CALL,
    UNREADABLE,
)
from bot.screens.withheld import Withheld, may_show
from bot.services.incidents import Incidents
from bot.services.links import Links
from bot.services.membership import Membership, NotAllowed
from bot.store.database import PASSING, StoreError, patience
from bot.store.favourites import Favourites
from bot.store.feedback import Feedback
from bot.store.ledger import Ledger
from bot.store.recents import Recents
from bot.topics.reader.asking import hear
from bot.topics.reader.guide import card, elsewhere
from bot.topics.topic import ROLES, SCREENS, Turn, changes
from guides.library import Library
from guides.model import Guide
from guides.texts import Texts
from index.analysis import tidy
from index.answers import Answer
from index.judging import Outcome
from index.releases import NoRelease, Release
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
        self,
        serving: Serving,
        memory: Memory,
        texts: Texts,
        clock: Callable[[], datetime],
        membership: Membership,
        links: Links,
        internal_on: frozenset[str],
        incidents: Incidents,
        on_call: Mapping[str, OnCall],
    ) -> None:
        self.serving = serving
        self.memory = memory
        self.texts = texts
        self.clock = clock
        self.membership = membership
        self.links = links
        self.internal_on = internal_on
        self.incidents = incidents
        self.on_call = on_call

    def handle(self, event: Event) -> Reply:
        """The screen that answers ``event``; whatever fails is logged and said kindly."""
        return filled(self._answer(event), nearest(self.on_call, event.unit))

    def _answer(self, event: Event) -> Reply:
        try:
            return self._handle(event)
        except NoRelease:
            return Draft().add(Caution(NOTHING_TO_SERVE), Call(ON_CALL)).reply(fresh=True)
        except NotAllowed as error:
            return Draft().add(Caution(str(error))).row(home()).reply(fresh=True)
        except StoreError:  # of a step that is nothing without it
            return Draft().add(Caution(NOT_DONE)).row(home()).reply(fresh=True)
        except Exception:
            log.exception("a topic failed")
            return Draft().add(Caution(FAILED), Call(ON_CALL)).row(home()).reply(fresh=True)

    def conversation(self, channel: str, person: str) -> Conversation:
        """Each channel has its own: a button pressed here says nothing of a line typed there."""
        return self.memory.conversations.of(f"{channel} {person}")

    def suggest(self, question: str, channel: str) -> list[tuple[Guide, Reply]]:
        """Guides that fit, each with its card: for sharing. Empty when unsure or refused."""
        try:
            turn = self._turn(self.clock(), channel)
        except NoRelease:
            return []
        answer = turn.answer(question)
        if answer.outcome not in (Outcome.ANSWER, Outcome.CHOOSE):
            return []
        guides = [ranked.guide for ranked in answer.guides if ranked.guide.steps]
        return [(guide, card(turn, guide)) for guide in guides]

    def _turn(self, now: datetime, channel: str) -> Turn:
        """A turn of somebody who is not remembered; NoRelease when nothing is served."""
        release = self.serving.release
        whole = release.on(now.date())
        library = whole if channel in self.internal_on else whole.without_internal
        return Turn(
            now=now,
            release=release.number,
            library=library,
            texts=self.texts,
            answer=cache(lambda text: _shown(release.ask(text, now.date()), library)),
            channel=channel,
            earlier=partial(self._earlier, release, channel),
            may_show=lambda thing: may_show(thing, channel, self.internal_on, release, now.date()),
            links=self.links,
        )

    def _handle(self, event: Event) -> Reply:
        now = self.clock()
        trouble = False

        def safely(write: Callable[[], object]) -> bool:
            nonlocal trouble
            try:
                with patience(PASSING):
                    write()
            except StoreError:
                trouble = True
                return False
            return True

        def remembered(load: Callable[[str], tuple[str, ...]]) -> tuple[str, ...] | None:
            nonlocal trouble
            try:
                with patience(PASSING):
                    return load(event.person)
            except StoreError:
                trouble = True
                return None

        def keep(guide: str, kept: bool) -> None:
            if kept:
                safely(lambda: self.memory.favourites.add(event.person, guide, now))
            else:
                safely(lambda: self.memory.favourites.remove(event.person, guide))

        conversation = self.conversation(event.channel, event.person)
        if event.below is not None:
            # Two pages may be open: a time is for the one it was typed on, never for the other.
            conversation.awaiting = event.below.partition(PAGE_MARK)[0]
        turn = replace(
            self._turn(now, event.channel),
            conversation=conversation,
            member=Member(event.person, event.role, event.unit),
            session=event.session,
            line=tidy(event.text if event.kind is EventKind.TEXT else event.line),
            leads=event.leads,
            membership=self.membership,
            incidents=self.incidents,
            recents=lambda: remembered(self.memory.recents.of),
            favourites=lambda: remembered(self.memory.favourites.of),
            keep=keep,
            forget=lambda: self._forget(event.person),
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
        try:
            self._guard(turn, event)
            reply = _respond(turn, event)
        except Withheld as error:
            reply = elsewhere(turn, str(error), fresh=event.kind is not EventKind.PRESS)
        if not trouble:
            return reply
        toast = reply.toast or NO_STATE
        return replace(reply, blocks=(*reply.blocks, Caution(NO_STATE)), toast=toast)

    def _earlier(self, release: Release, channel: str, owner: str, day: date) -> Guide | None:
        then = release.library.on(day)
        shown = then if channel in self.internal_on else then.without_internal
        return shown.guide(owner)

    def _forget(self, person: str) -> None:
        self.memory.recents.forget(person)
        self.memory.conversations.forget(person)

    def _guard(self, turn: Turn, event: Event) -> None:
        """Withheld for the address of a guide that this channel may not show."""
        if event.kind is not EventKind.PRESS:
            return
        whole = self.serving.release.on(turn.now.date())
        for part in event.text.partition(PAGE_MARK)[0].split("/")[1:]:
            known = whole.limit(part)
            if guide := known[0] if known else whole.guide(part):
                turn.guard(guide)


def _shown(answer: Answer, library: Library) -> Answer:
    """The same answer with the guides as ``library`` has them."""
    guides = tuple(
        replace(ranked, guide=library.guide(ranked.guide.id) or ranked.guide)
        for ranked in answer.guides
    )
    return replace(answer, guides=guides)


def _respond(turn: Turn, event: Event) -> Reply:
    match event.kind:
        case EventKind.PRESS:
            return _press(turn, event.text)
        case EventKind.UNREADABLE:
            told = UNREADABLE.get(event.text, UNREADABLE["other"])
            return Draft().add(Text(told)).row(home()).reply(fresh=True)
    return hear(turn, event.text)


def _press(turn: Turn, address: str) -> Reply:
    path, _, page = address.partition(PAGE_MARK)
    prefix, *rest = path.split("/")
    opened = SCREENS.get(prefix)
    turn.conversation.awaiting = turn.conversation.said = ""
    needed = ROLES.get(prefix, Role.OFFICER)
    if not allows(turn.member.role, needed):
        told = NOT_YOURS.format(role=ROLE_NAMES[needed])
        return Draft().add(Caution(told)).row(home()).reply()
    reply = opened(turn, tuple(rest)) if opened else None
    if reply is None:
        return Draft().add(Text(GONE)).row(home()).reply()
    if not reply.at and not changes(path):
        reply = replace(reply, at=path)
    return paged(reply, path, int(page) if page.isdecimal() and len(page) < 4 else 1)
