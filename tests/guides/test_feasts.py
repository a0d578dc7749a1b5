"""What is sure before a notice, checked against the notices that were published."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from guides.feasts import LAST_YEAR, is_fixed, may_change
from guides.holidays import Calendar

YEARS = range(2020, 2027)
OFFICIAL = Calendar()


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [day for n in range(366) if (day := first + timedelta(days=n)).year == year]


@pytest.mark.parametrize("year", YEARS)
def test_what_each_notice_moved_was_doubted(year: int) -> None:
    moved = [
        day
        for day in days_of(year)
        if OFFICIAL.is_workday(day) != (day.weekday() < 5 and not is_fixed(day))
    ]
    assert len(moved) > 10
    assert [str(day) for day in moved if not may_change(day)] == []


def test_what_is_off_by_law_was_always_off() -> None:
    fixed = [day for year in YEARS for day in days_of(year) if is_fixed(day)]
    assert len(fixed) == 6 * len(YEARS)
    assert not any(map(OFFICIAL.is_workday, fixed))


@pytest.mark.parametrize("year", [2027, 2030, LAST_YEAR])
def test_most_days_are_not_in_doubt(year: int) -> None:
    assert 20 < sum(map(may_change, days_of(year))) < 60


def test_days_in_doubt_of_2027() -> None:
    doubted = {day for day in days_of(2027) if may_change(day)}
    assert {date(2027, 2, 5), date(2027, 2, 6), date(2027, 2, 12), date(2027, 6, 9)} <= doubted
    for sure in (date(2027, 1, 1), date(2027, 1, 2), date(2027, 1, 4), date(2027, 7, 7)):
        assert sure not in doubted


def test_the_lunar_festivals_reach_well_beyond_the_published_years() -> None:
    """Add years when a new version of the package makes this fail."""
    assert not OFFICIAL.is_published(LAST_YEAR - 5)
