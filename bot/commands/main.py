"""The running program and its terminal: run, ``ask``, ``chat``, ``show``, ``preview``."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from threading import Event, Thread
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

import bot.screens.fit  # noqa: F401  registers the checks of this room
from bot import terminal
from bot.commands import limits, worklist
from bot.commands.people import note_published, people
from bot.commands.usage import in_chinese
from bot.people.on_call import nearest
from bot.screens.call import filled
from bot.screens.reply import Reply
from bot.settings import Settings, WrongSetting, from_environment
from guides import commands as guide_commands
from guides.commands import (
    DATA,
    LIBRARY,
    ZONE,
    DataOption,
    LibraryOption,
    ZoneOption,
    errors,
    fail,
    read_day,
    screen,
)
from guides.disk import reason
from guides.folder import read_folder
from guides.texts import Texts
from index import commands as index_commands
from index.commands import JsonOption, PublishOption, SemanticOption, serve
from index.evaluation import read_questions
from index.releases import Release

commands = typer.Typer(
    help="明白：装在口袋里的执法指引。不带命令就启动全部通道。",
    invoke_without_command=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
IdArgument = Annotated[str, typer.Argument(metavar="指引编号", help="例如 bail")]
_FOR_OTHERS = ("new", "preview")  # what they write is to be read by colleagues
for room in (guide_commands, index_commands, limits, worklist):
    commands.registered_commands += room.commands.registered_commands
    commands.registered_groups += room.commands.registered_groups


commands.add_typer(people, name="people")


@commands.callback()
def run(context: typer.Context) -> None:
    """启动：手机网页始终开，设了 TELEGRAM_BOT_TOKEN 就同时接 Telegram。"""
    settings = _settings()  # a wrong setting is told whatever the command
    for told in settings.unknown:
        errors.print(told, markup=False, soft_wrap=True)
    if context.invoked_subcommand not in _FOR_OTHERS:
        os.umask(0o077)
    if context.invoked_subcommand is None:
        from bot.process import run_all  # the channels cost start-up time: not for `ask`

        raise typer.Exit(run_all(settings))
    if context.invoked_subcommand in ("publish", "rollback"):
        context.call_on_close(lambda: note_published(settings))


def _settings() -> Settings:
    try:
        return from_environment()
    except WrongSetting as error:
        raise fail(str(error), 2) from error


@commands.command()
def ask(
    words: Annotated[list[str] | None, typer.Argument(help="问题", metavar="问题")] = None,
    batch: Annotated[Path | None, typer.Option(help="问题文件，逐条回答")] = None,
    as_json: JsonOption = False,
    as_of: Annotated[str | None, typer.Option(help="按哪一天有效的指引回答")] = None,
    verbose: Annotated[bool, typer.Option("-v", help="说明为什么找到它")] = False,
    data: DataOption = DATA,
    library: LibraryOption = LIBRARY,
    publish: PublishOption = "auto",
    zone: ZoneOption = ZONE,
    semantic: SemanticOption = "off",
) -> None:
    """问一个问题，或者用 --batch 问一个文件里的所有问题。"""
    question = " ".join(words or ())
    if (not question) == (batch is None):
        raise typer.BadParameter("写一个问题，或者用 --batch 给一个文件，二者选一")
    now = datetime.now(ZoneInfo(zone))
    day = read_day(as_of) or now.date()
    try:
        questions = [q.text for q in read_questions(batch)] if batch else [question]
    except (OSError, ValueError) as error:
        raise fail(str(error)) from error
    release = serve(data, library, publish, zone, semantic)
    on_call = _settings().on_call
    for text in questions:
        answer = release.ask(text, day, explain=True)
        if as_json:
            typer.echo(json.dumps(answer.as_json(), ensure_ascii=False))
            continue
        moment = now.replace(year=day.year, month=day.month, day=day.day)
        shown = _screen(release, text, moment, Texts(data / "laws"))
        typer.echo(terminal.draw(filled(shown, nearest(on_call, ""))))
        if verbose:
            for ranked in answer.guides:
                typer.echo(f"{ranked.score:.3f} {ranked.guide.id}：{'；'.join(ranked.why)}")


def _screen(release: Release, question: str, now: datetime, texts: Texts) -> Reply:
    """The screen a channel would show to somebody who is not remembered."""
    from bot.topics.reader.asking import ask as ask_topic
    from bot.topics.topic import Turn

    turn = Turn(
        now=now,
        release=release.number,
        library=release.on(now.date()),
        texts=texts,
        answer=lambda text: release.ask(text, now.date()),
    )
    return ask_topic(turn, question)


@commands.command()
def chat() -> None:
    """在终端里对话。"""
    from bot.courier import Teller
    from bot.logs import set_up
    from bot.process import refresh
    from bot.startup import CannotStart, get_ready, keep_private, open_house
    from bot.store.database import StoreError

    set_up(None, errors)
    settings = _settings()
    try:
        keep_private(settings)
        house = open_house(settings)
        get_ready(house, refresh, errors)
    except CannotStart as error:
        raise fail(str(error)) from error
    teller, operator = Teller(house), terminal.PERSON.person

    def say(text: str) -> None:
        typer.echo(text, nl=False)

    def pull() -> list[tuple[int, Reply]]:
        try:
            return [(one.id, one.reply) for one in teller.pull(operator, "terminal")]
        except StoreError:  # every screen says so already
            return []

    def seen(ids: Sequence[int]) -> None:
        with suppress(StoreError):  # then others are told too: rather twice than never
            teller.seen(operator, ids)

    bell = terminal.Bell(pull, seen, say)
    stop = Event()
    ringing = Thread(target=bell.keep_ringing, args=(stop,), daemon=True)
    ringing.start()
    try:
        styled = sys.stdout.isatty() and "NO_COLOR" not in os.environ
        handle = house.assistant.handle
        terminal.chat(handle, sys.stdin, say, before_prompt=bell.ring, styled=styled)
    finally:
        stop.set()
        ringing.join()


@commands.command()
def show(id: IdArgument, library: LibraryOption = LIBRARY, data: DataOption = DATA) -> None:
    """在终端里看一份指引（读文件夹，不读发布）。"""
    for reply in _previewed(id, library, data):
        typer.echo(terminal.draw(reply) + "\n")


@commands.command()
def preview(
    id: IdArgument,
    html: Annotated[Path | None, typer.Option(help="存成网页")] = None,
    png: Annotated[Path | None, typer.Option(help="存成图片（要装 Chromium）")] = None,
    library: LibraryOption = LIBRARY,
    data: DataOption = DATA,
) -> None:
    """看一份指引在手机上的样子（读文件夹，不读发布）。"""
    from bot.commands.preview import NoBrowser, picture
    from bot.web.pages import preview_page

    replies = _previewed(id, library, data)
    if html is None and png is None:
        for reply in replies:
            typer.echo(terminal.draw(reply) + "\n")
        return
    page = preview_page(replies)
    if html:
        try:
            html.write_text(page, encoding="utf-8")
        except OSError as error:
            raise fail(f"存不了 {html}（{reason(error)}）") from error
        screen.print(f"已存 {html}", markup=False)
    if png:
        try:
            picture(page, png)
        except NoBrowser as error:
            raise fail(str(error)) from error
        except OSError as error:
            raise fail(f"存不了 {png}（{reason(error)}）") from error
        screen.print(f"已存 {png}", markup=False)


def _previewed(owner: str, library: Path, data: Path) -> list[Reply]:
    from bot.commands.preview import screens

    whole = read_folder(library).library()
    guide = next((g for g in reversed(whole.guides) if g.id == owner), None)
    guide = whole.newest().guide(owner) or guide  # a draft when nothing else has this id
    if guide is None:
        raise fail(f"没有指引 {owner}，或者它的文件读不出来；运行 check 看看")
    return screens(whole, guide, datetime.now(ZoneInfo(ZONE)), Texts(data / "laws"))


in_chinese(commands)  # when all of them are known
