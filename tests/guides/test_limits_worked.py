"""Every limit of the catalogue against times worked out by hand, and what holds for all limits.

The table is ``limits_worked.yaml``, its limits are those of the guides. The properties go
through every limit of the guides, in the catalogue or not, for every start they are given.
"""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from guides.feasts import is_fixed
from guides.folder import read_folder
from guides.holidays import Calendar, YearDays, read_overrides
from guides.limits import Due, Period, compute, remaining
from guides.parts import Direction, Limit, Mode, Roll, Unit

BEIJING = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
HERE = Path(__file__).parent
TABLE: dict[str, Any] = yaml.load(
    (HERE / "limits_worked.yaml").read_text("utf-8"), yaml.CSafeLoader
)
CALENDAR = Calendar(read_overrides(TABLE["overrides"]))
DAY = timedelta(days=1)


@cache
def limits() -> dict[str, Limit]:
    library = read_folder(HERE.parents[1] / "guides" / "library").library().newest()
    return {limit.id: limit for _, limit in library.limits()}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


@dataclass(frozen=True)
class Row:
    id: str
    start: datetime
    due: datetime = field(compare=False)
    why: str = field(compare=False)
    extend: int = 0
    suspend: tuple[Period, ...] = ()

    @property
    def limit(self) -> Limit:
        return limits()[self.id]

    def computed(self) -> Due:
        return compute(
            self.limit, self.start, CALENDAR, extend=self.extend, suspensions=self.suspend
        )


def read_rows() -> list[Row]:
    rows = []
    for entry in TABLE["rows"]:
        fields = dict(entry)
        fields["start"] = at(fields.pop("from"))
        fields["due"] = at(fields["due"])
        fields["suspend"] = tuple((at(a), at(b)) for a, b in fields.get("suspend", ()))
        rows.append(Row(**fields))
    return rows


ROWS = read_rows()


# --- the table ----------------------------------------------------------------------


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.id}-{row.start:%Y%m%d}-{row.extend}")
def test_due_as_worked_by_hand(row: Row) -> None:
    assert row.computed().due == row.due, row.why


def test_every_catalogue_limit_has_rows(shared: Path) -> None:
    text = (shared / "questions" / "limits.yaml").read_text("utf-8")
    catalogue = {entry["id"] for entry in yaml.load(text, yaml.CSafeLoader)["limits"]}
    assert {row.id for row in ROWS} == catalogue


def test_each_limit_has_two_rows_each_tier_and_a_suspension_where_it_knows_one() -> None:
    assert len(set(ROWS)) == len(ROWS)
    counted = Counter(row.id for row in ROWS)
    assert [limit_id for limit_id, count in counted.items() if count < 2] == []
    for limit_id in counted:
        rows = [row for row in ROWS if row.id == limit_id]
        limit = limits()[limit_id]
        assert {row.extend for row in rows} == set(range(len(limit.extend) + 1)), limit_id
        assert any(row.computed().suspended for row in rows) == bool(limit.suspends), limit_id


def test_the_days_the_table_relies_on_are_the_published_ones() -> None:
    off = {
        day
        for first, last in (text.split("/") for text in TABLE["days_off"])
        for day in days(date.fromisoformat(first), date.fromisoformat(last))
    }
    for day in days(date(2025, 11, 1), date(2026, 12, 31)):
        worked = day in TABLE["worked"] or (day.weekday() < 5 and day not in off)
        assert Calendar().is_workday(day) == worked, day


def days(first: date, last: date) -> Iterator[date]:
    return (first + DAY * n for n in range((last - first).days + 1))


SPRING, NATIONAL = (date(2026, 2, 15), date(2026, 2, 23)), (date(2026, 10, 1), date(2026, 10, 7))
Shows = Callable[[Row, Due], bool]


def moved_over(festival: tuple[date, date]) -> Shows:
    return lambda row, got: got.moved and festival[0] <= got.unmoved.date() <= festival[1]


def left_in(festival: tuple[date, date], custody: bool) -> Shows:
    return lambda row, got: (
        row.limit.unit in (Unit.DAY, Unit.MONTH)
        and row.limit.custody == custody
        and festival[0] <= row.due.date() <= festival[1]
    )


def crosses(year: int) -> Shows:
    return lambda row, got: row.start.year == year < row.due.year < year + 2


def clipped(row: Row, got: Due) -> bool:
    return row.limit.unit is Unit.MONTH and row.start.day > got.unmoved.day and not row.suspend


