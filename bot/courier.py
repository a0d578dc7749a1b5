"""Tells officers what their clocks warn of, and others what did not reach them; no channel here.

A ``Teller`` takes every message through the same steps, whoever delivers it: what is obsolete is
dropped, the reminder after it is written, only then it is shown (``topics/clocks/warnings.py``).
What cannot be delivered becomes messages of the kind ``relay`` to the legal staff of the officer's
unit, and after them to administrators.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NoReturn

from bot.clocks.clock import Clock, light
from bot.clocks.notice import KIND, is_obsolete, successor
from bot.house import House
from bot.message import RELAY, Message
from bot.people.roles import Member, Role, standing_in, telegram_chats
from bot.screens.reply import Reply
from bot.screens.withheld import may_show
from bot.services.dispatcher import Delivery, NotTaken, say_nobody_is_left
from bot.store.outbox import Claimed
from bot.topics.clocks.warnings import laid_bare, relay_reply, warning_reply

# How long a page or a terminal has to show what nobody can push, before others are told.
UNSEEN = timedelta(minutes=5)
# How long Telegram has to take what it can push: a try begun just before still ends in time.
UNTAKEN = timedelta(minutes=3, seconds=30)
_LONGEST_PAUSE = 30  # seconds between two tries; twice as long once others have been told
HANDED_ON = "handed_on"  # in a body: others have been told, and it is still tried


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that a page or a terminal has to show. ``address``: the screen behind it."""

    id: int
    stage: str
    address: str
    reply: Reply


