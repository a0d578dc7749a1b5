"""What a topic is given (``Turn``), and how it registers its screens by address.

A screen function takes the turn and the rest of the address and returns a reply, or
None when the address means nothing any more (a retired guide, a forged button).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, TypeAlias

from bot.people.roles import NOBODY, Member, Role
from bot.screens.cards import PAGE_MARK
from bot.screens.conversation import Conversation
from bot.screens.reply import Caution, Field, Reply
from bot.screens.withheld import Thing, Withheld
from bot.services.links import Links
from guides.library import Library
from guides.model import Guide
from guides.texts import Texts
from index.answers import Answer

if TYPE_CHECKING:  # with the database behind it: not for `ask`, which starts every time
    from bot.services.incidents import Incidents
    from bot.services.membership import Membership


@dataclass(slots=True)
class Turn:
    """One event with everything a topic may look at; ``now`` has its time zone."""

    now: datetime
    release: int
    library: Library  # as in force today, and as this channel may show it
    texts: Texts
    answer: Callable[[str], Answer]
    conversation: Conversation = field(default_factory=Conversation)
    member: Member = NOBODY
    channel: str = "page"
    line: str = ""  # what was typed, into the field of a screen or as a message, as it was written
    leads: bool = False  # the reply's ``at`` and ``toast`` are all that is looked at
    session: str = ""  # the name of the browser's, "" where nobody is signed in by one
    membership: Membership | None = None  # None: nobody is remembered here
    # A guide as it was on a day, also when it is withdrawn now; as this channel may show it.
    earlier: Callable[[str, date], Guide | None] = lambda *_: None
    links: Links | None = None
    may_show: Callable[[Thing], bool] = lambda _: True  # on this channel (bot/screens/withheld.py)
    incidents: Incidents | None = None
    # What is remembered of this turn; by default nothing. None: it cannot be looked up now.
    recents: Callable[[], tuple[str, ...] | None] = lambda: ()
    favourites: Callable[[], tuple[str, ...] | None] = lambda: ()
    keep: Callable[[str, bool], None] = lambda *_: None  # a favourite, or no longer
    forget: Callable[[], None] = lambda: None  # what is in memory, not yet on disk
    judged: Callable[[Guide, str], bool] = lambda *_: False  # whether it is written down
    opened: Callable[[str], object] = lambda _guide: None
    missed: Callable[[str, str, tuple[str, ...]], bool] = lambda *_: False  # as judged
    refused: Callable[[str], object] = lambda redline: None

    def guard(self, thing: Thing) -> None:
        """Withheld, unless this channel may show the words of ``thing``."""
        if not self.may_show(thing):
            guide = thing if isinstance(thing, Guide) else self.library.guide(thing.guide)
            raise Withheld(guide.title if guide else "")


Screen: TypeAlias = Callable[[Turn, tuple[str, ...]], Reply | None]
Hearing: TypeAlias = Callable[[Turn, str], Reply | None]

SCREENS: dict[str, Screen] = {}
# The role a screen asks for.
ROLES: dict[str, Role] = {}
# Those that change something, with the number of parts of an address that only asks whether to.
CHANGING: dict[str, int] = {}
HEARINGS: list[Hearing] = []


def screen(
    prefix: str, role: Role = Role.OFFICER, changes: bool = False, asks: int = -1
) -> Callable[[Screen], Screen]:
    """Register what opens for addresses beginning with ``prefix``, for ``role`` and above.

    ``changes``: opening it changes something, so a link must not open it and the page posts to
    it; but for addresses with no more than ``asks`` parts behind the prefix, which only ask
    whether to.
    """

    def register(function: Screen) -> Screen:
        if prefix in SCREENS:
            raise ValueError(f"two topics claim {prefix}/")
        SCREENS[prefix] = function
        ROLES[prefix] = role
        if changes:
            CHANGING[prefix] = asks
        return function

    return register


def changes(address: str) -> bool:
    """Whether opening ``address`` changes something."""
    prefix, *rest = address.partition(PAGE_MARK)[0].split("/")
    return prefix in CHANGING and len(rest) > CHANGING[prefix]


def awaits(turn: Turn, address: str, field: Field) -> None:
    """A line that begins with the word of ``field`` is for it, while its screen ``address`` is
    the last that was opened; the page has the field itself."""
    if turn.channel != "page":
        turn.conversation.awaiting, turn.conversation.said = address, field.said


def typed_for(turn: Turn, prefix: str, word: str, text: str) -> tuple[str, tuple[str, ...]] | None:
    """What follows ``word`` in 「改名 路口那起」, and the rest of the address ``prefix`` that
    waits for it; None: a question. A word that only begins another (改名字) is no such line: what
    somebody asks must be answered, never swallowed as a name. A name keeps its capitals: it is
    taken from the line, ``text`` is the line as it is searched for."""
    waiting, *rest = turn.conversation.awaiting.split("/")
    if waiting != prefix or not re.match(rf"{word}[\s,:]", text):
        return None
    return turn.line[len(word) :].lstrip(" ,:"), tuple(rest)


def saying(reply: Reply | None, toast: str) -> Reply | None:
    """The same, with what has just been done."""
    return replace(reply, toast=toast) if reply else None


def again(reply: Reply | None, told: str) -> Reply | None:
    """The screen that asks, once more: ``told`` says what is wrong with what was typed."""
    if reply is None:
        return None
    return replace(reply, blocks=(Caution(told), *reply.blocks), fresh=True, toast=told)


def made(turn: Turn, token: str) -> str:
    """The code that was made in the last hour and stands behind ``token``; "": forgotten."""
    return next(iter(turn.conversation.lately.find(token, turn.now)), "")


def hearing(function: Hearing) -> Hearing:
    """Register who may understand a typed line before it is taken for a question."""
    HEARINGS.append(function)
    return function


def awaited(function: Hearing) -> Hearing:
    """As ``hearing``, for who asked for a line and is heard before all others."""
    HEARINGS.insert(0, function)
    return function
