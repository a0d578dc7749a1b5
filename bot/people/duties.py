"""Who may do what: an action on a thing, and the reason for which it is allowed. Pure.

Decided here and nowhere else; ``docs/权限.md`` is written from this table (a test looks).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.people.roles import Member, Role, allows, grants, within


class Action(StrEnum):
    """The value says it in Chinese, for whoever reads the table."""

    WALK = "看、勾、改、交接、导出一次处置"
    CLOCK = "看、延长、暂停、改、停止一个时限"
    LOOK_AT_MEMBER = "看一个人员"
    INVITE = "邀请人，看和作废没用完的邀请"
    CHANGE_MEMBER = "撤销一个人，重新邀请他"
    GRANT = "把一个人设为某个角色"


@dataclass(frozen=True, slots=True)
class Thing:
    """What it is done to: whose it is, of which role and unit; ``told``: whether whoever wants to
    do it was told of it in its owner's place, looked up only for those to whom it matters."""

    person: str = ""
    role: Role = Role.OFFICER
    unit: str = ""
    told: Callable[[], bool] = lambda: False


@dataclass(frozen=True, slots=True)
class Duty:
    """``reason``: in Chinese, who may and why."""

    reason: str
    holds: Callable[[Member, Thing], bool]


def _own(by: Member, thing: Thing) -> bool:
    return bool(by.person) and by.person == thing.person


def _told_instead(by: Member, thing: Thing) -> bool:
    return allows(by.role, Role.DUTY) and thing.told()


def _below(by: Member, thing: Thing) -> bool:
    return thing.role in grants(by.role) and within(thing.unit, by.unit)


def _somebody_below(by: Member, thing: Thing) -> bool:
    return not _own(by, thing) and _below(by, thing)


def _in_branch(by: Member, thing: Thing) -> bool:
    return allows(by.role, Role.LEGAL) and within(thing.unit, by.unit)


DUTIES: Mapping[Action, tuple[Duty, ...]] = {
    Action.WALK: (Duty("本人的", _own),),
    Action.CLOCK: (
        Duty("本人的", _own),
        Duty("值班法制员以上，提醒送不到本人、改发给了他的", _told_instead),
    ),
    Action.LOOK_AT_MEMBER: (Duty("法制民警以上，在自己单位以内的", _in_branch),),
    Action.INVITE: (Duty("自己能授予的角色，在自己单位以内的", _below),),
    Action.CHANGE_MEMBER: (Duty("自己能授予的角色，在自己单位以内的，不是本人", _somebody_below),),
    Action.GRANT: (Duty("新旧角色都是自己能授予的，在自己单位以内的，不是本人", _somebody_below),),
}


def reason(by: Member, action: Action, thing: Thing) -> str:
    """Why ``by`` may do it; "": they may not."""
    return next((duty.reason for duty in DUTIES[action] if duty.holds(by, thing)), "")


def may(by: Member, action: Action, thing: Thing) -> bool:
    return bool(reason(by, action, thing))
