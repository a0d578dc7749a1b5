"""A clock as a file for the calendar of a phone. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo

from bot.clocks.clock import Clock
from bot.clocks.schedule import BEFORE, LAST_DAY, ClockWarning
from bot.screens.record import spoken
from guides.limit_words import at_end_line
from guides.limits import Due


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def as_calendar(clock: Clock, told: Due, warnings: Sequence[ClockWarning], zone: tzinfo) -> str:
    """An iCalendar file (RFC 5545): one event at the due time, an alarm for each warning before.

    Importing a later one of the same clock replaces the earlier: same UID, higher SEQUENCE.
    """
    # Imported here: few officers ever ask for one.
    from icalendar import Alarm, Calendar, Event

    named = f"〔{clock.label}〕{clock.limit.label}到期"
    at_end = at_end_line(clock.limit.at_end) if clock.limit.at_end else ""
    begun = f"起算：{spoken(told.started, zone)}（{clock.limit.since}）"
    lines = [f"到期：{spoken(told.due, zone)}", begun, at_end, told.caution or ""]
    calendar = Calendar()
    calendar.add("prodid", "-//Mingbai//ZH")
    calendar.add("version", "2.0")
    event = Event()
    event.add("uid", f"{clock.id}@mingbai")
    event.add("sequence", clock.version)
    # UTC throughout: no calendar has to know the zone, none can read it wrongly.
    event.add("dtstamp", _utc(min(told.started, told.due)))
    event.add("dtstart", _utc(told.due))
    event.add("summary", named)
    event.add("description", "\n".join(line for line in lines if line))
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    for warning in warnings:
        if warning.stage == LAST_DAY or warning.stage.startswith(BEFORE):
            alarm = Alarm()
            alarm.add("action", "DISPLAY")
            alarm.add("trigger", _utc(warning.at) - _utc(told.due))
            alarm.add("description", named)
            event.add_component(alarm)
    calendar.add_component(event)
    return str(calendar.to_ical(), "utf-8")
