"""Tells officers what their clocks warn of, and others what did not reach them; no channel here.

``warning_reply`` and ``relay_reply`` are the screens. A ``Teller`` takes every message through
the same steps, whoever delivers it: what is obsolete is dropped, the reminder after it is
written, only then it is shown. What cannot be delivered becomes messages of the kind
``relay`` to the legal staff of the officer's unit, and after them to administrators.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from bot.assembly import House
from bot.clock import Clock, Light, light
from bot.message import RELAY, Message
from bot.notice import KIND, is_obsolete, late, successor
from bot.outbox import Delivery, NotTaken
from bot.replies import Block, Button, Caution, Draft, Reply, Text, Title
from bot.roles import Role
from bot.span import spoken
from bot.store.outbox import Claimed
from bot.store.people import Person
from bot.topics.clocks import LIGHTS
from guides.parts import Circulation

# How long a page or a terminal has to show what nobody can push, before others are told.
UNSEEN = timedelta(minutes=5)
REPEATED = "（可能重复）"
ELSEWHERE = "这是内部指引的时限，详情看手机网页。"
UNSURE = "未核对原文，使用前查对"
ACT = "请马上联系本人；联系不上的，请马上告诉他的带班领导。"
_MINUTE = timedelta(minutes=1)
_LEGAL = (Role.LEGAL, Role.DUTY)

Body: TypeAlias = dict[str, Any]  # of ``bot.notice.body``


def warning_reply(
    body: Body, now: datetime, repeated: bool = False, shows: Light | None = None
) -> Reply:
    """What the officer is told at ``now``, with all that can be done at once.

    ``shows``: the light of the clock; by default what ``body`` alone can tell.
    """
    draft = Draft().add(Title(f"{_lamp(body, now, shows)} {_state(body, now)}"))
    draft.add(*_details(body, now, repeated))
    at = f"{body['clock']}/{body['version']}"
    _look(draft, body, now)
    draft.row(
        Button("10 分钟后再提醒", f"snooze/{at}/10"), Button("1 小时后再提醒", f"snooze/{at}/60")
    )
    return draft.row(Button("已办完，停止", f"stop/{at}")).reply(fresh=True)


def _look(draft: Draft, body: Body, now: datetime) -> None:
    confirm = f"ack/{body['clock']}/{body['version']}" if _is_over(body, now) else ""
    draft.row(
        Button("看时限", f"clock/{body['clock']}"), Button("知道了", confirm) if confirm else None
    )


def relay_reply(
    body: Body, now: datetime, repeated: bool = False, shows: Light | None = None
) -> Reply:
    """What is told to others when a warning did not reach its officer: they call, and can look
    at the clock, confirm and stop it in their place (topics/clocks.py, ``own_clock``)."""
    unit, label = body["for"]["unit"], body["for"]["label"]
    whose = (f"〔{unit}〕" if unit else "") + label or "有人"
    told = f"{_lamp(body, now, shows)} {whose}的一个时限提醒送不到本人"
    draft = Draft().add(Title(told), Caution(_state(body, now)))
    draft.add(*_details(body, now, repeated), Text(ACT))
    _look(draft, body, now)
    return draft.row(Button("已办完，停止", f"stop/{body['clock']}/{body['version']}")).reply(
        fresh=True
    )


def laid_bare(body: Body) -> Body:
    """A body without the words of an internal guide."""
    return {**body, "limit": "一个时限", "at_end": None, "why": None, "sure": True, "bare": True}


def telegram_chats(person: str, accounts: Iterable[str]) -> tuple[int, ...]:
    """Where Telegram reaches ``person``, who is an account or a member with ``accounts``."""
    numbers = (account.partition("telegram:")[2] for account in (person, *accounts))
    return tuple(dict.fromkeys(int(number) for number in numbers if number))


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
        """As ``bot.outbox.Deliver``, where there is no Telegram at all."""
        told = await asyncio.to_thread(self.prepare, claimed, "page")
        if isinstance(told, Delivery):
            return told
        return await asyncio.to_thread(self.leave_to_screens, claimed)

    def prepare(self, claimed: Claimed, channel: str) -> Reply | Delivery:
        """What to show on ``channel``, when the reminder after it is safe; or what has become
        of the message: DELIVERED when it says nothing any more, UNDELIVERABLE when its person
        may not be written to any longer."""
        message, now = claimed.message, self.house.clock()
        clock = self._standing(message)
        if clock is None:
            return Delivery.DELIVERED
        self._chain(message, clock, now)
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

    def escalate(self, claimed: Claimed) -> list[Message]:
        """Who is told instead, each by a message of their own; nobody twice."""
        message, now = claimed.message, self.house.clock()
        known = self._people.get(message.person) or self._people.of_account(message.person)
        tried = {*message.body.get("tried", ()), message.person}
        if message.kind == RELAY:
            about = message.body["for"]
            heirs = self._administrators(tried, now)
        else:
            tried |= {known.id} if known else set()
            about = {"unit": known.unit if known else "", "label": known.label if known else ""}
            heirs = self._legal_staff(about["unit"], tried, now)
            heirs = heirs or self._administrators(tried, now)
        body = {**message.body, "for": about, "tried": sorted({*tried, *heirs})}
        name = message.name.partition(f"/{RELAY}/")[0]
        return [
            Message(f"{name}/{RELAY}/{heir}", heir, RELAY, message.subject, body, now)
            for heir in heirs
        ]

    def _legal_staff(self, unit: str, tried: Collection[str], now: datetime) -> list[str]:
        """Of ``unit`` or of the nearest one above it that has any who can be reached."""
        staff = [
            one
            for one in self._people.all()
            if one.active(now) and one.role in _LEGAL and one.id not in tried and self._reached(one)
        ]
        while True:
            here = [one.id for one in staff if one.unit == unit]
            if here or not unit:
                return here
            unit = unit.rpartition("/")[0]

    def _reached(self, one: Person) -> bool:
        # Without Telegram everybody has the page only.
        return not self.house.settings.telegram_token or bool(self.chats(one.id))

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
        body = laid_bare(message.body) if self._is_withheld(clock, channel) else message.body
        draw = relay_reply if message.kind == RELAY else warning_reply
        return draw(body, now, repeated, shows)

    def _is_withheld(self, clock: Clock, channel: str) -> bool:
        """Whether a channel may not show the words of a clock's guide; a guide that is gone may
        have been an internal one."""
        if channel in self.house.settings.internal_on:
            return False
        versions = [g for g in self.house.serving.release.library.guides if g.id == clock.guide]
        return not versions or any(g.circulation is Circulation.INTERNAL for g in versions)


def _about(claimed: Claimed) -> tuple[str, str]:
    return claimed.message.kind, claimed.message.subject


def _is_over(body: Body, now: datetime) -> bool:
    return body["due"] is not None and datetime.fromisoformat(body["due"]) <= now


def _lamp(body: Body, now: datetime, shows: Light | None) -> str:
    if shows is None:
        shows = Light.RED if _is_over(body, now) else Light.AMBER if body["due"] else Light.GREEN
    return LIGHTS[shows]


def _state(body: Body, now: datetime) -> str:
    """「〔警情A〕看伞8小时还有 30 分钟」."""
    what = (f"〔{body['label']}〕" if body["label"] else "") + body["limit"]
    if body["due"] is None:
        return f"{what}还在暂停" + (f"：{body['why']}" if body["why"] else "")
    rest = datetime.fromisoformat(body["due"]) - now
    if rest > timedelta():
        # To the nearest minute: what is sent half an hour before arrives a second later.
        near = rest < _MINUTE / 2
        return f"{what}还有" + ("不到 1 分钟" if near else f" {spoken(rest + _MINUTE / 2)}")
    return f"{what}到期了" if rest > -_MINUTE else f"{what}已超 {spoken(rest)}"


def _details(body: Body, now: datetime, repeated: bool) -> list[Block | None]:
    due = datetime.fromisoformat(body["due"]) if body["due"] else None
    behind = late(body, now)
    return [
        Text(REPEATED) if repeated else None,
        Text(f"{due:%Y-%m-%d %H:%M} 到期") if due else None,
        Caution(f"到时必须：{body['at_end']}") if body["at_end"] else None,
        Text(behind) if behind else None,
        Caution(UNSURE) if not body["sure"] else None,
        Text(ELSEWHERE) if body.get("bare") else None,
    ]
