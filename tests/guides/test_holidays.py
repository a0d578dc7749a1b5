"""The working-day calendar: official days, overrides, and years nobody has published."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guides.feasts import is_fixed
from guides.holidays import Calendar, YearDays, read_overrides

# The package will publish a year sooner or later; this one is far enough away.
UNPUBLISHED = 2090
# The first use of the calendar loads its tables; how long that takes is not tested here.
unhurried = settings(deadline=None)


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2026-01-01", False),  # New Year, a Thursday
        ("2026-01-04", True),  # a Sunday, worked
        ("2026-02-13", True),
        ("2026-02-14", True),  # a Saturday, worked before Spring Festival
        ("2026-02-15", False),
        ("2026-02-23", False),  # a Monday, last day of Spring Festival
        ("2026-02-24", True),
        ("2026-02-28", True),  # a Saturday, worked
        ("2026-03-07", False),  # a plain Saturday
        ("2026-09-20", True),  # a Sunday, worked before National Day
        ("2026-09-30", True),
        ("2026-10-01", False),
        ("2026-10-07", False),
        ("2026-10-08", True),
        ("2026-10-10", True),  # a Saturday, worked
        ("2026-10-11", False),
    ],
)
def test_official_days_of_2026(day: str, worked: bool) -> None:
    assert Calendar().is_workday(date.fromisoformat(day)) is worked


def test_published_years_are_those_of_the_package() -> None:
    calendar = Calendar()
    assert calendar.is_published(2026)
    assert not calendar.is_published(UNPUBLISHED)
    assert not calendar.is_published(1999)


@unhurried
@given(st.dates(date(UNPUBLISHED, 1, 1), date(UNPUBLISHED, 12, 31)))
def test_unpublished_year_is_monday_to_friday_but_for_what_is_off_by_law(day: date) -> None:
    assert Calendar().is_workday(day) is (day.isoweekday() <= 5 and not is_fixed(day))


def test_years_beyond_the_tables_do_not_fail() -> None:
    calendar = Calendar()
    assert calendar.is_workday(date.max) is True  # a Friday
    assert not calendar.is_published(date.max.year + 1)
    assert not calendar.is_published(0)


def test_override_publishes_its_year() -> None:
    # 2090-01-02 is a Monday, 2090-01-07 a Saturday.
    calendar = Calendar(
        read_overrides({UNPUBLISHED: {"holidays": ["2090-01-02"], "workdays": ["2090-01-07"]}})
    )
    assert calendar.is_published(UNPUBLISHED)
    assert not calendar.is_published(UNPUBLISHED + 1)
    assert not calendar.is_workday(date(2090, 1, 2))
    assert calendar.is_workday(date(2090, 1, 7))
    assert calendar.is_workday(date(2090, 1, 3))
    assert not calendar.is_workday(date(2090, 1, 8))


def test_override_mends_single_days_and_keeps_the_rest_of_the_year() -> None:
    calendar = Calendar(
        read_overrides({2026: {"holidays": [date(2026, 3, 3)], "workdays": [date(2026, 10, 7)]}})
    )
    assert not calendar.is_workday(date(2026, 3, 3))
    assert calendar.is_workday(date(2026, 10, 7))
    assert not calendar.is_workday(date(2026, 10, 6))
    assert calendar.is_workday(date(2026, 10, 10))


def test_a_notice_may_move_days_of_the_december_before() -> None:
    calendar = Calendar(
        read_overrides({2091: {"holidays": ["2091-01-01"], "workdays": ["2090-12-31"]}})
    )
    assert calendar.is_workday(date(2090, 12, 31))  # a Sunday
    assert not calendar.is_published(2090)


def test_reading_accepts_what_yaml_and_json_give() -> None:
    expected = (
        YearDays(2090, frozenset({date(2090, 1, 2)})),
        YearDays(2091, frozenset({date(2091, 1, 1)}), frozenset({date(2091, 1, 6)})),
    )
    first = {"holidays": [date(2091, 1, 1)], "workdays": [date(2091, 1, 6)]}
    second = {"holidays": ["2090-01-02"], "workdays": None}
    assert read_overrides({2091: first, "2090": second}) == expected
    assert read_overrides(None) == ()
    assert read_overrides({}) == ()


def test_workdays_alone_mend_a_published_year() -> None:
    calendar = Calendar(read_overrides({2026: {"workdays": ["2026-10-07"]}}))
    assert calendar.is_workday(date(2026, 10, 7))


@pytest.mark.parametrize(
    ("parsed", "says"),
    [
        (["2090-01-01"], "按年份写"),
        ("2090", "按年份写"),
        ({"明年": {}}, "“明年”不是年份"),
        ({True: {"holidays": ["2090-01-01"]}}, "“True”不是年份"),
        ({20: {"holidays": ["2090-01-01"]}}, "“20”不是年份"),
        ({2090: ["2090-01-01"]}, "2090 年下面应写 holidays"),
        ({2090: {"holiday": ["2090-01-01"]}}, "不认识的项目 holiday"),
        ({2090: {"holidays": "2090-01-01"}}, "日期的列表"),
        ({2090: {"holidays": ["元旦"]}}, "“元旦”不是日期"),
        ({2090: {"holidays": ["2090-02-30"]}}, "“2090-02-30”不是日期"),
        ({2090: {"holidays": [20900101]}}, "“20900101”不是日期"),
        ({2090: {"holidays": [datetime(2090, 1, 1)]}}, "不是日期"),
        ({2090: {"holidays": ["2091-01-01"]}}, "2091-01-01 不在 2090 年"),
        ({2090: {"holidays": ["2089-11-30"]}}, "2089-11-30 不在 2090 年"),
        ({2090: {"holidays": [], "workdays": []}}, "2090 年没有写放假日"),
        ({2090: {"workdays": ["2090-01-07"]}}, "2090 年没有写放假日"),
        ({2090: {}}, "2090 年没有写放假日"),
        ({2026: {}}, "2026 年没有写放假日"),
        (
            {2090: {"holidays": ["2090-01-02"], "workdays": ["2090-01-02"]}},
            "2090-01-02 既写在 holidays 又写在 workdays",
        ),
        (
            {
                2090: {"holidays": ["2090-12-31"]},
                2091: {"holidays": ["2091-01-01"], "workdays": ["2090-12-31"]},
            },
            "2090-12-31 既写在",
        ),
        (
            {2090: {"holidays": ["2090-01-02"]}, "2090": {"holidays": ["2090-01-03"]}},
            "2090 年写了两次",
        ),
    ],
)
def test_reading_says_what_is_wrong(parsed: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        read_overrides(parsed)


def test_calendar_is_a_value() -> None:
    overrides = read_overrides({2090: {"holidays": ["2090-01-02"]}})
    assert Calendar(overrides) == Calendar(overrides)
    assert hash(Calendar(overrides)) == hash(Calendar(overrides))
    assert Calendar(overrides) != Calendar()
    with pytest.raises(AttributeError):
        Calendar().overrides = overrides  # type: ignore[misc]


@unhurried
@given(st.sets(st.dates(date(2090, 1, 1), date(2090, 12, 31)), min_size=1))
def test_overridden_days_are_what_was_written(holidays: set[date]) -> None:
    calendar = Calendar(read_overrides({2090: {"holidays": sorted(holidays)}}))
    day = date(2090, 1, 1)
    while day.year == 2090:
        expected = day not in holidays and day.isoweekday() <= 5 and not is_fixed(day)
        assert calendar.is_workday(day) is expected
        day += timedelta(days=1)
