"""``people`` in the terminal: invite, list, remove, roles, and the audit trail."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.people.codes import DAYS, MOST_LABEL, Invite
from bot.people.roles import OPERATOR, ROLE_NAMES, Member, Role, read_unit, refuse_personal
from bot.screens.qr import qr_png, qr_text
from bot.services.links import Links
from bot.settings import Settings, WrongSetting, from_environment
from guides.commands import errors, fail, read_day
from index.releases import Releases

if TYPE_CHECKING:
    from bot.services.membership import Membership
    from bot.store.database import Database
    from bot.store.people import Person

people = typer.Typer(help="谁能用：邀请、名单、撤销、审计。", no_args_is_help=True)

_SELF = Member(OPERATOR, Role.ADMIN)
PersonArgument = Annotated[str, typer.Argument(metavar="编号", help="people list 里的编号")]
UnitOption = Annotated[str, typer.Option("--unit", help="单位，从上到下用 / 隔开：分局/派出所")]
JsonOption = Annotated[bool, typer.Option("--json", help="给程序读")]


@contextmanager
def open_state() -> Iterator[tuple[Database, Settings]]:
    """The state without the guides, for commands that need nothing served; ends the command when
    it cannot be read."""
    from bot.services.membership import (
        NotAllowed,  # the database costs start-up time: not for `ask`
    )
    from bot.store.database import Database, StoreError

    try:
        settings = from_environment()
        database = Database(settings.database, makes_folder=not settings.database_url)
        database.migrate()
        try:
            yield database, settings
        finally:
            database.close()
    except WrongSetting as error:
        raise fail(str(error), 2) from error
    except (StoreError, NotAllowed, ValueError, OSError) as error:
        raise fail(str(error)) from error


@contextmanager
def _open() -> Iterator[tuple[Membership, Settings, datetime]]:
    from bot.house import members_of

    with open_state() as (database, settings):
        yield members_of(database, settings), settings, datetime.now(settings.timezone)


def note_published(settings: Settings) -> None:
    """What ``publish`` and ``rollback`` did, into the audit trail; said when it cannot be."""
    from bot.services.published import note_releases

    with _open() as (membership, _, now):
        note_releases(membership.audit, Releases(settings.data), now)


@people.command()
def invite(
    role: Annotated[Role | None, typer.Option(help="角色")] = None,
    unit: UnitOption = "",
    uses: Annotated[int, typer.Option(help="几个人可以用")] = 1,
    days: Annotated[int, typer.Option(help="几天内有效")] = DAYS,
    label: Annotated[str, typer.Option(help="备注，名单里显示，不要写姓名以外的个人信息")] = "",
    until: Annotated[str | None, typer.Option(help="用到哪一天为止，例如 2026-12-31")] = None,
    again: Annotated[
        str | None, typer.Option(help="重新邀请一个人（写编号）：进来还是他，处置和时限都在")
    ] = None,
    qr: Annotated[Path | None, typer.Option(help="二维码存成图片")] = None,
) -> None:
    """做一个邀请：链接、二维码和邀请码。"""
    if (role is None) == (again is None):
        raise typer.BadParameter("写 --role 邀请新人，或者写 --again 重新邀请一个人，二者选一")
    with _open() as (membership, settings, now):
        last = read_day(until)
        ends = datetime.combine(last, time(23, 59, 59), settings.timezone) if last else None
        if ends and ends <= now:
            raise ValueError(f"用到 {last} 为止，已经过了；写一个以后的日期")
        if again is not None:
            known = membership.people.get(again)
            if known is None:
                raise ValueError(f"没有编号是 {again} 的人；用 people list 看")
            code = membership.invite_again(_SELF, known, now, ends)
        elif role is not None:
            if len(label) > MOST_LABEL:
                raise ValueError(f"备注最多 {MOST_LABEL} 个字")
            refuse_personal(label, "备注")
            expires = now + timedelta(days=days)
            wanted = Invite(role, read_unit(unit), uses, expires, label, ends)
            code = membership.invite(_SELF, wanted, now)
        made = membership.invites.find(code, now)
        links = Links(settings)
        chat, page = links.invite_telegram(code), links.invite_page(code)
    if made:
        typer.echo(f"{ROLE_NAMES[made.role]}，{made.unit or '不限单位'}，{made.uses} 人可用")
        typer.echo(f"{made.expires.astimezone(settings.timezone):%Y-%m-%d %H:%M} 前有效")
    if again:
        typer.echo(f"重新邀请 {again}：进来还是他；以前登录过的浏览器到时全部退出")
    typer.echo(f"邀请码：{code}（在 Telegram 里发给机器人，或者在网页上输入）")
    if chat:
        typer.echo(f"Telegram：{chat}")
    typer.echo(f"网页：{page}")
    if links.only_here:
        errors.print(links.only_here, markup=False, soft_wrap=True)
    if qr:
        qr.write_bytes(qr_png(chat or page))
        typer.echo(f"二维码已存 {qr}")
    else:
        typer.echo(qr_text(chat or page))


@people.command("list")
def list_people(as_json: JsonOption = False) -> None:
    """现在能用的人和没用完的邀请。"""
    with _open() as (membership, settings, now):
        members = membership.members(_SELF, now)
        invites = membership.invites.open(now)
    if as_json:
        told = [{"id": m.id, "role": m.role, "unit": m.unit, "label": m.label} for m in members]
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    for one in members:
        typer.echo(f"{one.id}\t{_line(one, settings.timezone)}")
    for open_one in invites:
        typer.echo(
            f"邀请 {open_one.id} 号\t{ROLE_NAMES[open_one.role]}\t{open_one.unit or '不限单位'}\t"
            f"还能用 {open_one.uses} 人"
        )
    if not members and not invites:
        typer.echo("还没有人；用 people invite --role officer 邀请")


@people.command()
def remove(id: PersonArgument) -> None:
    """撤销一个人，或者作废一个邀请（写“邀请”的号数）。"""
    with _open() as (membership, _, now):
        known = membership.member(_SELF, id, now)
        if known is not None:
            closed = membership.remove(_SELF, known, now)
            typer.echo(f"已撤销 {id}；同时作废 {closed} 个有关的邀请")
        elif id.isdecimal() and membership.invites.close(int(id), OPERATOR, now):
            typer.echo(f"邀请 {id} 号已作废")
        else:
            raise ValueError(f"没有编号是 {id} 的人，也没有这个号的邀请；用 people list 看")


@people.command()
def role(
    id: PersonArgument,
    role: Annotated[Role, typer.Argument(metavar="角色", help="officer、duty、legal、admin")],
) -> None:
    """改一个人的角色：officer、duty、legal、admin。"""
    with _open() as (membership, _, now):
        known = membership.member(_SELF, id, now)
        if known is None:
            raise ValueError(f"没有编号是 {id} 的人；用 people list 看")
        membership.change_role(_SELF, known, role, now)
    typer.echo(f"{id} 现在是{ROLE_NAMES[role]}")


@people.command("audit")
def show_audit(
    verify: Annotated[bool, typer.Option(help="核对记录有没有被改动")] = False,
) -> None:
    """审计记录：邀请、角色、撤销、发布。"""
    with _open() as (membership, settings, now):
        seen = settings.data / "audit.seen"
        if not verify:
            from bot.services.published import note_releases

            note_releases(membership.audit, Releases(settings.data), now)
            for entry in membership.audit.entries():
                said = (entry.at, entry.actor, entry.action, entry.subject, entry.detail)
                typer.echo("\t".join((str(entry.number), *said)))
            return
        problems = membership.audit.problems(_read_seen(seen))
        if problems:
            raise ValueError("审计记录被改动过：" + "；".join(problems))
        entries = membership.audit.entries()
        if entries:
            seen.write_text(f"{entries[-1].number} {entries[-1].mac}", encoding="ascii")
    last = entries[-1].mac[:16] if entries else "无"
    typer.echo(f"审计记录完好：{len(entries)} 条，末条校验 {last}")


def _read_seen(path: Path) -> tuple[int, str] | None:
    """The last entry of an earlier verification; None: there was none."""
    try:
        number, mac = path.read_text(encoding="ascii").split()
    except (OSError, ValueError):
        return None
    return int(number), mac


def _line(one: Person, zone: tzinfo) -> str:
    until = f"用到 {one.ends.astimezone(zone):%Y-%m-%d}" if one.ends else ""
    return "\t".join((ROLE_NAMES[one.role], one.unit or "不限单位", one.label, until)).rstrip()
