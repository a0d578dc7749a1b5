"""When a clock warns: worked by hand, and what must hold for any clock at any moment."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.clocks.changes import paused, stopped
from bot.clocks.clock import Clock, Pause, due, stages
from bot.clocks.schedule import ClockWarning, Preferences, following, warnings
from guides.parts import Direction, Limit, Unit
from tests.small_clocks import (
    BEIJING,
    CALENDAR,
    at,
    clock,
    clocks_and_now,
    limit,
    moments,
    spans,
    tier,
)

D, M = Unit.DAY, Unit.MONTH
USUAL = Preferences()
AWAKE = Preferences(None, None)
CUSTODY = limit(8, custody=True)
FREE = limit(8)


def listed(made: Clock, now: str, preferences: Preferences = USUAL) -> list[str]:
    """「before-2h 11-21 16:00」..."""
    found = warnings(made, CALENDAR, at(now), preferences, BEIJING)
    return [f"{w.stage} {w.at:%m-%d %H:%M}" for w in found]


def test_an_hour_limit_from_now() -> None:
    assert listed(clock(CUSTODY), "11-21 10:00") == [
        "before-2h 11-21 16:00",
        "before-30m 11-21 17:30",
        "due 11-21 18:00",
        "after-1 11-21 18:30",
    ]
    guided = limit(24, warn_before=("4h", "1h"), custody=True)
    assert listed(clock(guided, "11-21 22:00"), "11-21 22:05") == [
        "before-4h 11-22 18:00",
        "before-1h 11-22 21:00",
        "due 11-22 22:00",
        "after-1 11-22 22:30",
    ]


def test_a_short_one_warns_once_before() -> None:
    assert listed(clock(limit(1)), "11-21 10:00")[0] == "before-30m 11-21 10:30"


def test_a_day_limit_warns_in_the_morning_and_ends_before_the_night() -> None:
    assert listed(clock(limit(3, D)), "11-21 10:00") == [
        "before-1d 11-23 09:00",
        "last-day 11-24 09:00",
        "due 11-24 21:59",
        "after-1 11-25 09:00",
    ]
    assert listed(clock(limit(3, D)), "11-21 10:00", AWAKE)[2] == "due 11-24 23:59"


def test_a_month_and_what_a_person_asks_for() -> None:
    wanted = Preferences(early=("10d", "12h"))
    assert listed(clock(limit(1, M)), "11-21 10:00", wanted) == [
        "before-10d 12-11 09:00",
        "before-7d 12-14 09:00",
        "before-1d 12-20 09:00",
        "last-day 12-21 09:00",
        "before-12h 12-21 11:59",
        "due 12-21 21:59",
        "after-1 12-22 09:00",
    ]
    assert "before-12h" not in " ".join(listed(clock(FREE), "11-21 10:00", wanted))


def test_a_one_day_limit_started_after_nine() -> None:
    """1d before its end lies in the morning that has gone by: the evening is left."""
    assert listed(clock(limit(1, D)), "11-21 10:00")[:2] == [
        "before-1d 11-21 21:59",
        "last-day 11-22 09:00",
    ]


def test_counted_back_from_an_event() -> None:
    hearing = limit(7, D, direction=Direction.BEFORE)
    assert listed(clock(hearing, "12-01 09:00"), "11-21 10:00") == [
        "before-1d 11-23 09:00",
        "last-day 11-24 09:00",
        "due 11-24 21:59",
        "after-1 11-25 09:00",
    ]


def test_at_once_is_reminded_of_until_confirmed() -> None:
    assert listed(clock(limit(0, custody=True)), "11-21 10:00") == ["after-1 11-21 10:30"]
    assert listed(clock(limit(0, custody=True)), "11-21 12:10") == ["after-5 11-21 12:30"]


def test_what_has_gone_by_is_one_warning_at_once() -> None:
    assert listed(clock(CUSTODY), "11-21 17:45") == [
        "now 11-21 17:45",
        "due 11-21 18:00",
        "after-1 11-21 18:30",
    ]
    # Started yesterday: where it stands, and on with the reminders.
    assert listed(clock(CUSTODY, "11-20 10:00"), "11-21 10:00") == [
        "now 11-21 10:00",
        "after-23 11-21 11:00",
    ]


def test_the_reminders_thin_out_after_six_hours() -> None:
    at_six = following(clock(CUSTODY), CALENDAR, at("11-21 23:45"), USUAL, BEIJING)
    assert at_six is not None
    assert (at_six.stage, at_six.at) == ("after-12", at("11-22 00:00"))
    later = following(clock(CUSTODY), CALENDAR, at_six.at, USUAL, BEIJING)
    assert later is not None
    assert (later.stage, later.at) == ("after-13", at("11-22 01:00"))


def test_quiet_hours() -> None:
    """8 hours from 17:00 end at 01:00, from 20:00 at 04:00."""
    assert listed(clock(FREE, "11-21 17:00"), "11-21 17:00") == [
        "due 11-21 21:59",
        "after-1 11-22 07:00",
    ]
    assert listed(clock(CUSTODY, "11-21 17:00"), "11-21 17:00")[0] == "before-2h 11-21 23:00"
    # Begun at night: nothing earlier is left, and later would be too late.
    assert listed(clock(FREE, "11-21 22:30"), "11-21 22:30") == [
        "before-2h 11-22 04:30",
        "before-30m 11-22 06:00",
        "due 11-22 06:30",
        "after-1 11-22 07:00",
    ]
    # Begun at night with time left: when the night is over.
    day = limit(24, warn_before=("20h",))
    assert listed(clock(day, "11-21 22:30"), "11-21 22:30")[0] == "before-20h 11-22 07:00"


@pytest.mark.parametrize(
    ("preferences", "expected"),
    [
        (Preferences(time(1), time(6)), "due 11-22 00:59"),
        (Preferences(time(22), time(22)), "due 11-22 02:00"),
        (Preferences(None, time(7)), "due 11-22 02:00"),
        (Preferences(time(3), time(6)), "due 11-22 02:00"),
    ],
)
def test_other_quiet_hours(preferences: Preferences, expected: str) -> None:
    assert expected in listed(clock(FREE, "11-21 18:00"), "11-21 18:00", preferences)


def test_a_paused_clock_says_once_a_day_that_it_is() -> None:
    rule = limit(30, D, suspends=("鉴定",))
    resting = clock(rule, pauses=(Pause(at("11-21 15:00"), None, "鉴定"),))
    assert listed(resting, "11-21 15:00") == ["paused-1 11-22 09:00"]
    assert listed(resting, "11-24 09:00") == ["paused-4 11-25 09:00"]
    late = Preferences(time(22), time(10))
    assert listed(resting, "11-21 15:00", late) == ["paused-1 11-22 10:00"]


def test_stopped_or_confirmed_is_silence() -> None:
    assert listed(clock(stopped=at("11-21 15:00")), "11-21 16:00") == []
    assert listed(clock(acknowledged=at("11-21 19:00")), "11-21 19:30") == []


def test_an_extension_warns_before_its_own_end() -> None:
    ladder = limit(8, custody=True, extend=(tier(24),))
    assert listed(clock(ladder, tiers=1), "11-21 17:45") == [
        "before-2h 11-22 08:00",
        "before-30m 11-22 09:30",
        "due 11-22 10:00",
        "after-1 11-22 10:30",
    ]


def test_told_in_the_zone_asked_for() -> None:
    found = warnings(
        clock(limit(3, D)), CALENDAR, at("11-21 10:00").astimezone(UTC), USUAL, BEIJING
    )
    assert found[0] == ClockWarning("before-1d", at("11-23 09:00"), at("11-24 23:59:59"))


# --- for any clock ------------------------------------------------------------------

at_any_time = settings(deadline=None, max_examples=300)
preferences = st.builds(
    Preferences,
    st.none() | st.times().map(lambda t: t.replace(second=0, microsecond=0)),
    st.none() | st.times().map(lambda t: t.replace(second=0, microsecond=0)),
    st.lists(spans, max_size=2, unique=True).map(tuple),
)


def is_quiet(moment: datetime, wanted: Preferences) -> bool:
    begin, end = wanted.quiet_from, wanted.quiet_to
    if begin is None or end is None or begin == end:
        return False
    said = moment.time()
    return begin <= said < end if begin < end else said >= begin or said < end


@at_any_time
@given(clocks_and_now(), preferences)
def test_a_schedule(made: tuple[Clock, datetime], wanted: Preferences) -> None:
    running, now = made
    found = warnings(running, CALENDAR, now, wanted, BEIJING)
    end = due(running, CALENDAR, now).due
    assert found, "whoever runs is warned"
    assert [w.at for w in found] == sorted(w.at for w in found)
    assert len({w.stage for w in found}) == len(found)
    for warning in found:
        kind = warning.stage.partition("-")[0]
        assert warning.due == end
        assert warning.at > now or kind == "now"
        assert (warning.at > end) == (kind == "after") or kind == "now"
    assert found[-1].stage.startswith("after")
    assert all(w.stage != "now" or w.at == now for w in found)


@at_any_time
@given(clocks_and_now(), preferences)
def test_no_stage_ahead_is_dropped_or_late(
    made: tuple[Clock, datetime], wanted: Preferences
) -> None:
    """Each comes at its time or earlier; later only where quiet hours end before the due time."""
    running, now = made
    told = due(running, CALENDAR, now)
    found = [w.at for w in warnings(running, CALENDAR, now, wanted, BEIJING)]
    ahead = {**stages(running, told, wanted.early), "due": told.due}
    for moment in ahead.values():
        if moment <= now or told.due == told.started:
            continue
        in_time = [w for w in found if w <= moment]
        if not in_time:
            assert is_quiet(moment, wanted)
            assert any(moment < w <= told.due and not is_quiet(w, wanted) for w in found)


@at_any_time
@given(clocks_and_now(), preferences)
def test_quiet_is_kept_where_it_can_be(made: tuple[Clock, datetime], wanted: Preferences) -> None:
    running, now = made
    told = due(running, CALENDAR, now)
    for warning in warnings(running, CALENDAR, now, wanted, BEIJING):
        if warning.stage == "now" or not is_quiet(warning.at, wanted):
            continue
        if running.limit.custody and running.by_the_hour:
            continue
        assert wanted.quiet_from is not None
        assert wanted.quiet_to is not None
        assert warning.at <= told.due, "a reminder can always wait for the morning"
        began = warning.at.replace(hour=wanted.quiet_from.hour, minute=wanted.quiet_from.minute)
        began -= timedelta(days=began > warning.at)
        over = warning.at.replace(
            hour=wanted.quiet_to.hour, minute=wanted.quiet_to.minute, second=0
        )
        over += timedelta(days=over <= warning.at)
        assert began - timedelta(minutes=1) <= now, "it could have come before the night"
        assert over > told.due, "it could have come after the night"


@at_any_time
@given(clocks_and_now(custody=True), preferences)
def test_hours_of_custody_know_no_quiet(made: tuple[Clock, datetime], wanted: Preferences) -> None:
    running, now = made
    if not running.by_the_hour:
        return
    asleep = warnings(running, CALENDAR, now, wanted, BEIJING)
    awake = warnings(running, CALENDAR, now, Preferences(None, None, wanted.early), BEIJING)
    assert asleep == awake


@at_any_time
@given(clocks_and_now(direction=Direction.AFTER), preferences)
def test_a_clock_started_now_says_nothing_at_once(
    made: tuple[Clock, datetime], wanted: Preferences
) -> None:
    begun = clock(made[0].limit, made[1])
    first = warnings(begun, CALENDAR, made[1], wanted, BEIJING)[0]
    assert first.stage != "now"


@at_any_time
@given(clocks_and_now(), preferences, st.lists(st.integers(0, 3000), max_size=6))
def test_the_chain_of_reminders_never_ends_and_never_stands_still(
    made: tuple[Clock, datetime], wanted: Preferences, delays: list[int]
) -> None:
    running, now = made
    sent_at = now
    seen: set[str] = set()
    for delay in (*delays, 0, 0):
        warning = following(running, CALENDAR, sent_at, wanted, BEIJING)
        assert warning is not None
        assert warning.at > sent_at
        assert warning.stage not in seen
        assert warning.at <= max(sent_at, warning.due) + timedelta(days=2)
        seen.add(warning.stage)
        sent_at = warning.at + timedelta(minutes=delay)


@at_any_time
@given(clocks_and_now(suspends=("鉴定",)), st.integers(0, 100_000), preferences)
def test_while_it_is_paused_nothing_fires_as_if_it_ran(
    made: tuple[Clock, datetime], minutes: int, wanted: Preferences
) -> None:
    running, now = made
    try:
        resting = paused(running, "鉴定", now, CALENDAR, now)
    except ValueError:
        return
    later = now + timedelta(minutes=minutes)
    (only,) = warnings(resting, CALENDAR, later, wanted, BEIJING)
    assert only.stage.startswith("paused")
    assert later < only.at <= later + timedelta(days=2)


@at_any_time
@given(clocks_and_now(), moments)
def test_a_stopped_clock_is_silent(made: tuple[Clock, datetime], later: datetime) -> None:
    running, now = made
    assert warnings(stopped(running, now), CALENDAR, later, USUAL, BEIJING) == ()


@pytest.mark.parametrize("rule", [FREE, CUSTODY, limit(3, D)])
def test_the_same_warning_whenever_it_is_asked_for(rule: Limit) -> None:
    """Its name must be the same, so that writing it twice is writing it once."""
    made = clock(rule)
    first = following(made, CALENDAR, at("11-26 10:01"), USUAL, BEIJING)
    assert first == following(made, CALENDAR, at("11-26 10:29"), USUAL, BEIJING)
