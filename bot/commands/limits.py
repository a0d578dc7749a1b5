"""``limits`` and ``limit`` in the terminal: found by name or by words, from a moment written as in
a chat, answered as on a screen."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from bot.clocks.matches import fitting
from bot.clocks.moments import HOW_TO_WRITE
from bot.screens.limit import due_blocks
from bot.screens.reply import lines
from bot.topics.clocks.limits import read_moment
from guides import checks
from guides.commands import (
    DATA,
    LIBRARY,
    ZONE,
    DataOption,
    LibraryOption,
    ZoneOption,
    fail,
)
from guides.library import Library
from guides.limit_words import limit_line
from guides.limits import Due, compute
from guides.model import Guide
from guides.parts import Limit
from index.analysis import normalise
from index.commands import JsonOption, PublishOption, serve

commands = typer.Typer()
NOW = ("now", "现在", "此刻")
Known = tuple[Guide, Limit]


@commands.command()
def limits(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="字", help="只列名称、起算点或者指引标题里有这些字的"),
    ] = None,
    as_json: JsonOption = False,
    data: DataOption = DATA,
    library: LibraryOption = LIBRARY,
    publish: PublishOption = "auto",
    zone: ZoneOption = ZONE,
) -> None:
    """列出所有时限，按指引排；写几个字就只列有这些字的。"""
    release = serve(data, library, publish, zone)
    served = release.on(datetime.now(ZoneInfo(zone)).date())
    found = [known for known in served.limits() if _has(known, words or ())]
    if as_json:
        told = [_limit_json(*known) for known in found]
        typer.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    if words and not found:
        raise fail(f"没有名称、起算点或者指引标题里有“{' '.join(words)}”的时限")
    for guide, one in sorted(found, key=lambda known: (known[0].title, known[1].label)):
        typer.echo(f"{one.id}\t{limit_line(one)}\t从{one.since}起算\t《{guide.title}》")


@commands.command()
def limit(
    words: Annotated[
        list[str], typer.Argument(metavar="时限", help="编号，或者名称里的几个字，例如 治安传唤")
    ],
    since: Annotated[
        str,
        typer.Option("--from", help="从什么时候起算：now、22:30、昨天22点半、2026-11-21T22:30"),
    ] = "now",
    extend: Annotated[int, typer.Option(min=0, help="用上前几档延长")] = 0,
    as_json: JsonOption = False,
    data: DataOption = DATA,
    library: LibraryOption = LIBRARY,
    publish: PublishOption = "auto",
    zone: ZoneOption = ZONE,
) -> None:
    """算一个时限到什么时候为止；不写 --from 就从现在起算。"""
    now = datetime.now(ZoneInfo(zone))
    served = serve(data, library, publish, zone).on(now.date())
    guide, found = _meant(words, served)
    start = _start(since, now, found)
    if start is None:
        raise typer.BadParameter(f"“{since}”：{HOW_TO_WRITE.replace('再发一次', '再试')}")
    try:
        due = compute(found, start, served.calendar, extend=extend)
    except ValueError as error:
        raise fail(str(error)) from error
    if as_json:
        typer.echo(json.dumps(_due_json(due), ensure_ascii=False))
        return
    _tell(guide, due, now, served)


def _meant(words: Sequence[str], served: Library) -> Known:
    """The one limit that is meant; ends the command, with those it may be, when there are more:
    asking beats a wrong clock."""
    said = " ".join(words)
    known = served.limit(said)
    if known is not None:
        return known
    found = [one for one in served.limits() if said == one[1].label]
    found = found or [one for one in served.limits() if _has(one, words)] or fitting(said, served)
    if len(found) == 1:
        return found[0]
    if not found:
        hint = checks.did_you_mean(said, [one.id for _, one in served.limits()])
        raise fail(f"没有时限 {said}；{hint or '用 limits 命令看有哪些'}")
    listed = "\n".join(f"{one.id}\t{limit_line(one)}\t《{guide.title}》" for guide, one in found)
    raise fail(f"“{said}”可能是下面几个时限；用前面的编号再算一次：\n{listed}")


def _has(known: Known, words: Sequence[str]) -> bool:
    guide, one = known
    text = normalise(f"{one.label} {one.since} {guide.title}")
    return all(normalise(word) in text for word in words)


def _start(text: str, now: datetime, limit: Limit) -> datetime | None:
    """As ISO 8601 with its time, or as it is typed in a chat."""
    if text.strip().lower() in NOW:
        return now.replace(second=0, microsecond=0)
    if ":" in text:
        with suppress(ValueError):
            start, here = datetime.fromisoformat(text), now.tzinfo
            return start.replace(tzinfo=here) if start.tzinfo is None else start.astimezone(here)
    return read_moment(text, now, limit)


def _tell(guide: Guide, due: Due, now: datetime, served: Library) -> None:
    """What a screen says of it."""
    for block in due_blocks(due, now, served):
        for line in lines(block):
            typer.echo(line)
    typer.echo(f"见《{guide.title}》")
    if len(due.applied) < len(due.limit.extend):
        typer.echo(f"用上一档延长来算：加 --extend {len(due.applied) + 1}")


def _limit_json(guide: Guide, one: Limit) -> dict[str, object]:
    return {
        "id": one.id,
        "guide": guide.id,
        "label": one.label,
        "amount": one.amount,
        "unit": one.unit.value,
        "sure": one.sure,
        "cite": [str(citation) for citation in one.cite],
    }


def _due_json(due: Due) -> dict[str, object]:
    known = due.limit
    return {
        "id": known.id,
        "from": due.started.isoformat(),
        "due": due.due.isoformat(),
        "unit": known.unit.value,
        "counting": known.counting,
        "roll": known.roll.value,
        "cite": [str(citation) for citation in known.cite],
        "extensions": [
            {**tier.model_dump(mode="json"), "applied": tier in due.applied}
            for tier in known.extend
        ],
        "sure": known.sure,
        "caution": due.caution,
    }
