"""What may be done to a clock, what is refused and why, and what never makes custody longer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.clocks.changes import (
    acknowledged,
    begun,
    extended,
    moved,
    paused,
    rescheduled,
    restarted,
    resumed,
    stopped,
)
from bot.clocks.clock import Clock, Pause, due
from guides.model import Guide
from guides.parts import Circulation, Direction, Unit
from tests.small_clocks import CALENDAR, at, clock, clocks_and_now, limit, tier

Step: TypeAlias = Callable[[Clock, datetime], Clock]
LADDER = limit(8, extend=(tier(12), tier(24)), custody=True, at_end="放人")
RESTS = limit(30, Unit.DAY, suspends=("鉴定", "听证"), at_end="结案")


def guide(*limits: Any) -> Guide:
    told = {
        "id": "umbrella",
        "title": "收缴雨伞",
        "area": "scene",
        "kind": "guideline",
        "status": "in_force",
        "in_force": {"from": "2026-01-01", "to": None},
        "revision": 1,
        "owner": "法制大队",
        "checked_on": "2026-11-01",
        "review_by": "2027-05-31",
        "summary": "有人打伞",
        "steps": [{"id": "look", "do": "看"}],
        "changes": [{"revision": 1, "date": "2026-11-01", "kind": "new", "note": "新"}],
    }
    made = Guide.model_validate(told, strict=False)
    return made.model_copy(update={"limits": limits})


def test_begun() -> None:
    rule = limit(8)
    now = at("11-21 10:00")
    made = begun("abcdefgh", "telegram:1", None, guide(rule), "警情A", rule, now, now)
    assert made == clock(rule, circulation=Circulation.OPEN)
    seconds = now.replace(second=59, microsecond=1)
    assert begun("a", "p", None, guide(rule), "警情A", rule, seconds, seconds).started == now
    with pytest.raises(ValueError, match="收伞.*还没到"):
        begun("a", "p", None, guide(rule), "警情A", rule, at("11-21 10:06"), now)
    begun("a", "p", None, guide(rule), "警情A", rule, at("11-21 10:05"), now)
    with pytest.raises(ValueError, match="没有时区"):
        begun("a", "p", None, guide(rule), "警情A", rule, now.replace(tzinfo=None), now)


def test_what_is_counted_back_begins_with_an_event_to_come() -> None:
    hearing = limit(7, Unit.DAY, direction=Direction.BEFORE)
    event = at("12-01 09:00")
    made = begun("a", "p", None, guide(hearing), "警情A", hearing, event, at("11-21 10:00"))
    assert due(made, CALENDAR, at("11-21 10:00")).due == at("11-24 23:59:59")


def test_the_ladder_of_extensions() -> None:
    now = at("11-21 17:59")
    once = extended(clock(LADDER), CALENDAR, now)
    assert (once.tiers, once.version) == (1, 2)
    assert due(once, CALENDAR, now).due == at("11-21 22:00")
    twice = extended(once, CALENDAR, at("11-21 21:00"))
    assert due(twice, CALENDAR, now).due == at("11-22 10:00")
    with pytest.raises(ValueError, match="2 次延长都用完了.*放人"):
        extended(twice, CALENDAR, now)
    with pytest.raises(ValueError, match="没有规定可以延长"):
        extended(clock(limit(8)), CALENDAR, now)


def test_what_is_over_is_not_extended() -> None:
    for now in ("11-21 18:00", "11-22 09:00"):
        with pytest.raises(ValueError, match="11-21 18:00 已经到期.*不能再延长.*放人"):
            extended(clock(LADDER), CALENDAR, at(now))


def test_moving_between_siblings() -> None:
    short = limit(8, id="short", custody=True, at_end="放人")
    long = limit(24, id="long", custody=True, at_end="放人")
    other = limit(24, id="other")
    family = guide(short, long, other)
    now = at("11-21 12:00")
    longer = moved(clock(short), long, family, CALENDAR, now)
    assert (longer.limit, longer.started, longer.version) == (long, at("11-21 10:00"), 2)
    with pytest.raises(ValueError, match="不能换成"):
        moved(clock(short), other, family, CALENDAR, now)
    with pytest.raises(ValueError, match="不能换成"):
        moved(clock(short), short, family, CALENDAR, now)
    late = at("11-21 19:00")
    with pytest.raises(ValueError, match="已经到期.*更长.*放人"):
        moved(clock(short), long, family, CALENDAR, late)
    over = moved(clock(long), short, family, CALENDAR, late)
    assert due(over, CALENDAR, late).due == at("11-21 18:00")


def test_moving_forgets_extensions_of_the_other_limit() -> None:
    four = limit(4, id="four", custody=True)
    family = guide(LADDER, four)
    longer = extended(clock(LADDER), CALENDAR, at("11-21 11:00"))
    assert moved(longer, four, family, CALENDAR, at("11-21 11:30")).tiers == 0


def test_pausing_and_resuming() -> None:
    now = at("11-23 10:00")
    resting = paused(clock(RESTS), "鉴定", at("11-22 10:00"), CALENDAR, now)
    assert resting.pause == Pause(at("11-22 10:00"), None, "鉴定")
    assert due(resting, CALENDAR, at("11-25 10:00")).due == at("12-24 23:59:59")
    on = resumed(resting, at("11-26 09:00"), at("11-26 10:00"))
    assert (on.pause, on.version) == (None, 3)
    assert due(on, CALENDAR, at("12-01 10:00")).due == at("12-25 23:59:59")


@pytest.mark.parametrize(
    ("made", "why", "begin", "told"),
    [
        (clock(LADDER), "鉴定", "11-21 11:00", "没有可以不计入的时间"),
        (clock(RESTS), "下雨", "11-21 11:00", "只有鉴定、听证"),
        (clock(RESTS), "鉴定", "11-21 09:00", "早于起算"),
        (clock(RESTS), "鉴定", "11-23 10:06", "还没到"),
        (
            clock(RESTS, pauses=(Pause(at("11-21 11:00"), None, "鉴定"),)),
            "听证",
            "11-22 10:00",
            "已经暂停了",
        ),
        (
            clock(RESTS, pauses=(Pause(at("11-21 11:00"), at("11-22 12:00"), "鉴定"),)),
            "听证",
            "11-22 10:00",
            "不能重叠",
        ),
        (clock(limit(24, suspends=("鉴定",))), "鉴定", "11-22 10:00", "已经到期"),
        (
            clock(limit(3, Unit.DAY, suspends=("鉴定",), direction=Direction.BEFORE)),
            "鉴定",
            "11-22 10:00",
            "没有可以不计入的时间",
        ),
    ],
)
def test_pauses_that_are_refused(made: Clock, why: str, begin: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        paused(made, why, at(begin), CALENDAR, at("11-23 10:00"))


def test_resuming_that_is_refused() -> None:
    resting = clock(RESTS, pauses=(Pause(at("11-22 10:00"), None, "鉴定"),))
    now = at("11-23 10:00")
    with pytest.raises(ValueError, match="没有暂停"):
        resumed(clock(RESTS), now, now)
    with pytest.raises(ValueError, match="早于暂停"):
        resumed(resting, at("11-22 09:00"), now)
    with pytest.raises(ValueError, match="还没到"):
        resumed(resting, at("11-23 11:00"), now)


def test_correcting_the_start() -> None:
    now = at("11-21 12:00")
    earlier = restarted(clock(LADDER, tiers=1), at("11-21 09:00"), now)
    assert (earlier.started, earlier.tiers, earlier.version) == (at("11-21 09:00"), 1, 2)
    with pytest.raises(ValueError, match="还没到"):
        restarted(clock(LADDER), at("11-21 12:06"), now)
    resting = clock(RESTS, pauses=(Pause(at("11-21 11:00"), None, "鉴定"),))
    with pytest.raises(ValueError, match="先恢复"):
        restarted(resting, at("11-21 11:30"), now)


def test_stopping() -> None:
    now = at("11-23 12:00")
    done = stopped(clock(RESTS, pauses=(Pause(at("11-22 10:00"), None, "鉴定"),)), now)
    assert done.stopped == now
    assert done.pauses == (Pause(at("11-22 10:00"), now, "鉴定"),)
    family = guide(LADDER)
    attempts: list[Step] = [
        stopped,
        lambda c, t: extended(c, CALENDAR, t),
        lambda c, t: moved(c, LADDER, family, CALENDAR, t),
        lambda c, t: paused(c, "鉴定", t, CALENDAR, t),
        lambda c, t: resumed(c, t, t),
        lambda c, t: restarted(c, t, t),
        lambda c, t: acknowledged(c, CALENDAR, t),
        lambda c, t: rescheduled(c),
    ]
    for attempt in attempts:
        with pytest.raises(ValueError, match="已经停了"):
            attempt(done, now)


def test_only_what_is_over_is_confirmed_and_a_new_due_time_opens_it_again() -> None:
    running = clock(LADDER)
    with pytest.raises(ValueError, match="还没到期"):
        acknowledged(running, CALENDAR, at("11-21 17:59"))
    known = acknowledged(running, CALENDAR, at("11-21 18:01"))
    assert (known.acknowledged, known.version) == (at("11-21 18:01"), 2)
    with pytest.raises(ValueError, match="已经确认过"):
        acknowledged(known, CALENDAR, at("11-21 18:02"))
    assert restarted(known, at("11-21 14:00"), at("11-21 18:03")).acknowledged is None
    assert rescheduled(known).acknowledged is not None


@settings(deadline=None)
@given(
    clocks_and_now(custody=True, suspends=()),
    st.lists(st.tuples(st.sampled_from("pushar"), st.integers(0, 3000)), max_size=8),
)
def test_nothing_but_its_own_extensions_makes_custody_longer(
    made: tuple[Clock, datetime], steps: list[tuple[str, int]]
) -> None:
    """Pausing, resuming, another schedule, stopping, confirming: refused, or no later."""
    running, now = made
    attempts: dict[str, Step] = {
        "p": lambda c, t: paused(c, "鉴定", t, CALENDAR, t),
        "u": lambda c, t: resumed(c, t, t),
        "s": stopped,
        "h": lambda c, t: rescheduled(c),
        "a": lambda c, t: acknowledged(c, CALENDAR, t),
        "r": lambda c, t: restarted(c, c.started, t),
    }
    first = due(running, CALENDAR, now).due
    for name, minutes in steps:
        now += timedelta(minutes=minutes)
        try:
            changed = attempts[name](running, now)
        except ValueError:
            continue
        assert changed.version == running.version + 1
        running = changed
    assert due(running, CALENDAR, now).due == first


@settings(deadline=None)
@given(clocks_and_now())
def test_an_extension_is_later_and_only_before_the_end(made: tuple[Clock, datetime]) -> None:
    running, now = made
    told = due(running, CALENDAR, now)
    try:
        longer = extended(running, CALENDAR, now)
    except ValueError:
        assert running.tiers == len(running.limit.extend) or told.due <= now
    else:
        assert told.due > now
        if running.limit.direction is Direction.AFTER:
            assert due(longer, CALENDAR, now).due > told.due
