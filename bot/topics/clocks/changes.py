"""What is done to a clock that runs: extend, move, pause, correct, confirm, snooze, stop.

Addresses carry the version they were drawn for: a button pressed twice, or one that is old,
changes nothing and shows how things stand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.clocks import changes
from bot.clocks.clock import Clock, due, siblings
from bot.clocks.notice import message
from bot.clocks.schedule import NOW, SNOOZES, ClockWarning, snoozes
from bot.screens.cards import back, home
from bot.screens.reply import Button, Call, Caution, Crumbs, Draft, Item, Items, Reply, Text, Title
from bot.screens.sentences import HOME, ON_CALL
from bot.topics.clocks.clock import own_clock, shown, start_clock
from bot.topics.clocks.limits import asked_again, read_moment
from bot.topics.topic import Turn, awaited, screen
from guides.limit_words import at_end_line, limit_line
from guides.parts import Limit, Mode, amount

CHANGED_MEANWHILE = "刚才已经改过了，下面是现在的情况。"
TOO_NEAR = "到期以前来不及再提醒一次了；原来的提醒照常。"
_RESUMED = "已恢复计时"
_ASK_TIME = "按“现在”，或者直接发时间，例如 10:05、昨天 22:30。"


def _asked(turn: Turn, rest: tuple[str, ...], wordless: bool = False) -> Clock | None:
    """The clock of ``<id>/<version>/...``; None when it is not one's own or has gone on.
    ``wordless``: what is done needs no words of its guide, so it is done on any channel."""
    clock = own_clock(turn, rest[0]) if len(rest) >= 2 else None
    if clock and not wordless:
        turn.guard(clock)
    return clock if clock and rest[1] == str(clock.version) else None


def _stale(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    clock = own_clock(turn, rest[0]) if rest else None
    return shown(turn, clock, told=[Caution(CHANGED_MEANWHILE)]) if clock else None


def _apply(
    turn: Turn, clock: Clock, change: Callable[[], Clock], done: str, fresh: bool = False
) -> Reply:
    """Make and write a change, and say that it is ``done``; what is wrong with it is said above
    the unchanged clock."""
    if turn.incidents is None:
        return shown(turn, clock, fresh)
    try:
        written = turn.incidents.change(change(), turn.library.calendar, turn.now)
    except ValueError as error:
        return shown(turn, clock, fresh, told=[Caution(str(error)), Call(ON_CALL)])
    if written and clock.person != turn.member.person and turn.membership:
        # Done in somebody's place: that must be found again.
        what = f"version {clock.version + 1}, of {clock.person}"
        turn.membership.audit.add(turn.member.person, "clock", clock.id, turn.now, what)
    newest = turn.incidents.clocks.get(clock.id) or clock
    if not written:
        return shown(turn, newest, fresh, told=[Caution(CHANGED_MEANWHILE)])
    if not newest.stopped and not newest.pause:
        until = due(newest, turn.library.calendar, turn.now).due
        done = f"{done}，{until:%Y-%m-%d %H:%M} 到期"
    return shown(turn, newest, fresh, toast=done)


def _titled(clock: Clock, title: str) -> Draft:
    return Draft().add(Crumbs((HOME, "我的时限", clock.label)), Title(title))


def _end(draft: Draft, clock: Clock) -> Reply:
    return draft.row(back(f"clock/{clock.id}", "这个时限"), home()).reply()


@screen("longer", changes=True, asks=2)
def extend(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    """``longer/<id>/<version>`` names condition and approver, ``/yes`` extends."""
    clock = _asked(turn, rest)
    if clock is None:
        return _stale(turn, rest)
    if rest[2:] == ("yes",):
        return _apply(
            turn, clock, lambda: changes.extended(clock, turn.library.calendar, turn.now), "已延长"
        )
    if rest[2:] or clock.tiers >= len(clock.limit.extend):
        return shown(turn, clock)
    tier = clock.limit.extend[clock.tiers]
    later = due(replace(clock, tiers=clock.tiers + 1), turn.library.calendar, turn.now)
    items = (
        Item(f"条件：{tier.condition}"),
        Item(f"批准：{tier.approver or '按条文规定'}"),
        Item(f"延长以后：{later.due:%Y-%m-%d %H:%M} 到期"),
    )
    how = "延长到" if tier.mode is Mode.TOTAL else "再加"
    draft = _titled(clock, f"{how}{amount(tier.amount, tier.unit)}？").add(
        Items("", items), Caution("条件具备、已经批准的才能按；没批下来的，按原来的时间办。")
    )
    draft.row(Button("已批准，延长", f"longer/{clock.id}/{clock.version}/yes", primary=True))
    return _end(draft, clock)


@screen("move", changes=True, asks=2)
def move(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    """``move/<id>/<version>`` lists the limits of other conditions, ``/<limit>`` takes one."""
    clock = _asked(turn, rest)
    if clock is None:
        return _stale(turn, rest)
    guide = turn.library.guide(clock.guide)
    others = siblings(guide, clock.limit) if guide else ()
    if guide is None or len(rest) > 3:
        return shown(turn, clock)
    if len(rest) == 3:
        other = next((one for one in others if one.id == rest[2]), None)
        if other is None:
            return None
        calendar = turn.library.calendar
        done = f"已换到：{other.label}"
        return _apply(
            turn, clock, lambda: changes.moved(clock, other, guide, calendar, turn.now), done
        )
    items = tuple(Item(limit_line(one), one.counting) for one in others)
    told = Text("各档条件不同，都是从同一个起算点的总时长，不是一档接一档。起算时间不变。")
    draft = _titled(clock, "换到哪一档？").add(told, Items("", items))
    for one in others:
        draft.row(Button(one.label, f"move/{clock.id}/{clock.version}/{one.id}"))
    return _end(draft, clock)


def offer_move(turn: Turn, clock: Clock, other: Limit) -> Reply:
    """A step says that another condition holds: the clock that runs is to go by it."""
    draft = _titled(clock, f"换到这一档：{limit_line(other)}").add(
        Text(f"正在走的是“{limit_line(clock.limit)}”。换档不重新起算，是从同一个起算点的总时长。"),
        Caution(other.counting),
    )
    draft.row(Button("换到这一档", f"move/{clock.id}/{clock.version}/{other.id}"))
    if clock.walk:
        draft.row(back(f"walk/{clock.walk}", "先不换"))
    return _end(draft, clock)


@screen("halt", changes=True, asks=3)
def halt(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    """``halt/<id>/<version>[/<which of suspends>[/now]]``."""
    clock = _asked(turn, rest)
    if clock is None:
        return _stale(turn, rest)
    at = f"halt/{clock.id}/{clock.version}"
    reasons = clock.limit.suspends
    if rest[2:] and (not rest[2].isdecimal() or int(rest[2]) >= len(reasons)):
        return None
    if rest[3:] == ("now",):
        return _halted(turn, clock, int(rest[2]), turn.now)
    if not rest[2:]:
        draft = _titled(clock, "为什么不计入？")
        draft.grid([Button(why, f"{at}/{n}") for n, why in enumerate(reasons)], wide=1)
        return _end(draft, clock)
    turn.conversation.awaiting = f"{at}/{rest[2]}"
    draft = _titled(clock, f"{reasons[int(rest[2])]}：从什么时候起不计入？").add(Text(_ASK_TIME))
    return _end(draft.row(Button("现在", f"{at}/{rest[2]}/now")), clock)


def _halted(turn: Turn, clock: Clock, why: int, begin: datetime, fresh: bool = False) -> Reply:
    reason, calendar = clock.limit.suspends[why], turn.library.calendar
    return _apply(
        turn,
        clock,
        lambda: changes.paused(clock, reason, begin, calendar, turn.now),
        f"已从 {begin:%m-%d %H:%M} 起暂停：{reason}",
        fresh,
    )


@screen("go", changes=True, asks=2)
def go_on(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    """``go/<id>/<version>[/now]``."""
    clock = _asked(turn, rest)
    if clock is None:
        return _stale(turn, rest)
    if rest[2:] == ("now",):
        return _apply(turn, clock, lambda: changes.resumed(clock, turn.now, turn.now), _RESUMED)
    at = f"go/{clock.id}/{clock.version}"
    turn.conversation.awaiting = at
    draft = _titled(clock, "从什么时候起恢复计时？").add(Text(_ASK_TIME))
    return _end(draft.row(Button("现在", f"{at}/now")), clock)


@screen("since")
def correct_start(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    """``since/<id>``: the next line is the start."""
    clock = own_clock(turn, rest[0]) if len(rest) == 1 else None
    if clock is None:
        return None
    turn.guard(clock)
    turn.conversation.awaiting = f"since/{clock.id}"
    began = f"现在是从 {clock.started.astimezone(turn.now.tzinfo):%Y-%m-%d %H:%M} 起算。"
    told = Text(f"{began}直接发对的时间，例如 10:05、昨天 22:30、11-20 09:00。")
    return _end(_titled(clock, "改起算时间").add(told), clock)


@screen("stop", changes=True, asks=2)
def stop(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    """``stop/<id>/<version>`` asks whether it is done, ``/yes`` stops."""
    clock = _asked(turn, rest, wordless=True)
    if clock is None:
        return _stale(turn, rest)
    if rest[2:] == ("yes",):
        return _apply(turn, clock, lambda: changes.stopped(clock, turn.now), "已停止")
    draft = _titled(clock, "停止计时")
    if clock.limit.at_end and turn.may_show(clock):
        draft.add(Caution(at_end_line(clock.limit.at_end)))
    draft.add(Text("确实办完了才停；停了就不再提醒。"))
    draft.row(Button("办完了，停止", f"stop/{clock.id}/{clock.version}/yes"))
    return _end(draft, clock)


@screen("ack", changes=True)
def acknowledge(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    clock = _asked(turn, rest, wordless=True)
    if clock is None:
        return _stale(turn, rest)
    calendar = turn.library.calendar
    return _apply(turn, clock, lambda: changes.acknowledged(clock, calendar, turn.now), "知道了")


@screen("snooze", changes=True)
def snooze(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    """One more reminder; none of those that wait is taken back for it."""
    clock = _asked(turn, rest, wordless=True)
    if clock is None or clock.stopped:
        return _stale(turn, rest)
    if turn.incidents is None or len(rest) != 3 or rest[2] not in map(str, SNOOZES):
        return None
    stands = due(clock, turn.library.calendar, turn.now)
    if int(rest[2]) not in snoozes(None if clock.pause else stands.due, turn.now):
        return shown(turn, clock, told=[Caution(TOO_NEAR)])
    at = turn.now + timedelta(minutes=int(rest[2]))
    again = message(clock, ClockWarning(f"{NOW}-{at:%m%d%H%M}", at, stands.due))
    turn.incidents.outbox.put([again])
    return shown(turn, clock, told=[Caution(f"{at:%H:%M} 再提醒一次；原来的提醒照常。")])


@awaited
def hear_time(turn: Turn, text: str) -> Reply | None:
    """A time typed where one was asked for."""
    prefix, *rest = turn.conversation.awaiting.split("/")
    if prefix not in ("when", "since", "halt", "go"):
        return None
    known = turn.library.limit(rest[0]) if prefix == "when" else None
    clock = own_clock(turn, rest[0]) if prefix != "when" else None
    limit = known[1] if known else clock.limit if clock else None
    if limit is None:
        return None
    moment = read_moment(text, turn.now, limit)
    if moment is None:
        return asked_again(turn, text)
    turn.conversation.awaiting = ""
    if known and turn.incidents:
        return start_clock(turn, *known, turn.incidents.new_id(), moment, rest[1])
    if clock is None:
        return None
    if prefix == "since":
        done = f"已改为从 {moment:%Y-%m-%d %H:%M} 起算"
        return _apply(turn, clock, lambda: changes.restarted(clock, moment, turn.now), done, True)
    if rest[1] != str(clock.version):
        return _stale(turn, tuple(rest))
    if prefix == "halt":
        return _halted(turn, clock, int(rest[2]), moment, fresh=True)
    return _apply(turn, clock, lambda: changes.resumed(clock, moment, turn.now), _RESUMED, True)
