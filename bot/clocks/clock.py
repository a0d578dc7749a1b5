"""A started time limit: when it is due, how near that is. Pure; every time is aware.

Days are those of the zone of ``now``, as in ``Turn.now``: a clock out of the store is in
UTC, and a day counted there could be a day wrong. What may be done to a clock is in
``bot.clocks.changes``, when it warns in ``bot.clocks.schedule``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from bot.clocks.spans import USUAL, before, spoken
from guides import limits
from guides.holidays import Calendar
from guides.limits import Due, remaining
from guides.model import Guide
from guides.parts import Circulation, Direction, Limit, Span, Unit

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Pause:
    """Time that does not count, for one of the limit's ``suspends``; no end: still running."""

    begin: datetime
    end: datetime | None
    why: str


@dataclass(frozen=True, slots=True)
class Clock:
    """``limit`` as it stood at the start; ``tiers``: how many of its extensions apply.

    ``circulation``: of its guide at the start; None: started before that was written down.
    ``started``: direction before: the event it is counted back from. ``acknowledged``: when
    the officer confirmed that it is over. ``version`` grows with every change.
    """

    id: str
    person: str
    walk: str | None
    guide: str
    label: str
    limit: Limit
    started: datetime
    tiers: int = 0
    pauses: tuple[Pause, ...] = ()
    stopped: datetime | None = None
    acknowledged: datetime | None = None
    version: int = 1
    circulation: Circulation | None = None

    @property
    def pause(self) -> Pause | None:
        """The pause that is not over."""
        last = self.pauses[-1] if self.pauses else None
        return last if last is not None and last.end is None else None

    @property
    def by_the_hour(self) -> bool:
        """Counted to the minute, not to the end of a day."""
        tiers = self.limit.extend[: self.tiers]
        unit = tiers[-1].unit if tiers else self.limit.unit
        return unit is Unit.HOUR or (not tiers and self.limit.amount == 0)


class Light(StrEnum):
    RED = "red"
    AMBER = "amber"
    GREEN = "green"


def due(clock: Clock, calendar: Calendar, now: datetime) -> Due:
    """As things stand at ``now``, in its zone: a pause still open counts up to then.

    ValueError, in Chinese, as ``guides.limits.compute``.
    """
    if now.utcoffset() is None:
        raise ValueError(f"当前时间 {now.isoformat()} 没有时区，请写成 2026-01-01T08:00+08:00 这样")
    until = now if clock.stopped is None else min(now, clock.stopped)
    return limits.compute(
        clock.limit,
        clock.started.astimezone(now.tzinfo),
        calendar,
        extend=clock.tiers,
        suspensions=[(p.begin, p.end or max(p.begin, until)) for p in clock.pauses],
    )


def stages(clock: Clock, told: Due, early: tuple[Span, ...] = ()) -> dict[Span, datetime]:
    """When to warn before the due time, the earliest first: what the guide says or the usual,
    and ``early``. What would fall on the start or before it is left out."""
    if told.due == told.started:  # at once
        return {}
    unit = told.applied[-1].unit if told.applied else clock.limit.unit
    spans = clock.limit.warn_before or USUAL[unit]
    moments = {span: before(told.due, span) for span in (*spans, *early)}
    if clock.limit.direction is Direction.AFTER:
        moments = {span: moment for span, moment in moments.items() if moment > told.started}
    return dict(sorted(moments.items(), key=lambda pair: pair[1]))


def light(clock: Clock, calendar: Calendar, now: datetime) -> Light:
    """Red: over, or past the last warning before it; amber: past the first; else green.

    The guide's warnings, not a person's own. A stopped clock keeps the light it stopped with.
    """
    moment = now if clock.stopped is None else min(now, clock.stopped.astimezone(now.tzinfo))
    told = due(clock, calendar, moment)
    passed = [at <= moment for at in stages(clock, told).values()]
    if is_over(told, moment) or (passed and passed[-1]):
        return Light.RED
    return Light.AMBER if any(passed) else Light.GREEN


def is_over(told: Due, now: datetime) -> bool:
    return remaining(told, now).total_seconds() <= 0


def left(end: datetime, now: datetime) -> str:
    """「还有 1 小时 20 分」「还有 3 天 2 小时」「已超 35 分钟」: on screens and in warnings alike.

    To the nearest minute before the end: what is sent half an hour before arrives a second later.
    """
    rest = end.astimezone(UTC) - now.astimezone(UTC)
    if rest > timedelta():
        near = rest < _MINUTE / 2
        return "还有不到 1 分钟" if near else f"还有 {spoken(rest + _MINUTE / 2)}"
    return "刚刚到期" if rest > -_MINUTE else f"已超 {spoken(rest)}"


def siblings(guide: Guide, limit: Limit) -> tuple[Limit, ...]:
    """Limits of the guide that stand for other conditions of the same thing, each a total of
    its own from the same start (8, 12, 24 hours): not a ladder, but what a clock may turn out
    to be under."""
    return tuple(
        other
        for other in guide.limits
        if other.id != limit.id
        and other.unit is limit.unit is Unit.HOUR
        and other.amount > 0
        and limit.amount > 0
        and not other.extend
        and (other.since, other.custody, other.direction, other.roll, other.suspends)
        == (limit.since, limit.custody, limit.direction, limit.roll, limit.suspends)
    )
