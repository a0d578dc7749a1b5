"""What one can talk about. Each topic owns its screens and registers them by address.

A screen function takes the turn and the rest of the address and returns a reply, or
None when the address means nothing any more (a retired guide, a forged button).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, TypeAlias

from bot.conversation import Conversation
from bot.links import Links
from bot.replies import Reply
from bot.roles import NOBODY, Member, Role
from bot.withheld import Thing, Withheld
from guides.library import Library
from guides.model import Guide
from guides.texts import Texts
from index.answers import Answer

if TYPE_CHECKING:  # with the database behind it: not for `ask`, which starts every time
    from bot.incidents import Incidents
    from bot.membership import Membership


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
    membership: Membership | None = None  # None: nobody is remembered here
    # A guide as it was on a day, also when it is withdrawn now; as this channel may show it.
    earlier: Callable[[str, date], Guide | None] = lambda *_: None
    links: Links | None = None
    may_show: Callable[[Thing], bool] = lambda _: True  # on this channel (bot/withheld.py)
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
# The role a screen asks for, and those that change something: the page posts to them.
ROLES: dict[str, Role] = {}
CHANGING: set[str] = set()
HEARINGS: list[Hearing] = []


def screen(
    prefix: str, role: Role = Role.OFFICER, changes: bool = False
) -> Callable[[Screen], Screen]:
    """Register what opens for addresses beginning with ``prefix``, for ``role`` and above.

    ``changes``: opening it changes something, so a link from elsewhere must not open it.
    """

    def register(function: Screen) -> Screen:
        if prefix in SCREENS:
            raise ValueError(f"two topics claim {prefix}/")
        SCREENS[prefix] = function
        ROLES[prefix] = role
        if changes:
            CHANGING.add(prefix)
        return function

    return register


def hearing(function: Hearing) -> Hearing:
    """Register who may understand a typed line before it is taken for a question."""
    HEARINGS.append(function)
    return function


def awaited(function: Hearing) -> Hearing:
    """As ``hearing``, for who asked for a line and is heard before all others."""
    HEARINGS.insert(0, function)
    return function


# Registered by being imported; at the end, since they import from here.
from bot.topics import (  # noqa: E402, F401
    asking,
    beginning,
    clocks,
    favourites,
    feedback,
    guide,
    handing,
    help,
    inviting,
    laws,
    limits,
    menu,
    people,
    pinning,
    pointing,
    privacy,
    recents,
    reminding,
    sheet,
    showing,
    walks,
    winding,
)