class Teller:
    """Reads and writes the database, so it belongs in a thread; ``deliver`` does not."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._outbox = house.incidents.outbox
        self._people = house.membership.people

    async def deliver(self, claimed: Claimed) -> Delivery:
        """As ``bot.services.dispatcher.Deliver``, where there is no Telegram at all."""
        told = await asyncio.to_thread(self.prepare, claimed, "page")
        if isinstance(told, Delivery):
            return told
        return await asyncio.to_thread(self.leave_to_screens, claimed)

    def prepare(self, claimed: Claimed, channel: str) -> Reply | Delivery:
        """What to show on ``channel``, when the reminder after it is safe; or what has become
        of the message: DELIVERED when it says nothing any more, or nothing that a later one that
        came due does not say, UNDELIVERABLE when its person may not be written to any longer."""
        message, now = claimed.message, self.house.clock()
        clock = self._standing(message)
        if clock is None:
            return Delivery.DELIVERED
        self._chain(message, clock, now)
        later = self._outbox.later_ones(claimed, now)
        if any(one.body["version"] == message.body["version"] for one in later):
            return Delivery.DELIVERED
        if not self.house.access.active(message.person, now):
            return Delivery.UNDELIVERABLE
        return self._screen(message, clock, now, channel)

    def chats(self, person: str) -> tuple[int, ...]:
        """The person's Telegram chats; none for the operator and for who uses the page only."""
        return telegram_chats(person, self._people.accounts_of(person))

    def leave_to_screens(self, claimed: Claimed) -> Delivery:
        """A message whose person only a page or a terminal can reach: NotTaken while they have
        time to show it, then UNDELIVERABLE."""
        now, until = self.house.clock(), claimed.due + UNSEEN
        if now >= until:
            return Delivery.UNDELIVERABLE
        # Given back here and not by the Dispatcher: its pauses double, and would overshoot.
        self._outbox.later(claimed, min(until, now + UNSEEN))
        raise NotTaken("left to the page and the terminal")

    def hand_on(self, claimed: Claimed, arrived: bool) -> NoReturn:
        """A message that Telegram does not take now: NotTaken, to be tried again soon. When its
        time is nearly up, others are told as well; whoever has a page finds it there all the
        while. ``arrived``: it may have been taken."""
        now, until = self.house.clock(), claimed.due + UNTAKEN
        again = now + timedelta(seconds=min(2**claimed.tries, _LONGEST_PAUSE))
        if now < until:
            self._outbox.later(claimed, min(again, until), arrived)
        elif claimed.message.body.get(HANDED_ON):
            again = now + timedelta(seconds=2 * _LONGEST_PAUSE)
            self._outbox.later(claimed, again, arrived)
        else:
            body = {**claimed.message.body, HANDED_ON: True}
            instead = self.escalate(claimed, by_page=True)
            self._outbox.hand_on(claimed, again, arrived, body, instead)
            if not instead:
                say_nobody_is_left(claimed)
        raise NotTaken("Telegram does not take it now")

    def pull(self, person: str, channel: str) -> list[Waiting]:
        """What a page or a terminal has to show ``person`` now; nothing is changed by looking.

        Of each clock the newest only: all of them say how it stands now.
        """
        now = self.house.clock()
        newest: dict[tuple[str, str], Waiting] = {}
        for claimed in self._outbox.pull(person, now):
            message = claimed.message
            if (clock := self._standing(message)) is None:
                continue
            reply = self._screen(message, clock, now, channel, claimed.repeated)
            shown = Waiting(claimed.id, message.body["stage"], f"clock/{clock.id}", reply)
            newest[_about(claimed)] = shown
        return list(newest.values())

    def seen(self, person: str, ids: Collection[int]) -> None:
        """``person`` has read these, and with them what came before about the same clock."""
        now = self.house.clock()
        pulled = self._outbox.pull(person, now)
        last = {_about(claimed): claimed.due for claimed in pulled if claimed.id in ids}
        earlier = {one.id for one in pulled if _about(one) in last and one.due <= last[_about(one)]}
        read = {*ids, *earlier}
        # As in sending: first the reminder after it, then the mark.
        for claimed in self._outbox.take(person, read, now):
            if (clock := self._standing(claimed.message)) is not None:
                self._chain(claimed.message, clock, now)
        self._outbox.seen(person, read, now)

    def escalate(self, claimed: Claimed, by_page: bool = False) -> list[Message]:
        """Who is told instead, each by a message of their own; nobody twice. ``by_page``: those
        too who have the page only, since Telegram reaches nobody now."""
        message, now = claimed.message, self.house.clock()
        known = self._people.get(message.person) or self._people.of_account(message.person)
        tried = {*message.body.get("tried", ()), message.person}
        if message.kind == RELAY:
            about = message.body["for"]
            heirs = self._administrators(tried, now)
        else:
            tried |= {known.id} if known else set()
            about = {"unit": known.unit if known else "", "label": known.label if known else ""}
            heirs = self._legal_staff(about["unit"], tried, now, by_page)
            heirs = heirs or self._administrators(tried, now)
        body = {**message.body, "for": about, "tried": sorted({*tried, *heirs})}
        body.pop(HANDED_ON, None)
        name = message.name.partition(f"/{RELAY}/")[0]
        return [
            Message(f"{name}/{RELAY}/{heir}", heir, RELAY, message.subject, body, now)
            for heir in heirs
        ]

    def _legal_staff(
        self, unit: str, tried: Collection[str], now: datetime, by_page: bool
    ) -> list[str]:
        active = (one for one in self._people.all() if one.active(now) and one.id not in tried)
        reached = (lambda _: True) if by_page else self._reached
        return [one.person for one in standing_in((one.member for one in active), unit, reached)]

    def _reached(self, one: Member) -> bool:
        # Without Telegram everybody has the page only.
        return not self.house.settings.telegram_token or bool(self.chats(one.person))

    def _administrators(self, tried: Collection[str], now: datetime) -> list[str]:
        members = [p.id for p in self._people.all() if p.role is Role.ADMIN and p.active(now)]
        for number in sorted(self.house.settings.admins):
            account = f"telegram:{number}"
            known = self._people.of_account(account)
            members.append(known.id if known and known.active(now) else account)
        return [person for person in dict.fromkeys(members) if person not in tried]

    def _standing(self, message: Message) -> Clock | None:
        """The clock as it runs; None when the message says nothing about it any more."""
        clock = self.house.incidents.clocks.get(message.subject)
        return None if is_obsolete(message.body, clock) else clock

    def _chain(self, message: Message, clock: Clock, now: datetime) -> None:
        if message.kind != KIND or now.tzinfo is None:
            return
        incidents = self.house.incidents
        wishes = incidents.preferences.of(clock.person)
        calendar = self.house.serving.release.library.calendar
        after = successor(message.body, clock, calendar, now, wishes, now.tzinfo)
        if after is not None:
            incidents.clocks.chain(clock, after)

    def _screen(
        self, message: Message, clock: Clock, now: datetime, channel: str, repeated: bool = False
    ) -> Reply:
        calendar = self.house.serving.release.library.calendar
        shows = light(clock, calendar, now)
        internal_on, release = self.house.settings.internal_on, self.house.serving.release
        shows_words = may_show(clock, channel, internal_on, release, now.date())
        body = message.body if shows_words else laid_bare(message.body)
        draw = relay_reply if message.kind == RELAY else warning_reply
        return draw(body, now, repeated, shows)


def _about(claimed: Claimed) -> tuple[str, str]:
    return claimed.message.kind, claimed.message.subject
