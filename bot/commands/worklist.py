"""``ledger`` and ``feedback`` in the terminal: what officers asked in vain, and what they say
of guides. Legal staff's work; nobody's name stands there."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, tzinfo
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.people import JsonOption, open_state
from guides.commands import read_day
from guides.folder import read_folder

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.store.ledger import Miss

commands = typer.Typer()

SinceOption = Annotated[
    str | None, typer.Option("--since", help="只看这一天以后的，例如 2026-11-01")
]
_OUTCOMES = {"unknown": "没找到", "none_of_these": "选了“都不是”"}


@commands.command()
def ledger(since: SinceOption = None, as_json: JsonOption = False) -> None:
    """没答上来的问题（相近的并成一组）和按红线拒绝的次数。"""
    from bot.store.ledger import Ledger
    from bot.store.personal import MISSES_DAYS

    day = read_day(since)
    with open_state() as (database, settings):
        known = Ledger(database)
        groups = _groups(known.misses(_midnight(day, settings.timezone)))
        refusals = Counter(known.refusals(day))
        titles = {} if as_json else _titles(settings)
    if as_json:
        told = {"misses": [[_as_json(one) for one in group] for group in groups]}
        typer.echo(json.dumps({**told, "refusals": refusals}, ensure_ascii=False, indent=1))
        return
    total = sum(one.times for group in groups for one in group)
    kept = f"号码已隐去，不记是谁问的，{MISSES_DAYS} 天后删除"
    typer.echo(f"没答上来的问题：{total} 次，{len(groups)} 组（{kept}）")
    for number, group in enumerate(groups, start=1):
        typer.echo("\n".join(_lines(number, group, titles, settings.timezone)))
    typer.echo(f"按红线拒绝：{refusals.total()} 次")
    for redline, count in refusals.most_common():
        typer.echo(f"   {count} 次　{_named(redline, titles)}")


@commands.command()
def feedback(since: SinceOption = None, as_json: JsonOption = False) -> None:
    """民警对每份指引的评价：有用、没帮上、有误各几个人。"""
    from bot.store.feedback import Feedback
    from bot.topics.reader.feedback import VERDICTS

    day = read_day(since)
    with open_state() as (database, settings):
        counts = Feedback(database).counts(_midnight(day, settings.timezone))
        titles = {} if as_json else _titles(settings)
    rows = sorted({(guide, revision) for guide, revision, _ in counts})
    rows.sort(key=lambda row: -counts.get((*row, "wrong"), 0))  # what may be wrong comes first
    if as_json:
        told = [
            {
                "guide": guide,
                "revision": revision,
                **{verdict: counts.get((guide, revision, verdict), 0) for verdict in VERDICTS},
            }
            for guide, revision in rows
        ]
        typer.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    for guide, revision in rows:
        said = "，".join(
            f"{name} {counts.get((guide, revision, verdict), 0)}"
            for verdict, name in VERDICTS.items()
        )
        typer.echo(f"{said}　{_named(guide, titles)} 第 {revision} 次修订")
    if not rows:
        typer.echo("还没有评价")


def _groups(misses: Sequence[Miss]) -> list[list[Miss]]:
    from index.likeness import grouped

    asked: dict[str, list[Miss]] = {}
    for miss in misses:
        asked.setdefault(miss.question, []).append(miss)
    times = {question: sum(one.times for one in same) for question, same in asked.items()}
    return [[miss for question in group for miss in asked[question]] for group in grouped(times)]


def _lines(
    number: int, group: Sequence[Miss], titles: dict[str, str], zone: tzinfo
) -> Iterator[str]:
    outcomes: Counter[str] = Counter()
    for one in group:
        outcomes[_OUTCOMES.get(one.outcome, one.outcome)] += one.times
    how = "，".join(f"{name} {count}" for name, count in outcomes.most_common())
    first, last = min(one.first for one in group), max(one.last for one in group)
    days = f"{first.astimezone(zone):%Y-%m-%d} 至 {last.astimezone(zone):%Y-%m-%d}"
    yield f"{number}. {outcomes.total()} 次（{how}），{days}"
    yield from (f"   {question}" for question in dict.fromkeys(one.question for one in group))
    nearest = dict.fromkeys(guide for one in group for guide in one.nearest[:3])
    if nearest:
        yield f"   最接近：{'、'.join(_named(guide, titles) for guide in nearest)}"


def _as_json(one: Miss) -> dict[str, object]:
    return {
        "question": one.question,
        "outcome": one.outcome,
        "times": one.times,
        "first": one.first.isoformat(),
        "last": one.last.isoformat(),
        "nearest": one.nearest,
    }


def _titles(settings: Settings) -> dict[str, str]:
    library = read_folder(settings.library).library().newest()
    guides = {guide.id: guide.title for guide in library.guides}
    return guides | {redline.id: redline.title for redline in library.redlines}


def _named(id: str, titles: dict[str, str]) -> str:
    return f"{titles[id]}（{id}）" if id in titles else id


def _midnight(day: date | None, zone: tzinfo) -> datetime | None:
    return datetime.combine(day, time(), zone) if day else None
