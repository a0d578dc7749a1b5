"""Letting people in and out: invites, signing in, roles, revoking, leaving.

Whoever asks for something beyond their role gets NotAllowed; the screens and pages do not
offer it, but an address can be typed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.people.codes import (
    AGAIN_DAYS,
    CODE_LIFE,
    MOST_DAYS,
    MOST_USES,
    SIGN_IN_LENGTH,
    Invite,
    is_code,
    new_code,
)
from bot.people.duties import Action, Thing, may
from bot.people.lockout import NONE, by_account, by_address
from bot.people.roles import OPERATOR, ROLE_NAMES, Member, Role, grants, standing_in
from bot.store.audit import Audit
from bot.store.invites import Invites
from bot.store.keys import CODE, LINK, Keys
from bot.store.people import People, Person
from bot.store.personal import PersonalData
from bot.store.tries import Tries

_MANY = 1000
WRONG_CODE = "这个码不对、已经用完或者过期了。请核对，或者向本单位法制部门再要一个。"


class NotAllowed(Exception):
    """Beyond somebody's role or unit; the message says who may."""


@dataclass(frozen=True, slots=True)
class Entered:
    """``person`` is let in, or "" and ``told`` says why not, in the same words for every
    code that does not work."""

    person: str
    told: str = ""
    wait: timedelta = timedelta()


