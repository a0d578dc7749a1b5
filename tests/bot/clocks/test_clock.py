"""How a clock stands: due, light, what is left, and which limits it could be under instead."""

from __future__ import annotations

from datetime import UTC, date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from bot.clocks.clock import Clock, Light, Pause, due, left, light, siblings
from guides.folder import read_folder
from guides.library import Library
from guides.parts import Direction, Limit, Mode, Unit
from tests.small_clocks import BEIJING, CALENDAR, at, clock, clocks_and_now, limit, tier

ROOT = Path(__file__).parents[3]
D = Unit.DAY


@pytest.fixture(scope="module")
def real() -> Library:
    return read_folder(ROOT / "guides" / "library").library().on(date(2026, 11, 21))


def test_days_are_those_of_now() -> None:
    """What the store gives out is UTC: 07:00 in Beijing is the day before there."""
    three_days = clock(limit(3, D), at("11-21 07:00").astimezone(UTC))
    told = due(three_days, CALENDAR, at("11-21 12:00"))
    assert told.due == at("11-24 23:59:59")
    assert told.started.tzinfo is BEIJING


def test_a_moment_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="没有时区"):
        due(clock(), CALENDAR, at("11-21").replace(tzinfo=None))


def test_a_pause_that_goes_on_moves_the_due_time() -> None:
    rule = limit(24, suspends=("鉴定",))
    resting = clock(rule, pauses=(Pause(at("11-21 12:00"), None, "鉴定"),))
    assert due(resting, CALENDAR, at("11-21 12:00")).due == at("11-22 10:00")
    assert due(resting, CALENDAR, at("11-21 15:00")).due == at("11-22 13:00")
    rested = clock(rule, pauses=(Pause(at("11-21 12:00"), at("11-21 13:00"), "鉴定"),))
    assert due(rested, CALENDAR, at("11-21 15:00")).due == at("11-22 11:00")
    stopped = clock(
        rule, pauses=(Pause(at("11-21 12:00"), None, "鉴定"),), stopped=at("11-21 14:00")
    )
    assert due(stopped, CALENDAR, at("11-23 15:00")).due == at("11-22 12:00")


@pytest.mark.parametrize(
    ("rule", "now", "expected"),
    [
        (limit(8), "11-21 15:59", Light.GREEN),  # the usual: 2h and 30m
        (limit(8), "11-21 16:00", Light.AMBER),
        (limit(8), "11-21 17:29", Light.AMBER),
        (limit(8), "11-21 17:30", Light.RED),
        (limit(8), "11-21 18:00", Light.RED),
        (limit(8, warn_before=("4h", "1h")), "11-21 14:00", Light.AMBER),
        (limit(8, warn_before=("4h", "1h")), "11-21 17:00", Light.RED),
        (limit(8, warn_before=("2h",)), "11-21 16:00", Light.RED),  # its last as well
        (limit(1), "11-21 10:29", Light.GREEN),  # 2h before lies before the start
        (limit(1), "11-21 10:30", Light.RED),
        (limit(0), "11-21 10:00", Light.RED),
        (limit(1, Unit.MONTH), "12-14 23:59", Light.AMBER),
        (limit(1, Unit.MONTH), "12-14 23:58", Light.GREEN),
        (limit(1, Unit.MONTH), "12-20 23:59", Light.RED),
        (limit(3, D), "11-23 23:59", Light.RED),
        (limit(8, extend=(tier(24),)), "11-21 17:45", Light.RED),
    ],
)
def test_the_light(rule: Limit, now: str, expected: Light) -> None:
    moment = at(now) + timedelta(
        seconds=59 if now.endswith("59") and rule.unit is not Unit.HOUR else 0
    )
    assert light(clock(rule), CALENDAR, moment) is expected


def test_an_extended_clock_is_green_again() -> None:
    longer = clock(limit(8, extend=(tier(24),)), tiers=1)
    assert light(longer, CALENDAR, at("11-21 17:45")) is Light.GREEN


def test_an_extension_by_the_day_warns_a_day_before() -> None:
    """The hours of the limit it extends say nothing any more."""
    longer = clock(limit(12, extend=(tier(5, D),)), tiers=1)
    assert light(longer, CALENDAR, at("11-25 23:58")) is Light.GREEN
    assert light(longer, CALENDAR, at("11-26 10:00")) is Light.RED


def test_a_stopped_clock_keeps_its_light() -> None:
    done = clock(stopped=at("11-21 15:00"))
    assert light(done, CALENDAR, at("11-25 15:00")) is Light.GREEN


@pytest.mark.parametrize(
    ("rule", "now", "told"),
    [
        (limit(8), "11-21 16:40", "还有 1 小时 20 分"),
        (limit(8), "11-21 16:00", "还有 2 小时"),
        (limit(8), "11-21 17:30:02", "还有 30 分钟"),
        (limit(8), "11-21 17:59:30", "还有 1 分钟"),
        (limit(8), "11-21 17:59:31", "还有不到 1 分钟"),
        (limit(8), "11-21 18:00", "刚刚到期"),
        (limit(8), "11-21 18:35", "已超 35 分钟"),
        (limit(8), "11-22 20:35", "已超 1 天 2 小时"),
        (limit(3, D), "11-21 21:59:59", "还有 3 天 2 小时"),
        (limit(3, D), "11-21 23:59:59", "还有 3 天"),
    ],
)
def test_what_is_left(rule: Limit, now: str, told: str) -> None:
    assert left(due(clock(rule), CALENDAR, at(now)).due, at(now)) == told


@pytest.mark.parametrize(
    ("rule", "tiers", "expected"),
    [
        (limit(8), 0, True),
        (limit(3, D), 0, False),
        (limit(0, D), 0, True),
        (limit(12, extend=(tier(2, D, Mode.ADD),)), 1, False),
        (limit(12, extend=(tier(2, D, Mode.ADD),)), 0, True),
    ],
)
def test_by_the_hour(rule: Limit, tiers: int, expected: bool) -> None:
    assert clock(rule, tiers=tiers).by_the_hour is expected


def test_siblings_are_totals_of_the_same_start(real: Library) -> None:
    def of(guide_id: str, limit_id: str) -> list[str]:
        guide = real.guide(guide_id)
        assert guide is not None
        rule = guide.limit(limit_id)
        assert rule is not None
        return [other.id for other in siblings(guide, rule)]

    assert of("admin-summons", "za-summons-8h") == ["za-summons-12h", "za-summons-24h"]
    assert of("admin-summons", "za-summons-24h") == ["za-summons-8h", "za-summons-12h"]
    assert of("admin-summons", "za-summons-family") == []
    # Who turns out to be pregnant has four hours; nobody's four become twelve.
    assert of("continued-questioning", "continued-questioning-12h") == ["continued-questioning-4h"]
    assert of("continued-questioning", "continued-questioning-4h") == []
    assert of("drunk-driving-test", "blood-send-5wd") == []


@settings(deadline=None)
@given(clocks_and_now(custody=True, suspends=()))
def test_time_alone_never_moves_a_custody_limit(made: tuple[Clock, Any]) -> None:
    running, now = made
    first = due(running, CALENDAR, now)
    assert due(running, CALENDAR, now + timedelta(days=40)).due == first.due
    if running.limit.direction is Direction.AFTER:
        assert first.due == first.unmoved, "no holiday moves it"
