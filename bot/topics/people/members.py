"""Who may ask: the members of one's own branch, their roles, and revoking them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.people.roles import ROLE_NAMES, Member, Role, grants
from bot.screens.cards import back, home
from bot.screens.reply import Button, Caution, Crumbs, Draft, Item, Items, Reply, Text, Title
from bot.screens.sentences import HOME, PASSED_ON, PASSED_TO_NOBODY
from bot.topics.topic import Turn, screen

if TYPE_CHECKING:
    from bot.store.people import Person

_CRUMBS = Crumbs((HOME, "人员"))
_SHOWN = 80


def line(person: Person) -> str:
    """「民警 · 城东分局/河口派出所 · 夜班手机」."""
    parts = (ROLE_NAMES[person.role], person.unit or "不限单位", person.label)
    return " · ".join(part for part in parts if part)


def who(member: Member) -> str:
    """「法制民警，城东分局」."""
    return f"{ROLE_NAMES[member.role]}，{member.unit or '不限单位'}"


@screen("people", Role.LEGAL)
def open_people(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    if turn.membership is None:
        return None
    members = turn.membership.members(turn.member, turn.now)
    draft = Draft().add(_CRUMBS, Title(f"人员（{len(members)}）"))
    draft.row(Button("邀请", "invite"), Button("未用完的邀请", "invites"))
    draft.grid([Button(line(one), f"person/{one.id}") for one in members[:_SHOWN]], wide=1)
    if len(members) > _SHOWN:
        draft.add(Text(f"只列出前 {_SHOWN} 人；全部名单请管理员查。"))
    return draft.row(home()).reply()


@screen("person", Role.LEGAL)
def open_person(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    known = _known(turn, rest[:1])
    return _shown(turn, known) if known and len(rest) == 1 else None


@screen("unperson", Role.LEGAL, changes=True, asks=1)
def remove(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    """``unperson/<id>`` asks once more, ``unperson/<id>/yes`` revokes."""
    known = _known(turn, rest[:1])
    if known is None or turn.membership is None or rest[1:] not in ((), ("yes",)):
        return None
    draft = Draft().add(_CRUMBS, Title("撤销使用"))
    if not rest[1:]:
        draft.add(Text(line(known)), Caution("撤销后立刻不能用，个人数据立刻删除。确定吗？"))
        running = turn.incidents.clocks.of(known.id) if turn.incidents else ()
        if running:
            told = passed_on(turn, known.id, known.unit)
            draft.add(Caution(f"他还有 {len(running)} 个时限在走，{told}。"))
        draft.row(Button("确定撤销", f"unperson/{known.id}/yes"))
        return draft.row(back(f"person/{known.id}"), home()).reply()
    closed = turn.membership.remove(turn.member, known, turn.now)
    told = "已撤销。"
    if closed:
        told += f"和他有关的 {closed} 个未用完的邀请也作废了，需要的请重新邀请。"
    return draft.add(Text(told)).row(back("people", "人员"), home()).reply(at="people", toast=told)


@screen("rerole", Role.LEGAL, changes=True)
def change_role(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    """``rerole/<id>/<role>``."""
    known = _known(turn, rest[:1])
    if known is None or turn.membership is None or len(rest) != 2 or rest[1] not in set(Role):
        return None
    turn.membership.change_role(turn.member, known, Role(rest[1]), turn.now)
    changed = _known(turn, rest[:1])
    return _shown(turn, changed) if changed else None


def _known(turn: Turn, rest: tuple[str, ...]) -> Person | None:
    if turn.membership is None or not rest:
        return None
    return turn.membership.member(turn.member, rest[0], turn.now)


def _shown(turn: Turn, known: Person) -> Reply:
    joined = f"{known.joined.astimezone(turn.now.tzinfo):%Y-%m-%d} 加入"
    if known.ends:
        joined += f"，用到 {known.ends.astimezone(turn.now.tzinfo):%Y-%m-%d}"
    draft = Draft().add(_CRUMBS, Title(line(known)), Items("", (Item(f"编号 {known.id}", joined),)))
    if turn.membership and turn.membership.may_change(turn.member, known):
        others = [role for role in grants(turn.member.role) if role is not known.role]
        for role in others:
            draft.row(Button(f"改为{ROLE_NAMES[role]}", f"rerole/{known.id}/{role}"))
        draft.add(Text("他换了手机、退出了登录：重新邀请，进来还是他，处置和时限都在。"))
        draft.row(Button("重新邀请", f"again/{known.id}"))
        draft.row(Button("撤销使用", f"unperson/{known.id}"))
    return draft.row(back("people", "人员"), home()).reply(at=f"person/{known.id}")


def passed_on(turn: Turn, person: str, unit: str) -> str:
    """Who is told of the limits that somebody leaves running."""
    known = turn.membership
    return PASSED_ON if known and known.has_heirs(person, unit, turn.now) else PASSED_TO_NOBODY
