"""A time limit: how it is counted, and when it is due from a start the officer names."""

from __future__ import annotations

from datetime import datetime

from bot.clocks.moments import HOW_TO_WRITE, is_like_a_time, read_day, read_time
from bot.screens.cards import back, crumbs, home, source_line
from bot.screens.limit import due_blocks
from bot.screens.reply import Button, Caution, Draft, Item, Items, Reply, Text, Title
from bot.topics.clocks.clock import read_minute, start_address, written_minute
from bot.topics.topic import Turn, awaited, hearing, screen
from guides.limit_words import at_end_line, limit_line, tier_line
from guides.limits import compute
from guides.model import Guide
from guides.parts import Limit, Unit

_ASK_START = "从什么时候起算？按下面的按钮，或者直接发时间，例如 10:05、昨天 22:30、11-20 09:00。"

_SAY_BOTH = "时间和事写在一起再发一次，例如：22:30 传唤到案。或者先打开一个时限，再发时间。"
_NOW = {"现在", "刚才", "刚刚", "这会儿"}


@screen("l")
def open_limit(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    """``l/<limit>``, ``l/<limit>/now`` and ``l/<limit>/<minute>``, as in ``run``."""
    known = turn.library.limit(rest[0]) if len(rest) in (1, 2) else None
    if known is None:
        return None
    guide, limit = known
    if not rest[1:]:
        return limit_screen(turn, guide, limit)
    start = turn.now if rest[1] == "now" else read_minute(rest[1], turn.now)
    return _due(turn, guide, limit, start) if start else None


def limit_screen(turn: Turn, guide: Guide, limit: Limit) -> Reply:
    """A limit without a start, which is waited for."""
    turn.conversation.awaiting = f"l/{limit.id}"
    draft = Draft().add(
        crumbs(turn.library, guide, "时限"),
        Title(limit_line(limit)),
        Text(f"从{limit.since}起算。{limit.counting}"),
        Text(source) if (source := source_line(limit.cite, turn.library)) else None,
    )
    if limit.extend:
        draft.add(Items("可以延长", tuple(Item(tier_line(tier)) for tier in limit.extend)))
    if limit.at_end:
        draft.add(Caution(at_end_line(limit.at_end)))
    draft.add(Text(_ASK_START))
    return (
        draft.row(Button("从现在起算", f"l/{limit.id}/now"), _start(turn, limit, None))
        .row(back(f"g/{guide.id}/v/limits", "时限"), home())
        .reply()
    )


@awaited
def hear_start(turn: Turn, text: str) -> Reply | None:
    """A time typed after a limit was opened; anything else is a question again."""
    prefix, _, id = turn.conversation.awaiting.partition("/")
    known = turn.library.limit(id) if prefix == "l" else None
    if known is None:
        return None
    start = read_moment(text, turn.now, known[1])
    return _due(turn, *known, start, fresh=True) if start else asked_again(turn, text)


def asked_again(turn: Turn, text: str) -> Reply | None:
    """How a time is written, for what was meant as one; it is waited for still."""
    if not is_like_a_time(text):
        return None
    draft = Draft().add(Caution(HOW_TO_WRITE)).row(home())
    return draft.reply(fresh=True, at=turn.conversation.awaiting, toast=HOW_TO_WRITE)


@hearing
def hear_time_alone(turn: Turn, text: str) -> Reply | None:
    """A time that nothing waits for: how to say what began then. It is no question."""
    if not _is_time(text, turn.now):
        return None
    draft = Draft().add(Title("只有时间，没说是什么事"), Text(_SAY_BOTH))
    guide = turn.library.guide(turn.conversation.guide)
    if guide and guide.limits:
        draft.row(Button(f"{guide.title}的时限", f"g/{guide.id}/v/limits"))
    if turn.incidents:
        draft.row(Button("我的时限", "clocks"))
    return draft.row(home()).reply(fresh=True)


def _is_time(text: str, now: datetime) -> bool:
    if text in _NOW:
        return True
    return is_like_a_time(text) and bool(read_time(text, now) or read_day(text, now))


def read_moment(text: str, now: datetime, limit: Limit) -> datetime | None:
    """A time; for a limit that is not counted in hours a day is enough."""
    moment = read_time(text, now)
    by_day = moment is None and limit.unit is not Unit.HOUR
    return read_day(text, now) if by_day else moment


def _start(turn: Turn, limit: Limit, start: datetime | None) -> Button | None:
    """A clock that warns; not where nobody is remembered."""
    if turn.incidents is None:
        return None
    return Button("开始计时、到点提醒", start_address(turn, limit, start))


def _due(turn: Turn, guide: Guide, limit: Limit, start: datetime, fresh: bool = False) -> Reply:
    due = compute(limit, start, turn.library.calendar)
    draft = Draft().add(
        crumbs(turn.library, guide, "时限"), *due_blocks(due, turn.now, turn.library)
    )
    return (
        draft.row(_start(turn, limit, start), Button("换个起算时间", f"l/{limit.id}"))
        .row(back(f"g/{guide.id}/v/limits", "时限"), home())
        .reply(fresh, at=f"l/{limit.id}/{written_minute(start)}")
    )