SHOWN: dict[str, Shows] = {
    "into 2026": crosses(2025),
    "into 2027": crosses(2026),
    "into 2028": crosses(2027),
    "leap day": lambda row, got: row.due.date() == date(2028, 2, 29),
    "leap day as the month's end": lambda row, got: clipped(row, got) and row.due.day == 29,
    "no leap day": lambda row, got: clipped(row, got) and (row.due.month, row.due.day) == (2, 28),
    "31 January and a month": lambda row, got: clipped(row, got) and row.start.month == 1,
    "31 August and months": lambda row, got: clipped(row, got) and row.start.month == 8,
    "moved over Spring Festival": moved_over(SPRING),
    "moved over National Day": moved_over(NATIONAL),
    "custody ends in Spring Festival": left_in(SPRING, True),
    "custody ends in National Day": left_in(NATIONAL, True),
    "left in Spring Festival": left_in(SPRING, False),
    "left in National Day": left_in(NATIONAL, False),
    "an hour limit over midnight": lambda row, got: (
        row.due.date() > row.start.date() and row.due - row.start < DAY and row.due.second == 0
    ),
    "moved to a worked Sunday": lambda row, got: got.moved and row.due.weekday() == 6,
    "counted back": lambda row, got: row.limit.direction is Direction.BEFORE,
    "counted back to a rest day": lambda row, got: got.rest_day,
    "at once": lambda row, got: row.limit.amount == 0 and row.due == row.start,
    "a suspension and a move": lambda row, got: bool(got.suspended) and got.moved,
    "a suspension too late": lambda row, got: bool(row.suspend) and row.suspend[0][0] > row.due,
}


@pytest.mark.parametrize("what", SHOWN)
def test_the_table_shows(what: str) -> None:
    assert any(SHOWN[what](row, row.computed()) for row in ROWS)


@pytest.mark.parametrize("day", TABLE["worked"], ids=str)
def test_each_worked_weekend_day_is_counted_and_ends_a_limit(day: date) -> None:
    counting = [row for row in ROWS if row.limit.unit is Unit.WORKDAY]
    assert any(row.start.date() < day <= row.due.date() for row in counting)
    rolling = [row for row in ROWS if row.limit.roll is Roll.NEXT_WORKDAY]
    assert any(row.due.date() == day for row in rolling)


# --- what holds for every limit of the guides -------------------------------------------

# The first use of the calendar loads its tables; how long that takes is not tested here.
unhurried = settings(deadline=None)
# Published years, years nobody has published, and month ends among them.
starts = st.datetimes(datetime(2025, 1, 1), datetime(2031, 1, 1), timezones=st.just(BEIJING))
# Days off to be put around a due day: offsets in days.
around = st.frozensets(st.integers(-20, 20), max_size=12)
MONTH_END = at("2027-08-31 12:00")


def each_with_tiers() -> Iterator[tuple[Limit, int, int]]:
    """Every limit with each number of tiers, and the amount that makes."""
    for limit in limits().values():
        amount = limit.amount
        yield limit, 0, amount
        for number, tier in enumerate(limit.extend, start=1):
            assert tier.unit is limit.unit, limit.id
            amount = tier.amount if tier.mode is Mode.TOTAL else amount + tier.amount
            yield limit, number, amount


def plainly(unit: Unit, amount: int, start: datetime) -> datetime:
    """By addition alone: no calendar of working days, no rule about holidays."""
    if unit is Unit.HOUR or not amount:
        return start + timedelta(hours=amount)
    day = start.date() + amount * DAY
    if unit is Unit.MONTH:
        first = start.date().replace(day=1)
        for _ in range(amount):
            first += timedelta(days=monthrange(first.year, first.month)[1])
        day = first.replace(day=min(start.day, monthrange(first.year, first.month)[1]))
    return datetime.combine(day, time(23, 59, 59), start.tzinfo)


def with_days_off(due: datetime, offsets: frozenset[int]) -> Calendar:
    """The published calendar, and more days off around ``due``, in years now published."""
    more = frozenset(due.date() + DAY * offset for offset in offsets)
    return Calendar(tuple(YearDays(year, more) for year in {day.year for day in more}))


@unhurried
@given(starts, around)
@example(MONTH_END, frozenset())
def test_custody_never_moves_whatever_the_calendar(
    start: datetime, offsets: frozenset[int]
) -> None:
    held = [found for found in each_with_tiers() if found[0].custody]
    assert {limit.unit for limit, _, _ in held} == {Unit.HOUR, Unit.DAY, Unit.MONTH}
    for limit, extend, amount in held:
        plain = plainly(limit.unit, amount, start)
        rolling = limit.model_copy(update={"roll": Roll.NEXT_WORKDAY})
        # The due day itself is a day off, so that whatever rolls would have to move.
        for calendar in (CALENDAR, with_days_off(plain, offsets | {0})):
            assert compute(limit, start, calendar, extend=extend).due == plain, limit.id
            assert compute(rolling, start, calendar, extend=extend).due == plain, limit.id


