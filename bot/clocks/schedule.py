"""When a clock warns: before it is due, when it is due, and after that until confirmed. Pure.

Before: the guide's ``warn_before`` or the usual, and what a person asked for on top. Of a
limit that ends with a day, the days before warn at 09:00, and so does the last day: at
23:59 nobody can do anything about it. After: every 30 minutes, from the seventh hour on
every hour; by the day, every day at 09:00.

Quiet hours move a warning to just before they begin, or, where that has gone by, to their
end, but never past the due time; hours of a person's freedom know no quiet. What has gone by
when a schedule is made becomes one warning, at once, that says how things stand.

The warnings after the due time have no end, so a schedule holds the first of them only.
Whoever is about to send one writes the ``following`` one first, under a name that it always
has: dying in between repeats a message, and loses none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from bot.clocks.clock import Clock, due, stages
from guides.holidays import Calendar
from guides.limits import Due
from guides.parts import Span

MORNING = time(9)
NOW, LAST_DAY, DUE = "now", "last-day", "due"
BEFORE, AFTER, PAUSED = "before", "after", "paused"
_OFTEN, _HOURLY = timedelta(minutes=30), timedelta(hours=1)
_OFTEN_FOR = 12  # times; hourly from then on
SNOOZES = (10, 60)  # minutes
_JUST_BEFORE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Preferences:
    """When a person is not to be woken (local times; the same or None: never quiet), and how
    much earlier they want to be warned on top of what the guide says."""

    quiet_from: time | None = time(22)
    quiet_to: time | None = time(7)
    early: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class ClockWarning:
    """``stage``: now, before-2h, last-day, due, after-3, paused-1; unique within a version of
    a clock. ``at``: when to send it; ``due``: when the limit ends; in the zone asked for."""

    stage: str
    at: datetime
    due: datetime


def warnings(
    clock: Clock, calendar: Calendar, now: datetime, preferences: Preferences, zone: tzinfo
) -> tuple[ClockWarning, ...]:
    """What is to be sent from ``now`` on, in order; at least one until the clock is stopped or
    confirmed. Made anew after every change of the clock."""
    now = now.astimezone(zone)
    endless = following(clock, calendar, now, preferences, zone)
    if endless is None:
        return ()
    if clock.pause:
        return (endless,)
    told = due(clock, calendar, now)
    planned: dict[datetime, str] = {}
    missed = False
    for stage, moments in _planned(clock, told, preferences):
        ahead = next((at for at in moments if at.astimezone(UTC) > now.astimezone(UTC)), None)
        if ahead is None:
            missed = True
        else:
            # Those that quiet hours bring together are one; the nearest to the end counts.
            planned[_kept_quiet(clock, ahead, told.due, now, preferences)] = stage
    at_once = [ClockWarning(NOW, now, told.due)] if missed else []
    listed = [ClockWarning(stage, at, told.due) for at, stage in sorted(planned.items())]
    return (*at_once, *listed, endless)


def following(
    clock: Clock, calendar: Calendar, after: datetime, preferences: Preferences, zone: tzinfo
) -> ClockWarning | None:
    """The first warning later than ``after`` of those without an end: that it is over, or, every
    day, that it is still paused. None once the clock is stopped or confirmed."""
    if clock.stopped or clock.acknowledged:
        return None
    after = after.astimezone(zone)
    told = due(clock, calendar, after)
    stage = AFTER
    if clock.pause:
        stage = PAUSED
        number, at = _next_morning(clock.pause.begin.astimezone(zone).date(), after)
    elif clock.by_the_hour:
        number, at = _next_reminder(told.due, after)
    else:
        number, at = _next_morning(told.due.date(), after)
    quiet = _quiet(clock, at, preferences)
    return ClockWarning(f"{stage}-{number}", quiet[1] if quiet else at, told.due)


def snoozes(end: datetime | None, now: datetime) -> tuple[int, ...]:
    """After how many minutes one may ask to be reminded once more: never at the ``end`` or past
    it, when something must have been done. None: paused, so the end moves on."""
    return tuple(m for m in SNOOZES if end is None or now + timedelta(minutes=m) < end)


def _planned(
    clock: Clock, told: Due, preferences: Preferences
) -> Iterator[tuple[str, tuple[datetime, ...]]]:
    """Each stage up to the due time with when it comes, at best and at the latest, quiet hours
    aside; ``due`` last. Nothing for what is due at once."""
    if told.due == told.started:
        return
    for span, moment in stages(clock, told, preferences.early).items():
        by_day = span[-1] == "d" and not clock.by_the_hour
        best = (_on(moment.date(), MORNING, moment),) if by_day else ()
        yield f"{BEFORE}-{span}", (*best, moment)
    if not clock.by_the_hour:
        yield LAST_DAY, (_on(told.due.date(), MORNING, told.due),)
    yield DUE, (told.due,)


def _kept_quiet(
    clock: Clock, moment: datetime, end: datetime, now: datetime, preferences: Preferences
) -> datetime:
    quiet = _quiet(clock, moment, preferences)
    if quiet is None:
        return moment
    earlier = quiet[0] - _JUST_BEFORE
    if earlier > now:
        return earlier
    return quiet[1] if quiet[1] <= end else moment


def _quiet(
    clock: Clock, moment: datetime, preferences: Preferences
) -> tuple[datetime, datetime] | None:
    """The quiet hours that ``moment`` falls into, from and to; None: none do."""
    begin, end = preferences.quiet_from, preferences.quiet_to
    if begin is None or end is None or begin == end:
        return None
    if clock.limit.custody and clock.by_the_hour:
        return None
    # They may have begun the evening before.
    for days in (-1, 0):
        day = moment.date() + timedelta(days=days)
        start = _on(day, begin, moment)
        stop = _on(day + timedelta(days=begin > end), end, moment)
        if start <= moment < stop:
            return start, stop
    return None


def _next_reminder(end: datetime, after: datetime) -> tuple[int, datetime]:
    passed = after.astimezone(UTC) - end.astimezone(UTC)
    if passed < timedelta():
        number = 1
    elif passed < _OFTEN_FOR * _OFTEN:
        number = passed // _OFTEN + 1
    else:
        number = _OFTEN_FOR + (passed - _OFTEN_FOR * _OFTEN) // _HOURLY + 1
    often = min(number, _OFTEN_FOR)
    at = end.astimezone(UTC) + often * _OFTEN + (number - often) * _HOURLY
    return number, at.astimezone(end.tzinfo)


def _next_morning(day: date, after: datetime) -> tuple[int, datetime]:
    """The first morning later than ``after``, counted from the day after ``day``."""
    number = max(1, (after.date() - day).days)
    at = _on(day + timedelta(days=number), MORNING, after)
    if at > after:
        return number, at
    return number + 1, _on(day + timedelta(days=number + 1), MORNING, after)


def _on(day: date, at: time, like: datetime) -> datetime:
    return datetime.combine(day, at, like.tzinfo)