@dataclass(frozen=True)
class Membership:
    people: People
    invites: Invites
    keys: Keys
    personal: PersonalData
    audit: Audit
    tries: Tries
    standing: bool = False  # the settings name administrators, who need no invite

    def invite(self, by: Member, invite: Invite, now: datetime) -> str:
        """The code of a new invite. NotAllowed; ValueError for wrong numbers."""
        if not may(by, Action.INVITE, Thing(role=invite.role, unit=invite.unit)):
            whom = "、".join(ROLE_NAMES[role] for role in grants(by.role)) or "不能邀请别人"
            where = f"“{by.unit}”以内的" if by.unit else ""
            raise NotAllowed(f"你只能邀请{where}{whom}；其他的请找管理员")
        if not 1 <= invite.uses <= MOST_USES:
            raise ValueError(f"一个邀请可以给 1 到 {MOST_USES} 人用，不能是 {invite.uses}")
        if not now < invite.expires <= now + timedelta(days=MOST_DAYS, minutes=1):
            raise ValueError(f"邀请的有效期是 1 到 {MOST_DAYS} 天")
        return self.invites.make(invite, by.person, now)

    def invite_again(
        self, by: Member, known: Person, now: datetime, ends: datetime | None = None
    ) -> str:
        """The code of an invite that lets ``known`` in as who they are: after a lost phone or a
        signing out, with their walks and clocks. ``ends``: a new end of their access."""
        self._demand(by, known)
        if not ends and known.ends and known.ends <= now:
            raise ValueError("他能用的日子已经过了；写上新的“用到哪一天”")
        expires = now + timedelta(days=AGAIN_DAYS)
        invite = Invite(known.role, known.unit, 1, expires, known.label, ends, again=known.id)
        return self.invites.make(invite, by.person, now)

    def open_invites(self, by: Member, now: datetime) -> list[Invite]:
        """Those that ``by`` could have made."""
        return [
            one
            for one in self.invites.open(now)
            if may(by, Action.INVITE, Thing(role=one.role, unit=one.unit))
        ]

    def close_invite(self, by: Member, number: int, now: datetime) -> bool:
        """Whether there was one of ``open_invites`` to close."""
        mine = {one.id for one in self.open_invites(by, now)}
        return number in mine and self.invites.close(number, by.person, now)

    def enter(self, code: str, account: str | None, address: str, now: datetime) -> Entered:
        """By an invite or (a browser, whose ``account`` is None) a sign-in code.

        Wrong codes are counted by account, short ones from a browser by ``address`` and over
        all: then there is a pause, in which a right one does not work either. An invite in a
        browser is never made to wait.
        """
        short = account is None and is_code(code, SIGN_IN_LENGTH)
        counted = by_account(account) if account else by_address(address) if short else {}
        wait = self.tries.take(counted, now) if counted else NONE
        if wait:
            seconds = int(wait.total_seconds()) + 1
            return Entered("", f"输错的次数太多，请过 {seconds} 秒再试。", wait)
        entered = self.keys.use(CODE, code, now) if short else None
        entered = entered or self.invites.accept(code, account, now)
        if entered is None:
            return Entered("", WRONG_CODE)
        if counted:
            self.tries.give_back(counted)
        return Entered(entered)

    def follow(self, key: str, now: datetime) -> Entered:
        """By the operator's one-time link: too long to be guessed, so nobody has to wait."""
        person = self.keys.use(LINK, key, now)
        return Entered(person) if person else Entered("", WRONG_CODE)

    def sign_in_code(self, person: str, now: datetime) -> str:
        """A fresh code for the page; one made before no longer works."""
        code = new_code(SIGN_IN_LENGTH)
        self.keys.add(CODE, code, person, now, CODE_LIFE)
        return code

    def code_until(self, code: str, now: datetime) -> datetime | None:
        """How long a sign-in code works; None: it is used or over."""
        return self.keys.until(CODE, code, now)

    def members(self, by: Member, now: datetime) -> list[Person]:
        """Those of the own branch who may ask now."""
        everyone = self.people.all()
        return [one for one in everyone if self._may_see(by, one, now)][:_MANY]

    def member(self, by: Member, person: str, now: datetime) -> Person | None:
        """One of ``members``; None when ``by`` may not look."""
        known = self.people.get(person)
        return known if known and self._may_see(by, known, now) else None

    def _may_see(self, by: Member, known: Person, now: datetime) -> bool:
        return known.active(now) and may(by, Action.LOOK_AT_MEMBER, _thing(known))

    def has_heirs(self, person: str, unit: str, now: datetime) -> bool:
        """Whether anybody is told of what ``person`` of ``unit`` left running (bot/courier.py)."""
        known = [one for one in self.people.all() if one.active(now) and one.id != person]
        others = [one.member for one in known]
        administrators = self.standing or any(one.role is Role.ADMIN for one in others)
        return administrators or bool(standing_in(others, unit))

    def may_change(self, by: Member, known: Person) -> bool:
        return may(by, Action.CHANGE_MEMBER, _thing(known))

    def remove(self, by: Member, known: Person, now: datetime) -> int:
        """Revoke: data and sessions go at once, but for clocks that run, whose warnings go to
        legal staff from now on; how many open invites were closed with it."""
        self._demand(by, known)
        closed = self.people.remove(known.id, by.person, now)
        self.personal.wipe(known.id)
        return closed

    def change_role(self, by: Member, known: Person, role: Role, now: datetime) -> None:
        self._demand(by, known)
        if not may(by, Action.GRANT, replace(_thing(known), role=role)):
            raise NotAllowed(f"你不能把别人设为{ROLE_NAMES[role]}；请找管理员")
        self.people.change_role(known.id, role, by.person, now)

    def wipe(self, person: str) -> None:
        """Delete everything kept about a person; accounts and role stay, and what runs."""
        self.personal.wipe(person, stays=True)

    def leave(self, person: str, now: datetime) -> None:
        """Delete everything, accounts and role too; of clocks that run the warnings go to legal
        staff from now on, as after a revocation."""
        running = self.personal.wipe(person)
        if ":" not in person and person != OPERATOR:
            self.people.leave(person, now, whole=not running)

    def _demand(self, by: Member, known: Person) -> None:
        if not self.may_change(by, known):
            raise NotAllowed("只能改自己单位以内、权限比你低的人；其他的请找管理员")


def _thing(known: Person) -> Thing:
    return Thing(known.id, known.role, known.unit)
