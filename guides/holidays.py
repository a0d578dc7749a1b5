"""Which days are working days in mainland China.

Source: the package ``chinesecalendar``, which follows the yearly notices of the
General Office of the State Council (国务院办公厅关于节假日安排的通知). What it does not
have yet (next year, until a new version of it is installed), and what it has wrong,
legal staff write into the library's ``holidays.yaml``::

    2027:
      holidays: [2027-01-01, 2027-01-02]   # days off
      workdays: [2027-02-20]               # weekend days worked instead

Reading the file is the caller's task; ``read_overrides`` takes what the YAML reader
made of it. Pure: no file, no clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from guides.feasts import is_fixed, may_change

_KEYS = {"holidays": "放假日", "workdays": "调休上班日"}


@dataclass(frozen=True, slots=True)
class YearDays:
    """What one year's notice says beyond Monday to Friday; no day is in both sets."""

    year: int
    holidays: frozenset[date] = frozenset()
    workdays: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working days: the overrides first, then the package, then Monday to Friday.

    An override lies over the package day by day and never replaces a whole year, so
    that mending one day does not lose the year's other holidays.
    """

    overrides: tuple[YearDays, ...] = ()

    def is_published(self, year: int) -> bool:
        """Whether the year's official days are known, from the package or an override."""
        return any(days.year == year for days in self.overrides) or _in_package(year)

    def is_workday(self, day: date) -> bool:
        """Whether people work on ``day``; in an unpublished year: Monday to Friday, but for the
        days that are off by law."""
        for days in self.overrides:
            if day in days.holidays:
                return False
            if day in days.workdays:
                return True
        if not _in_package(day.year):
            return day.weekday() < 5 and not is_fixed(day)
        return _worked_by_package(day)


@dataclass(frozen=True, slots=True)
class Reading:
    """A calendar read in one way where a notice still to come may change it: as worked or off."""

    calendar: Calendar
    worked: bool
    unknown: set[int] = field(default_factory=set)  # the unpublished years it was asked about

    def works(self, day: date) -> bool:
        if not self.calendar.is_published(day.year):
            self.unknown.add(day.year)
            if may_change(day):
                return self.worked
        return self.calendar.is_workday(day)

    def may_end(self, day: date) -> bool:
        """Whether a last day is not moved on: where worked is assumed, it never is by a guess."""
        known = self.calendar.is_published(day.year) or is_fixed(day)
        return self.works(day) or (self.worked and not known)


def read_overrides(parsed: Any) -> tuple[YearDays, ...]:
    """Turn ``{year: {"holidays": [day, ...], "workdays": [day, ...]}}`` into overrides.

    Years are int or digits, days are dates or ``YYYY-MM-DD``; None (an empty file) gives
    none. ValueError says in Chinese what is wrong and how to write it.
    """
    if parsed is None:
        return ()
    if not isinstance(parsed, Mapping):
        raise ValueError("放假安排应按年份写，例如 2027: {holidays: [2027-01-01], workdays: []}")
    found: dict[int, YearDays] = {}
    for key, value in parsed.items():
        year = _read_year(key)
        if year in found:
            raise ValueError(f"{year} 年写了两次，请合并成一处")
        found[year] = _read_days(year, value)
    _refuse_contradictions(tuple(found.values()))
    return tuple(found[year] for year in sorted(found))


def _read_year(key: Any) -> int:
    if isinstance(key, str) and key.isascii() and key.isdigit():
        key = int(key)
    if not isinstance(key, int) or not 1900 <= key <= 2999:
        raise ValueError(f"“{key}”不是年份，应写四位数字，例如 2027")
    return key


def _read_days(year: int, value: Any) -> YearDays:
    if not isinstance(value, Mapping):
        raise ValueError(f"{year} 年下面应写 holidays（放假日）和 workdays（调休上班日）")
    if unknown := [str(key) for key in value if key not in _KEYS]:
        raise ValueError(
            f"{year} 年有不认识的项目 {'、'.join(unknown)}，只能写 holidays 和 workdays"
        )
    days = YearDays(
        year, _read_dates(year, "holidays", value), _read_dates(year, "workdays", value)
    )
    # Without this, a year typed in half would count as published and lose its caution.
    if not days.holidays and not (days.workdays and _in_package(year)):
        raise ValueError(f"{year} 年没有写放假日 holidays，请照当年的放假通知写全")
    return days


def _read_dates(year: int, key: str, value: Mapping[Any, Any]) -> frozenset[date]:
    items = value.get(key)
    if items is None:
        return frozenset()
    if not isinstance(items, (list, tuple, set, frozenset)):
        raise ValueError(f"{year} 年的 {key}（{_KEYS[key]}）应是日期的列表，例如 [2027-01-01]")
    return frozenset(_read_date(year, key, item) for item in items)


def _read_date(year: int, key: str, item: Any) -> date:
    where = f"{year} 年的 {key}（{_KEYS[key]}）里"
    day = item
    if isinstance(item, str):
        try:
            day = date.fromisoformat(item.strip())
        except ValueError:
            day = None
    # datetime is a date to Python, but would never equal one.
    if not isinstance(day, date) or isinstance(day, datetime):
        raise ValueError(f"{where}“{item}”不是日期，应写成 2027-01-01 这样")
    # A notice may move days of the December before (2011-12-31 was worked for 2012).
    if day.year != year and not (day.year == year - 1 and day.month == 12):
        raise ValueError(f"{where}的 {day} 不在 {year} 年，请改正日期或者写到它自己的年份下")
    return day


def _refuse_contradictions(years: tuple[YearDays, ...]) -> None:
    off = {day for days in years for day in days.holidays}
    worked = {day for days in years for day in days.workdays}
    if both := sorted(off & worked):
        named = "、".join(str(day) for day in both)
        raise ValueError(f"{named} 既写在 holidays 又写在 workdays，请只留一处")


@cache
def _in_package(year: int) -> bool:
    # Imported here: the tables cost start-up time, and most questions need no calendar.
    import chinese_calendar  # type: ignore[import-untyped, unused-ignore]

    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except (NotImplementedError, ValueError):  # no data for the year; no such year
        return False
    return True


def _worked_by_package(day: date) -> bool:
    import chinese_calendar

    return bool(chinese_calendar.is_workday(day))
