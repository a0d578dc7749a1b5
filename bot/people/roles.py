"""Who somebody is to the bot: a role, a unit, and what follows from them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from guides.personal import ADDRESS, NAME, Found, found_in_label

MOST_UNIT = 200
MOST_PART = 30


class Role(StrEnum):
    """In order: each may do what those before it may."""

    OFFICER = "officer"
    DUTY = "duty"
    LEGAL = "legal"
    ADMIN = "admin"


ROLE_NAMES = {
    Role.OFFICER: "民警",
    Role.DUTY: "值班法制员",
    Role.LEGAL: "法制民警",
    Role.ADMIN: "管理员",
}
_RANK = {role: rank for rank, role in enumerate(Role)}
_GRANTS = {Role.ADMIN: tuple(Role), Role.LEGAL: (Role.OFFICER, Role.DUTY)}

_STAND_IN = (Role.DUTY, Role.LEGAL)

OPERATOR = "operator"  # whoever runs the program: its terminal and its one-time link


@dataclass(frozen=True, slots=True)
class Member:
    """``person`` is the key of everything kept about them; ``unit`` a path, "" for the top."""

    person: str
    role: Role = Role.OFFICER
    unit: str = ""


NOBODY = Member("")  # of a turn that nobody is behind: a preview, a shared card


def telegram_chats(person: str, accounts: Iterable[str]) -> tuple[int, ...]:
    """Where Telegram reaches ``person``, who is an account or a member with ``accounts``."""
    numbers = (account.partition("telegram:")[2] for account in (person, *accounts))
    return tuple(dict.fromkeys(int(number) for number in numbers if number))


def allows(role: Role, needed: Role) -> bool:
    return _RANK[role] >= _RANK[needed]


def grants(role: Role) -> tuple[Role, ...]:
    """The roles that ``role`` may hand out."""
    return _GRANTS.get(role, ())


def within(unit: str, top: str) -> bool:
    """Whether ``unit`` is ``top`` or lies below it; everything lies below ""."""
    return not top or unit == top or unit.startswith(f"{top}/")


def standing_in(
    members: Iterable[Member], unit: str, reached: Callable[[Member], bool] = lambda _: True
) -> list[Member]:
    """Those who are told in the place of somebody of ``unit``: the legal staff of that unit or of
    the nearest one above it that has any who can be ``reached``."""
    above = (one for one in members if one.role in _STAND_IN and within(unit, one.unit))
    legal = [one for one in above if reached(one)]
    nearest = max((len(one.unit) for one in legal), default=0)
    return [one for one in legal if len(one.unit) == nearest]


def read_unit(text: str) -> str:
    """「江城分局 / 城东派出所」 as a path; ValueError, in Chinese, when it is none."""
    parts = [part.strip() for part in text.replace("／", "/").replace("＞", "/").split("/")]
    parts = [part for part in parts if part]
    unit = "/".join(parts)
    if len(unit) > MOST_UNIT or any(len(part) > MOST_PART for part in parts):
        raise ValueError(
            f"单位写得太长：每一级最多 {MOST_PART} 个字；从上到下用 / 隔开，例如 分局/派出所"
        )
    if any(not (c.isalnum() or c in "/-_（）()·") for c in unit):
        raise ValueError("单位里只能有文字、数字和 / 号，例如 分局/派出所")
    _refuse("单位", [one.kind for one in found_in_label(unit) if not _is_place(one, unit)])
    return unit


def _is_place(one: Found, unit: str) -> bool:
    """A unit is called after its place, and 白云 alone is rather a place than a person."""
    alone = one.end - one.start == 2 and unit[one.start : one.end] in unit.split("/")
    return one.kind == ADDRESS or (one.kind == NAME and alone)


def refuse_personal(text: str, what: str) -> None:
    """ValueError, in Chinese, when ``text`` holds what may not be kept."""
    _refuse(what, [one.kind for one in found_in_label(text)])


def _refuse(what: str, kinds: list[str]) -> None:
    if kinds:
        raise ValueError(f"{what}里好像有{'、'.join(dict.fromkeys(kinds))}；不要写个人信息")
