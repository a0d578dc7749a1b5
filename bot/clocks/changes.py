"""What an officer may do to a clock: each a new clock of the next version, or ValueError.

The messages are shown as they are: what is wrong and what to do. Nothing here makes a
limit that restricts a person's freedom end later, except an extension or another limit
that the guide knows, and a corrected start. One operation a change: ``Clocks.change``
writes a clock whose version is one above the stored one.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.clocks.clock import Clock, Pause, due, is_over, siblings
from guides.holidays import Calendar
from guides.limit_words import at_end_line
from guides.limits import compute
from guides.model import Guide
from guides.parts import Direction, Limit

# Clocks of phones differ, and an officer rounds up; more than that is a typing error.
AHEAD = timedelta(minutes=5)


def begun(
    id: str,
    person: str,
    walk: str | None,
    guide: Guide,
    label: str,
    limit: Limit,
    start: datetime,
    now: datetime,
) -> Clock:
    """A clock that runs from the minute of ``start``: what is written down and shown is the
    minute, and the earlier moment is the safe one."""
    _check_start(limit, start, now)
    return Clock(
        id=id,
        person=person,
        walk=walk,
        guide=guide.id,
        label=label,
        limit=limit,
        started=_minute(start),
        circulation=guide.circulation,
    )


def extended(clock: Clock, calendar: Calendar, now: datetime) -> Clock:
    """With the next tier of the limit's extensions."""
    _check_running(clock)
    name, tiers = clock.limit.label, clock.limit.extend
    if not tiers:
        raise ValueError(f"「{name}」没有规定可以延长。{_at_end(clock.limit)}")
    if clock.tiers >= len(tiers):
        raise ValueError(
            f"「{name}」规定的 {len(tiers)} 次延长都用完了，不能再延长。{_at_end(clock.limit)}"
        )
    told = due(clock, calendar, now)
    if is_over(told, now):
        raise ValueError(
            f"「{name}」{told.due:%m-%d %H:%M} 已经到期，过了期的不能再延长。{_at_end(clock.limit)}"
        )
    return _changed(clock, tiers=clock.tiers + 1)


def moved(clock: Clock, other: Limit, guide: Guide, calendar: Calendar, now: datetime) -> Clock:
    """Under a sibling limit from the same start (8 hours turn out to be 24, or the reverse)."""
    _check_running(clock)
    name = clock.limit.label
    if other not in siblings(guide, clock.limit):
        raise ValueError(
            f"「{name}」不能换成「{other.label}」：不是同一起算的另一档。"
            "开始时就选错了的，停掉这个，另开一个"
        )
    told = due(clock, calendar, now)
    changed = _changed(clock, limit=other, tiers=0)
    if is_over(told, now) and due(changed, calendar, now).due > told.due:
        raise ValueError(
            f"「{name}」{told.due:%m-%d %H:%M} 已经到期，到期以后不能再换成更长的。"
            f"{_at_end(clock.limit)}开始时就选错了的，停掉这个，另开一个"
        )
    return changed


def paused(clock: Clock, why: str, begin: datetime, calendar: Calendar, now: datetime) -> Clock:
    """Not counting from ``begin`` on, for ``why``, one of the limit's ``suspends``."""
    _check_running(clock)
    limit = clock.limit
    if not limit.suspends or limit.direction is Direction.BEFORE:
        raise ValueError(f"「{limit.label}」没有可以不计入的时间，不能暂停，钟照走")
    if why not in limit.suspends:
        raise ValueError(
            f"「{limit.label}」只有{'、'.join(limit.suspends)}的时间不计入，“{why}”不能暂停"
        )
    if clock.pause:
        raise ValueError(f"已经暂停了（{clock.pause.why}），要先恢复")
    _check_past(begin, now, "暂停的开始时间")
    if begin < clock.started:
        raise ValueError("暂停的开始时间早于起算时间，请核对")
    if clock.pauses and begin < (clock.pauses[-1].end or begin):
        raise ValueError("暂停的开始时间早于上一次恢复，两次不能重叠，请核对")
    told = due(clock, calendar, now)
    if is_over(told, begin):
        raise ValueError(
            f"「{limit.label}」{told.due:%m-%d %H:%M} 已经到期，没有可以暂停的了。{_at_end(limit)}"
        )
    return _changed(clock, pauses=(*clock.pauses, Pause(begin, None, why)))


def resumed(clock: Clock, end: datetime, now: datetime) -> Clock:
    """Counting again from ``end`` on."""
    _check_running(clock)
    if clock.pause is None:
        raise ValueError("这个时限没有暂停，正在走")
    _check_past(end, now, "恢复的时间")
    if end < clock.pause.begin:
        raise ValueError("恢复的时间早于暂停的开始，请核对")
    return _changed(clock, pauses=(*clock.pauses[:-1], replace(clock.pause, end=end)))


def restarted(clock: Clock, start: datetime, now: datetime) -> Clock:
    """With the start corrected; extensions and pauses stay."""
    _check_running(clock)
    _check_start(clock.limit, start, now)
    if clock.pause and clock.pause.begin < start:
        raise ValueError("起算时间晚于现在这次暂停的开始，请先恢复再改")
    return _changed(clock, started=_minute(start))


def stopped(clock: Clock, now: datetime) -> Clock:
    """Done with: the person was released, the decision made. No more warnings."""
    _check_running(clock)
    pauses = clock.pauses
    if clock.pause:
        pauses = (*pauses[:-1], replace(clock.pause, end=max(now, clock.pause.begin)))
    return replace(clock, pauses=pauses, stopped=now, version=clock.version + 1)


def acknowledged(clock: Clock, calendar: Calendar, now: datetime) -> Clock:
    """The officer knows that it is over: no more reminders. Before that there is nothing to
    confirm, since the warnings still to come must come."""
    _check_running(clock)
    if clock.acknowledged:
        raise ValueError("已经确认过了。办完以后请停掉这个时限")
    if not is_over(due(clock, calendar, now), now):
        raise ValueError("还没到期，不用确认，快到时还会提醒。已经办完的，请停掉这个时限")
    return replace(clock, acknowledged=now, version=clock.version + 1)


def rescheduled(clock: Clock) -> Clock:
    """The same clock, to be warned of anew: another person, other quiet hours."""
    _check_running(clock)
    return replace(clock, version=clock.version + 1)


def _changed(clock: Clock, **fields: object) -> Clock:
    # What was confirmed is over; with another due time it may not be.
    return replace(clock, **fields, acknowledged=None, version=clock.version + 1)  # type: ignore[arg-type]


def _check_running(clock: Clock) -> None:
    if clock.stopped:
        raise ValueError("这个时限已经停了，不能再改。要重新计时的，请另开一个")


def _check_start(limit: Limit, start: datetime, now: datetime) -> None:
    if limit.direction is Direction.AFTER:
        _check_past(start, now, f"起算时间（{limit.since}）")
    # Out of the range of dates: better said now than at every warning.
    compute(limit, start, Calendar())


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def _check_past(moment: datetime, now: datetime, what: str) -> None:
    if moment.utcoffset() is None:
        raise ValueError(f"{what}没有时区，请写成 2026-01-01T08:00+08:00 这样")
    if moment > now + AHEAD:
        raise ValueError(f"{what}还没到，不能填将来的时间，请核对")


def _at_end(limit: Limit) -> str:
    return f"{at_end_line(limit.at_end)}。" if limit.at_end else "现在就处理。"
