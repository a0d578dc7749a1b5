"""A clock's warnings as messages of the outbox: everything to say them without the guide.

Delivering one: get the clock; ``is_obsolete`` drops the message; else put the ``successor``
through ``Clocks.chain``; only then send. A crash at any point repeats, and loses nothing.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from bot.clocks.clock import Clock
from bot.clocks.schedule import AFTER, PAUSED, ClockWarning, Preferences, following, warnings
from bot.clocks.spans import spoken
from bot.message import Message
from guides.holidays import Calendar

KIND = "clock"
_PUNCTUAL = timedelta(minutes=2)


def messages(
    clock: Clock, calendar: Calendar, now: datetime, preferences: Preferences, zone: tzinfo
) -> tuple[Message, ...]:
    """The whole schedule of a clock just started or changed."""
    listed = warnings(clock, calendar, now, preferences, zone)
    return tuple(message(clock, warning) for warning in listed)


def message(clock: Clock, warning: ClockWarning) -> Message:
    """Always the same name for the same warning of the same version of a clock."""
    return Message(
        name=f"{prefix(clock)}{warning.stage}",
        person=clock.person,
        kind=KIND,
        subject=clock.id,
        body=body(clock, warning),
        due=warning.at,
    )


def prefix(clock: Clock) -> str:
    """How the names of a version's messages begin."""
    return f"{KIND}/{clock.id}/{clock.version}/"


def body(clock: Clock, warning: ClockWarning) -> dict[str, Any]:
    """Plain JSON; times ISO 8601 with the zone's offset, as they were asked for.

    ``stage`` as in ``ClockWarning``; ``at`` when it is to be sent; ``due`` null while paused,
    when it moves on; ``at_end`` what must have happened by then, or null; ``why`` of a pause.
    """
    zone = warning.at.tzinfo
    return {
        "clock": clock.id,
        "version": clock.version,
        "walk": clock.walk,
        "guide": clock.guide,
        "label": clock.label,
        "limit": clock.limit.label,
        "limit_id": clock.limit.id,
        "custody": clock.limit.custody,
        "stage": warning.stage,
        "at": warning.at.isoformat(),
        "started": clock.started.astimezone(zone).isoformat(),
        "due": None if clock.pause else warning.due.isoformat(),
        "at_end": clock.limit.at_end,
        "sure": clock.limit.sure,
        "why": clock.pause.why if clock.pause else None,
    }


def is_obsolete(said: dict[str, Any], clock: Clock | None) -> bool:
    """The clock has gone, stopped or changed since; a change wrote messages of its own."""
    if clock is None or clock.stopped:
        return True
    confirmed = clock.acknowledged is not None
    return confirmed or said["clock"] != clock.id or said["version"] != clock.version


def successor(
    said: dict[str, Any],
    clock: Clock,
    calendar: Calendar,
    now: datetime,
    preferences: Preferences,
    zone: tzinfo,
) -> Message | None:
    """The reminder after this one, for those without an end; None for the others, whose
    successors the schedule has already.

    Later than ``now`` as well: what piled up while nothing could be sent is not made up for.
    """
    if said["stage"].rpartition("-")[0] not in (AFTER, PAUSED):
        return None
    after = max(datetime.fromisoformat(said["at"]), now)
    warning = following(clock, calendar, after, preferences, zone)
    return message(clock, warning) if warning else None


def late(said: dict[str, Any], now: datetime) -> str | None:
    """「这条提醒晚了 5 分钟」 when it goes out more than two minutes after its time."""
    behind = now.astimezone(UTC) - datetime.fromisoformat(said["at"]).astimezone(UTC)
    return f"这条提醒晚了 {spoken(behind)}" if behind > _PUNCTUAL else None
