"""What is known of a year's days off before its notice is published.

Sure are the days that the State Council's regulation on festivals (全国年节及纪念日放假办法, as
amended from 2025) fixes in the solar calendar. Around these and the festivals of the lunar
calendar the notice moves working days; where it has done so since 2020, it may again. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache

_FIXED = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
# Spring Festival, Dragon Boat, Mid-Autumn: month and day, by the lunar calendar (GB/T 33661).
_LUNAR = {
    2020: "0125 0625 1001",
    2021: "0212 0614 0921",
    2022: "0201 0603 0910",
    2023: "0122 0622 0929",
    2024: "0210 0610 0917",
    2025: "0129 0531 1006",
    2026: "0217 0619 0925",
    2027: "0206 0609 0915",
    2028: "0126 0528 1003",
    2029: "0213 0616 0922",
    2030: "0203 0605 0912",
    2031: "0123 0624 1001",
    2032: "0211 0612 0919",
    2033: "0131 0601 0908",
    2034: "0219 0620 0927",
    2035: "0208 0610 0916",
    2036: "0128 0530 1004",
    2037: "0215 0618 0924",
    2038: "0204 0607 0913",
    2039: "0124 0527 1002",
    2040: "0212 0614 0920",
}
LAST_YEAR = max(_LUNAR)
# A festival of one day on Tuesday or Thursday is joined to the weekend, one of whose days is worked
# for it; one that falls on the weekend is made up for on Monday. From, to: days after it.
_JOINED = {1: (-3, 0), 3: (0, 3), 5: (2, 2), 6: (1, 1)}
# The weekend days that are worked for a long festival lie no further from it.
_REACH = 12


def is_fixed(day: date) -> bool:
    """Off by the regulation itself, in any year."""
    return (day.month, day.day) in _FIXED


@cache
def may_change(day: date) -> bool:
    """Whether the notice of its year may make ``day`` other than Monday to Friday would have it."""
    if is_fixed(day):
        return False
    return any(_near(day, *festival) for festival in _festivals(day.year))


def _festivals(year: int) -> Iterator[tuple[date, int, int]]:
    """The day, and the first and last day off counted from it; 0 and 0: one day, joined or not."""
    yield date(year, 1, 1), 0, 0
    yield date(year, 4, 4), 0, 0
    yield date(year, 4, 5), 0, 0
    yield date(year, 5, 1), -1, 4
    yield date(year, 10, 1), -1, 7
    if year in _LUNAR:
        spring, boat, moon = (
            date(year, int(day[:2]), int(day[2:])) for day in _LUNAR[year].split()
        )
        yield spring, -2, 8
        yield boat, 0, 0
        yield moon, 0, 0


def _near(day: date, festival: date, first: int, last: int) -> bool:
    after = (day - festival).days
    if first == last:
        first, last = _JOINED.get(festival.weekday(), (0, 0))
        return after == 0 or first <= after <= last
    return first <= after <= last if day.weekday() < 5 else abs(after) <= _REACH