@unhurried
@given(starts, around)
@example(at("2026-11-30 12:00"), frozenset(range(20)))
def test_a_rolled_due_is_the_first_working_day_or_stays_with_a_caution(
    start: datetime, offsets: frozenset[int]
) -> None:
    for limit, extend, amount in each_with_tiers():
        if limit.roll is not Roll.NEXT_WORKDAY or limit.direction is Direction.BEFORE:
            continue
        plain = plainly(limit.unit, amount, start)
        for calendar in (CALENDAR, with_days_off(plain, offsets)):
            got = compute(limit, start, calendar, extend=extend)
            assert not limit.custody
            assert got.unmoved == plain, limit.id
            passed = list(days(plain.date(), got.due.date() - DAY))
            if calendar.is_published(got.due.year):
                assert calendar.is_workday(got.due.date()), limit.id
                assert not any(map(calendar.is_workday, passed)), limit.id
                continue
            assert got.caution is not None, limit.id
            assert "放假安排尚未公布" in got.caution, limit.id
            if not limit.right:  # never over a day that is not surely off
                assert not any(map(calendar.is_workday, passed)), limit.id
                assert all(calendar.is_published(day.year) or is_fixed(day) for day in passed)


@unhurried
@given(starts, st.timedeltas(timedelta(0), timedelta(days=40)), around)
@example(MONTH_END - DAY, DAY, frozenset())
@example(at("2026-02-11 12:00"), DAY, frozenset())
def test_a_later_start_is_never_due_earlier(
    start: datetime, later: timedelta, offsets: frozenset[int]
) -> None:
    """Without suspensions: one begun before the start gives a later start fewer days."""
    calendar = with_days_off(start + timedelta(days=30), offsets)
    for limit, extend, _ in each_with_tiers():
        first = compute(limit, start, calendar, extend=extend).due
        assert compute(limit, start + later, calendar, extend=extend).due >= first, limit.id


# An urgent application is decided in a day instead of three: the tier is the shorter time.
SHORTER = {"protection-order-72h"}


@unhurried
@given(starts, around)
def test_extending_is_never_due_earlier(start: datetime, offsets: frozenset[int]) -> None:
    calendar = with_days_off(start + timedelta(days=30), offsets)
    earlier = set()
    for limit in limits().values():
        for extend in range(len(limit.extend)):
            before = compute(limit, start, calendar, extend=extend).due
            if compute(limit, start, calendar, extend=extend + 1).due < before:
                earlier.add(limit.id)
    assert earlier == SHORTER


def test_a_right_is_nobodys_custody_and_hearings_are_rights() -> None:
    rights = {limit.id for limit in limits().values() if limit.right}
    assert len(rights) > 20
    for name in rights:
        assert not limits()[name].custody, name
        assert limits()[name].direction is Direction.AFTER, name
    assert {name for name in limits() if name.endswith("hearing-5wd")} <= rights
    assert {"hearing-apply-5wd", "reconsider-60d", "litigation-6m"} <= rights
    assert not {"za-case-30d", "hearing-hold-10d", "reconsider-reply-10wd", "fine-pay-15d"} & rights


# Clocks go forward in Berlin at 01:00 UTC on 29 March 2026, and back on 25 October.
EDGES = (datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC))


@unhurried
@given(st.sampled_from(EDGES), st.integers(-75 * 60, 60))
@example(EDGES[0], -30)
@example(EDGES[1], -30)
def test_hours_are_real_hours_over_a_change_of_clocks(edge: datetime, minutes: int) -> None:
    moment = edge + timedelta(minutes=minutes)
    seen = 0
    for limit, extend, amount in each_with_tiers():
        if limit.unit is not Unit.HOUR or not amount:
            continue
        hours = timedelta(hours=amount)
        for zone in (BERLIN, BEIJING):
            start = moment.astimezone(zone)
            got = compute(limit, start, CALENDAR, extend=extend)
            assert got.due.timestamp() - start.timestamp() == hours.total_seconds(), limit.id
            assert remaining(got, start) == hours, limit.id
            shown = got.due.replace(tzinfo=None) - start.replace(tzinfo=None)
            change = timedelta(hours=1 if edge == EDGES[0] else -1)
            over = zone is BERLIN and moment < edge <= moment + hours
            assert shown == hours + (change if over else timedelta(0)), limit.id
        seen += 1
    assert seen > 50
