"""Members of a house, let in as the program does it: by an invite."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.house import House
from bot.people.codes import Invite
from bot.people.roles import OPERATOR, Member, Role

OPERATING = Member(OPERATOR, Role.ADMIN)


def invite(house: House, role: Role, unit: str = "", uses: int = 1, **more: Any) -> str:
    expires = house.clock() + timedelta(days=7)
    wanted = Invite(role, unit, uses, expires, **more)
    return house.membership.invite(OPERATING, wanted, house.clock())


def let_in(house: House, account: str | None, role: Role, unit: str = "", **more: Any) -> Member:
    code = invite(house, role, unit, **more)
    entered = house.membership.enter(code, account, account or "page", house.clock())
    assert entered.person, entered.told
    return Member(entered.person, role, unit)


def revoke(house: House, member: Member) -> None:
    known = house.membership.people.get(member.person)
    assert known is not None
    house.membership.remove(OPERATING, known, house.clock())
