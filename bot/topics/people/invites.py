"""Inviting colleagues by chat: role, how many, which unit; then a link and its QR code."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.people.codes import DAYS, Invite
from bot.people.roles import MOST_UNIT, ROLE_NAMES, Role, grants, read_unit, within
from bot.screens.cards import back, home
from bot.screens.reply import (
    Button,
    Caution,
    Code,
    Crumbs,
    Draft,
    Field,
    Item,
    Items,
    Reply,
    Say,
    Text,
    Title,
)
from bot.screens.sentences import HOME
from bot.topics.topic import Turn, again, awaited, awaits, made, saying, screen, typed_for

USES = (1, 20)
OWN = "own"
_UNIT, _EXAMPLE = "单位", "城东分局/河口派出所"
_CRUMBS = Crumbs((HOME, "人员", "邀请"))
_AS_BEFORE = (
    "这是给原来这个人的：进来还是他，处置和时限都在；他一进来，以前登录过的浏览器全部退出。"
)


@screen("invite", Role.LEGAL)
def open_invite(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    """``invite`` asks for role and number, ``invite/<role>/<uses>`` for the unit."""
    if not rest:
        buttons = [
            Button(f"{ROLE_NAMES[role]}，{uses} 人", f"invite/{role}/{uses}")
            for role in grants(turn.member.role)
            for uses in (USES if role is Role.OFFICER else USES[:1])
        ]
        draft = Draft().add(_CRUMBS, Title("邀请谁？"))
        draft.add(Text(f"生成一个链接和二维码，{DAYS} 天内有效。对方打开就能用。"))
        return draft.grid(buttons).row(back("people", "人员"), home()).reply()
    if _wanted(rest) is None:
        return None
    where, address = turn.member.unit, f"invited/{'/'.join(rest)}"
    own = Button(f"就是 {where or '全部单位'}"[:40], address)
    told = f"单位名称，从上到下用 / 隔开，例如：{_EXAMPLE}"
    field = Field(told, address, "邀请到这个单位", MOST_UNIT, _UNIT, _EXAMPLE)
    awaits(turn, f"invite/{'/'.join(rest)}", field)
    return (
        Draft()
        .add(_CRUMBS, Title("哪个单位？"), field)
        .row(own)
        .row(back("invite", "重选"), home())
        .reply(at=f"invite/{'/'.join(rest)}")
    )


@screen("invited", Role.LEGAL, changes=True)
def make(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    """``invited/<role>/<uses>``: for the unit that was typed, below one's own when it does not
    begin with it; without a line for one's own."""
    wanted = _wanted(rest)
    if wanted is None:
        return None
    unit = turn.member.unit
    if turn.line:
        try:
            typed = read_unit(turn.line)
        except ValueError as error:
            return again(open_invite(turn, rest), str(error))
        unit = typed if within(typed, unit) else f"{unit}/{typed}"
    return _made(turn, *wanted, unit)


@screen("again", Role.LEGAL, changes=True)
def invite_again(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    """``again/<member>``: an invite by which the same person comes back."""
    if turn.membership is None or len(rest) != 1:
        return None
    known = turn.membership.member(turn.member, rest[0], turn.now)
    if known is None:
        return None
    code = turn.membership.invite_again(turn.member, known, turn.now)
    return show_invitation(turn, (turn.conversation.lately.keep(turn.now, code),))


@awaited
def hear_unit(turn: Turn, text: str) -> Reply | None:
    """「单位 城东分局」 where no field is, after a role was chosen."""
    if (typed := typed_for(turn, "invite", _UNIT, text)) is None:
        return None
    turn.conversation.awaiting = turn.conversation.said = ""
    return make(replace(turn, line=typed[0]), typed[1])


def _wanted(rest: tuple[str, ...]) -> tuple[Role, int] | None:
    if len(rest) != 2 or rest[0] not in set(Role) or rest[1] not in {str(n) for n in USES}:
        return None
    return Role(rest[0]), int(rest[1])


def _made(turn: Turn, role: Role, uses: int, unit: str) -> Reply | None:
    if turn.membership is None:
        return None
    wanted = Invite(role, unit, uses, turn.now + timedelta(days=DAYS))
    code = turn.membership.invite(turn.member, wanted, turn.now)
    return show_invitation(turn, (turn.conversation.lately.keep(turn.now, code),))


@screen("invitation", Role.LEGAL)
def show_invitation(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    """``invitation/<token>``: the invite that was made, as long as it lets somebody in."""
    if turn.membership is None or turn.links is None or len(rest) != 1:
        return None
    code = made(turn, rest[0])
    invite = turn.membership.invites.find(code, turn.now)
    if invite is None:
        draft = Draft().add(_CRUMBS, Caution("这个邀请用完了、作废了或者过期了。"))
        return draft.row(Button("再邀请", "invite"), home()).reply()
    chat, page = turn.links.invite_telegram(code), turn.links.invite_page(code)
    only_here = turn.links.only_here
    until = f"{invite.expires.astimezone(turn.now.tzinfo):%m-%d %H:%M} 前有效"
    told = f"{_given(invite)}，{invite.uses} 人可用，{until}"
    return (
        Draft()
        .add(
            _CRUMBS,
            Title("邀请做好了"),
            Text(told),
            Text(_AS_BEFORE) if invite.again else None,
            Items("把链接发给对方，或者让对方扫码", ()),
            Say(chat) if chat else None,
            Say(page),
            Code(chat or page),
            Caution(only_here) if only_here else None,
            Text(f"也可以让对方在聊天里发这个码：{code}"),
            Caution("谁拿到都能用：只发给本人。发错了，在“未用完的邀请”里作废。"),
        )
        .row(Button("未用完的邀请", "invites"), home())
        .reply(fresh=True, at=f"invitation/{rest[0]}")
    )


def _given(invite: Invite) -> str:
    """「民警，城东分局」 or 「重新邀请 民警，城东分局」."""
    given = f"{ROLE_NAMES[invite.role]}，{invite.unit or '不限单位'}"
    return f"重新邀请 {given}" if invite.again else given


@screen("invites", Role.LEGAL)
def open_invites(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    if turn.membership is None:
        return None
    mine = turn.membership.open_invites(turn.member, turn.now)
    items = tuple(
        Item(
            f"{invite.id} 号：{_given(invite)}",
            f"还能用 {invite.uses} 人，"
            f"{invite.expires.astimezone(turn.now.tzinfo):%m-%d %H:%M} 到期",
        )
        for invite in mine
    )
    draft = Draft().add(_CRUMBS, Title("未用完的邀请"))
    draft.add(Items("", items) if items else Text("没有。"))
    draft.grid([Button(f"作废 {i.id} 号", f"uninvite/{i.id}") for i in mine[:60]])
    draft.row(Button("再邀请", "invite")).row(back("people", "人员"), home())
    return draft.reply(at="invites")


@screen("uninvite", Role.LEGAL, changes=True)
def close(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    if turn.membership is None or len(rest) != 1 or not rest[0].isdecimal():
        return None
    closed = turn.membership.close_invite(turn.member, int(rest[0]), turn.now)
    return saying(open_invites(turn, ()), "已作废" if closed else "")
