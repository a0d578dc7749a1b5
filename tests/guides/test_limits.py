"""Time limits: a table worked by hand, the refusals, and properties that must always hold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from guides.holidays import Calendar, read_overrides
from guides.limit_words import UNSURE
from guides.limits import Due, Period, compute, explain, remaining
from guides.parts import Direction, Limit, Mode, Roll, Tier, Unit

BEIJING = ZoneInfo("Asia/Shanghai")
OFFICIAL = Calendar()
# Years the package will not publish for long; 2089 is published by hand, 2090 is not.
# 2089-12-30 is a Friday, 2089-12-31 a Saturday.
NEW_YEAR = Calendar(read_overrides({2089: {"holidays": ["2089-12-30"]}}))

H, D, W, M = Unit.HOUR, Unit.DAY, Unit.WORKDAY, Unit.MONTH
# The first use of the calendar loads its tables; how long that takes is not tested here.
unhurried = settings(deadline=None)

NEXT = Roll.NEXT_WORKDAY
BEFORE = Direction.BEFORE


def limit(amount: int, unit: Unit, *tiers: tuple[int, Unit, Mode], **more: Any) -> Limit:
    return Limit(
        id="a-limit",
        label="某期限",
        amount=amount,
        unit=unit,
        counting="怎么算",
        extend=tuple(
            Tier(amount=n, unit=u, mode=m, condition=f"条件{i}")
            for i, (n, u, m) in enumerate(tiers, start=1)
        ),
        **{"from": "到案时间"} | more,
    )


def at(text: str) -> datetime:
    """``02-15`` or ``2026-02-15`` with or without a time, in Beijing."""
    text = text if text[:2] == "20" else f"2026-{text}"
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


def end_of(text: str) -> datetime:
    return at(text).replace(hour=23, minute=59, second=59)


def spans(*texts: str) -> list[Period]:
    """``02-01 10:00/02-03 09:00`` as a suspension."""
    return [(at(a), at(b)) for a, b in (text.split("/") for text in texts)]


def due_of(
    a_limit: Limit,
    start: str,
    calendar: Calendar = OFFICIAL,
    extend: int = 0,
    suspensions: Sequence[Period] = (),
) -> datetime:
    return compute(a_limit, at(start), calendar, extend=extend, suspensions=suspensions).due


# --- worked by hand ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "start", "due"),
    [
        (8, "03-01 10:30", "03-01 18:30"),
        (24, "03-01 10:30", "03-02 10:30"),
        (24, "2026-12-31 23:10", "2027-01-01 23:10"),
        (24, "2028-02-28 09:00", "2028-02-29 09:00"),
        (48, "2027-02-27 09:00", "2027-03-01 09:00"),
        (24, "02-14 22:00", "02-15 22:00"),  # into Spring Festival
        (0, "03-01 10:30:07", "03-01 10:30:07"),
    ],
)
@pytest.mark.parametrize("roll", [Roll.NONE, NEXT])
def test_hours_run_through(amount: int, start: str, due: str, roll: Roll) -> None:
    assert due_of(limit(amount, H, roll=roll), start) == at(due)


@pytest.mark.parametrize(
    ("amount", "unit", "roll", "start", "due"),
    [
        # days: the starting day does not count
        (1, D, Roll.NONE, "03-02 00:00", "03-03"),
        (1, D, Roll.NONE, "03-02 23:59", "03-03"),
        (3, D, Roll.NONE, "2026-12-30 10:00", "2027-01-02"),
        (1, D, Roll.NONE, "2028-02-28 10:00", "2028-02-29"),
        (1, D, Roll.NONE, "2027-02-28 10:00", "2027-03-01"),
        (30, D, Roll.NONE, "01-31 10:00", "03-02"),
        # the last day is a holiday
        (3, D, Roll.NONE, "02-12 10:00", "02-15"),
        (3, D, NEXT, "02-12 10:00", "02-24"),  # over all of Spring Festival
        (2, D, NEXT, "02-12 10:00", "02-14"),  # a Saturday that is worked
        (16, D, NEXT, "02-12 10:00", "02-28"),  # again
        (17, D, NEXT, "02-12 10:00", "03-02"),  # a plain Sunday
        (30, D, NEXT, "09-03 10:00", "10-08"),  # National Day
        (7, D, NEXT, "09-13 10:00", "09-20"),  # a Sunday that is worked
        (1, D, NEXT, "10-10 10:00", "10-12"),
        (3, D, NEXT, "2025-12-29 10:00", "2026-01-04"),  # New Year 1-3 January
        # working days
        (1, W, Roll.NONE, "02-13 10:00", "02-14"),
        (2, W, Roll.NONE, "02-13 10:00", "02-24"),
        (5, W, Roll.NONE, "02-13 10:00", "02-27"),
        (6, W, Roll.NONE, "02-13 10:00", "02-28"),
        (7, W, Roll.NONE, "02-13 10:00", "03-02"),
        (3, W, Roll.NONE, "09-30 10:00", "10-10"),
        (1, W, Roll.NONE, "10-03 10:00", "10-08"),  # started on a holiday
        (1, W, Roll.NONE, "2025-12-31 17:00", "2026-01-04"),
        # months: the corresponding day, or the month's last
        (1, M, Roll.NONE, "01-31 10:00", "02-28"),
        (1, M, NEXT, "01-31 10:00", "02-28"),  # a Saturday that is worked
        (1, M, Roll.NONE, "2028-01-31 10:00", "2028-02-29"),
        (1, M, Roll.NONE, "02-28 10:00", "03-28"),
        (12, M, Roll.NONE, "2028-02-29 10:00", "2029-02-28"),
        (24, M, Roll.NONE, "2026-02-28 10:00", "2028-02-28"),
        (6, M, Roll.NONE, "2026-08-31 10:00", "2027-02-28"),
        (1, M, Roll.NONE, "2026-12-15 10:00", "2027-01-15"),
        (1, M, NEXT, "09-05 10:00", "10-08"),
    ],
)
def test_days_workdays_months(amount: int, unit: Unit, roll: Roll, start: str, due: str) -> None:
    assert due_of(limit(amount, unit, roll=roll), start) == end_of(due)


@pytest.mark.parametrize(
    ("amount", "unit", "start", "due"),
    [
        (24, H, "01-01 10:00", "2025-12-31 10:00:00"),
        (7, D, "03-10 09:00", "03-03 23:59:59"),
        (7, D, "01-05 09:00", "2025-12-29 23:59:59"),
        # 3 and 2 March, 28 (a worked Saturday), 27, 26, 25 and 24 February are the seven
        (7, W, "03-04 09:00", "02-24 23:59:59"),
        (2, W, "10-09 09:00", "09-30 23:59:59"),
        (1, M, "03-31 09:00", "02-28 23:59:59"),
        (0, D, "03-10 09:00", "03-10 09:00:00"),
    ],
)
def test_counted_back_from_the_event(amount: int, unit: Unit, start: str, due: str) -> None:
    assert due_of(limit(amount, unit, direction=BEFORE), start) == at(due)


def test_counted_back_is_never_moved_later() -> None:
    back = limit(7, D, direction=BEFORE, roll=NEXT)
    due = compute(back, at("03-01 09:00"), OFFICIAL)  # reaches 22 February, Spring Festival
    assert due.due == end_of("02-22")
    assert due.rest_day
    assert not due.moved
    assert due.caution is None
    assert not compute(back, at("03-03 09:00"), OFFICIAL).rest_day  # 24 February is worked
    assert not compute(limit(3, D), at("02-12 10:00"), OFFICIAL).rest_day  # only counted back


@pytest.mark.parametrize("roll", list(Roll))
@pytest.mark.parametrize(
    ("amount", "unit", "start"), [(3, D, "02-12 10:00"), (1, M, "01-17 10:00")]
)
def test_custody_never_moves(roll: Roll, amount: int, unit: Unit, start: str) -> None:
    held = compute(limit(amount, unit, custody=True, roll=roll), at(start), OFFICIAL)
    free = compute(limit(amount, unit, custody=False, roll=NEXT), at(start), OFFICIAL)
    assert held.due == held.unmoved == free.unmoved
    assert held.due < free.due
    assert free.moved


def test_hours_are_real_hours_over_a_change_of_clocks() -> None:
    # Clocks go forward in Berlin at 02:00 on 2026-03-29 and back at 03:00 on 2026-10-25.
    berlin = ZoneInfo("Europe/Berlin")
    for start, wall in [
        (datetime(2026, 3, 28, 22, 0, tzinfo=berlin), "2026-03-29T07:00:00+02:00"),
        (datetime(2026, 10, 24, 22, 0, tzinfo=berlin), "2026-10-25T05:00:00+01:00"),
    ]:
        due = compute(limit(8, H), start, OFFICIAL)
        assert due.due.isoformat() == wall
        assert remaining(due, start) == timedelta(hours=8)
        # Four hours over the change, not counted, are four hours as well.
        night = (start + timedelta(hours=2), (start.astimezone(UTC) + timedelta(hours=6)))
        longer = compute(limit(8, H, suspends=("鉴定",)), start, OFFICIAL, suspensions=[night])
        assert remaining(longer, start) == timedelta(hours=12)
        brief = compute(limit(3, H, suspends=("鉴定",)), start, OFFICIAL, suspensions=[night])
        assert remaining(brief, start) == timedelta(hours=7)
        back = compute(limit(8, H, direction=BEFORE), due.due, OFFICIAL)
        assert back.due.astimezone(UTC) == start.astimezone(UTC)


def test_the_day_is_that_of_the_starts_zone() -> None:
    moment = datetime(2026, 3, 1, 20, 0, tzinfo=UTC)  # 2 March, 04:00 in Beijing
    here = compute(limit(1, D), moment.astimezone(BEIJING), OFFICIAL).due
    there = compute(limit(1, D), moment, OFFICIAL).due
    assert here == end_of("03-03")
    assert here.utcoffset() == timedelta(hours=8)
    assert there == datetime(2026, 3, 2, 23, 59, 59, tzinfo=UTC)


# --- extensions -------------------------------------------------------------------

ADD, TOTAL = Mode.ADD, Mode.TOTAL


@pytest.mark.parametrize(
    ("a_limit", "extend", "start", "due"),
    [
        (limit(12, H, (24, H, TOTAL), (48, H, TOTAL)), 1, "03-01 10:00", "03-02 10:00:00"),
        (limit(12, H, (24, H, TOTAL), (48, H, TOTAL)), 2, "03-01 10:00", "03-03 10:00:00"),
        (limit(3, D, (7, D, TOTAL), (30, D, TOTAL)), 2, "03-01 10:00", "03-31 23:59:59"),
        (limit(3, D, (4, D, ADD), (30, D, TOTAL)), 1, "03-01 10:00", "03-08 23:59:59"),
        (limit(3, D, (4, D, ADD), (30, D, TOTAL)), 2, "03-01 10:00", "03-31 23:59:59"),
        (limit(30, D, (30, D, ADD), (30, D, ADD)), 2, "03-01 10:00", "05-30 23:59:59"),
        (limit(10, W, (15, W, TOTAL)), 1, "02-13 10:00", "03-12 23:59:59"),
        # summed, not one after the other: 28 February + 1 month would be 28 March
        (limit(2, M, (1, M, ADD)), 1, "2025-12-31 10:00", "03-31 23:59:59"),
        (limit(2, M, (1, M, ADD), (2, M, ADD), (2, M, ADD)), 3, "03-31 10:00", "10-31 23:59:59"),
        # a total of another unit replaces everything before it
        (limit(30, D, (5, D, ADD), (2, M, TOTAL)), 2, "03-31 10:00", "05-31 23:59:59"),
        (limit(3, D, (12, H, TOTAL)), 1, "03-01 10:00", "03-01 22:00:00"),
        # an addition of another unit goes on where the first ended
        (limit(1, M, (3, D, ADD)), 1, "01-31 10:00", "03-03 23:59:59"),
        (limit(3, D, (12, H, ADD)), 1, "03-01 10:00", "03-05 11:59:59"),
        (limit(0, H, (24, H, ADD)), 1, "03-01 10:00", "03-02 10:00:00"),
    ],
)
def test_tiers(a_limit: Limit, extend: int, start: str, due: str) -> None:
    result = compute(a_limit, at(start), OFFICIAL, extend=extend)
    assert result.due == at(due)
    assert result.applied == a_limit.extend[:extend]


def test_the_holiday_rule_is_applied_once_at_the_end() -> None:
    # 3 days end on 15 February, moved to the 24th; 3 + 15 end on 2 March, a Monday.
    # Moving first would give 24 February + 15 = 11 March.
    a_limit = limit(3, D, (15, D, ADD), roll=NEXT)
    assert due_of(a_limit, "02-12 10:00") == end_of("02-24")
    assert due_of(a_limit, "02-12 10:00", extend=1) == end_of("03-02")
    assert due_of(a_limit, "02-11 10:00", extend=1) == end_of("03-02")  # 1 March is a Sunday


def test_too_many_extensions_are_refused_by_name() -> None:
    a_limit = limit(3, D, (7, D, TOTAL), (30, D, TOTAL))
    with pytest.raises(ValueError, match=r"最多延长 2 次，不能延长 3 次：1\. 条件1；2\. 条件2"):
        compute(a_limit, at("03-01"), OFFICIAL, extend=3)
    with pytest.raises(ValueError, match="没有规定可以延长"):
        compute(limit(3, D), at("03-01"), OFFICIAL, extend=1)
    with pytest.raises(ValueError, match="延长次数不能是 -1"):
        compute(a_limit, at("03-01"), OFFICIAL, extend=-1)


# --- suspensions ------------------------------------------------------------------

APPRAISAL = ("鉴定",)


@pytest.mark.parametrize(
    ("amount", "unit", "suspended", "due"),
    [
        # hours: the exact time; start 2026-03-02 (a Monday) 10:00
        (8, H, ["03-02 12:00/03-02 13:30"], "03-02 19:30:00"),
        (8, H, ["03-02 12:00/03-02 14:00", "03-02 13:00/03-02 15:00"], "03-02 21:00:00"),
        (8, H, ["03-02 12:00/03-02 15:00", "03-02 13:00/03-02 14:00"], "03-02 21:00:00"),
        (8, H, ["03-02 13:00/03-02 15:00", "03-02 12:00/03-02 13:00"], "03-02 21:00:00"),
        (8, H, ["03-02 08:00/03-02 09:59"], "03-02 18:00:00"),  # before the start
        (8, H, ["03-02 08:00/03-02 11:00"], "03-02 19:00:00"),  # begun before the start
        (8, H, ["03-02 18:00/03-02 20:00"], "03-02 18:00:00"),  # begun when it was over
        (8, H, ["03-02 17:59/03-02 20:00"], "03-02 20:01:00"),
        (8, H, ["03-02 12:00/03-02 12:00"], "03-02 18:00:00"),
        # reached only because of the first
        (8, H, ["03-02 12:00/03-02 14:00", "03-02 19:00/03-02 20:00"], "03-02 21:00:00"),
        # days: to.date - from.date
        (10, D, ["03-05 09:00/03-08 17:00"], "03-15 23:59:59"),
        (10, D, ["03-05 00:00/03-05 23:59"], "03-12 23:59:59"),
        (10, D, ["03-05 23:00/03-06 01:00"], "03-13 23:59:59"),
        (10, D, ["03-04 09:00/03-06 09:00", "03-05 09:00/03-07 09:00"], "03-15 23:59:59"),
        (10, D, ["03-12 09:00/03-20 09:00"], "03-20 23:59:59"),  # begun on the last day
        (10, D, ["03-13 00:00/03-20 09:00"], "03-12 23:59:59"),  # after it
        (10, D, ["02-20 09:00/03-01 09:00"], "03-12 23:59:59"),
        (10, D, ["02-20 09:00/03-04 09:00"], "03-14 23:59:59"),  # from the start on
        # working days: Friday 6 to Monday 9 March holds one
        (5, W, ["03-06 09:00/03-09 09:00"], "03-10 23:59:59"),
        (5, W, ["03-04 09:00/03-06 09:00"], "03-11 23:59:59"),
        # Monday to Saturday: the day it begins still counts, four days do not
        (5, W, ["03-02 11:00/03-07 09:00"], "03-13 23:59:59"),
        (5, W, ["03-07 09:00/03-08 09:00"], "03-09 23:59:59"),  # a weekend counts nothing anyway
        # months, then days
        (1, M, ["03-05 09:00/03-08 17:00"], "04-05 23:59:59"),
    ],
)
def test_suspensions(amount: int, unit: Unit, suspended: list[str], due: str) -> None:
    a_limit = limit(amount, unit, suspends=APPRAISAL)
    assert due_of(a_limit, "03-02 10:00", suspensions=spans(*suspended)) == at(due)


def test_the_holiday_rule_comes_after_the_suspension() -> None:
    a_limit = limit(3, D, suspends=APPRAISAL, roll=NEXT)
    # 15 February would move to the 24th; two days of appraisal make it the 17th, then the 24th.
    result = compute(
        a_limit, at("02-12 10:00"), OFFICIAL, suspensions=spans("02-13 09:00/02-15 09:00")
    )
    assert result.unmoved == end_of("02-17")
    assert result.due == end_of("02-24")
    # From the moved day a suspension of 23 February would have counted; it begins too late.
    late = due_of(a_limit, "02-12 10:00", suspensions=spans("02-23 09:00/02-26 09:00"))
    assert late == end_of("02-24")


def test_only_suspensions_with_an_effect_are_reported() -> None:
    result = compute(
        limit(10, D, suspends=APPRAISAL),
        at("03-02 10:00"),
        OFFICIAL,
        suspensions=spans(
            "03-20 09:00/03-25 09:00",
            "03-05 09:00/03-07 09:00",
            "03-01 09:00/03-03 10:00",
            "02-01 09:00/02-02 09:00",
        ),
    )
    assert list(result.suspended) == spans("03-02 10:00/03-03 10:00", "03-05 09:00/03-07 09:00")


def test_suspensions_that_make_no_sense_are_refused() -> None:
    period = spans("03-05 09:00/03-08 17:00")
    with pytest.raises(ValueError, match=r"没有规定不计入的期间.*请去掉"):
        due_of(limit(10, D), "03-02", suspensions=period)
    with pytest.raises(ValueError, match=r"倒算的期限.*请去掉"):
        due_of(limit(10, D, suspends=APPRAISAL, direction=BEFORE), "03-20", suspensions=period)
    known = limit(10, D, suspends=APPRAISAL)
    with pytest.raises(ValueError, match="结束早于开始"):
        due_of(known, "03-02", suspensions=[(period[0][1], period[0][0])])
    with pytest.raises(ValueError, match=r"扣除的结束时间.*没有时区"):
        due_of(known, "03-02", suspensions=[(period[0][0], datetime(2026, 3, 8))])


# --- what must be checked ---------------------------------------------------------


def told(a_limit: Limit, start: str, calendar: Calendar = OFFICIAL) -> tuple[str, str | None]:
    """The day, and the other day that the caution must tell as well."""
    due = compute(a_limit, at(start), calendar)
    other = f"{due.other:%Y-%m-%d}" if due.other else None
    assert due.caution
    assert "放假通知" in due.caution
    for day in (f"{due.due:%Y-%m-%d}", other) if other else ():
        assert f"最早 {day}" in due.caution or f"最晚 {day}" in due.caution
    return f"{due.due:%Y-%m-%d}", other


# 2038 begins on a Friday, 2039 on a Saturday; Spring Festival is on 4 February 2038, a Thursday.
@pytest.mark.parametrize(
    ("unit", "amount", "start", "early", "late"),
    [
        (D, 2, "2038-06-24", "2038-06-26", "2038-06-28"),  # a Saturday, perhaps a working day
        (D, 2, "2038-06-21", "2038-06-23", None),  # a Wednesday far from any festival
        (D, 2, "2037-12-30", "2038-01-02", "2038-01-04"),  # 1 January is off whatever is published
        (D, 2, "2038-04-29", "2038-05-03", "2038-05-06"),  # 1 and 2 May by law, the others perhaps
        (D, 2, "2038-09-29", "2038-10-04", "2038-10-11"),  # the 9th is a Saturday
        (D, 2, "2038-02-02", "2038-02-04", "2038-02-15"),  # Spring Festival
        (W, 5, "2038-06-21", "2038-06-28", None),
        (W, 2, "2038-01-28", "2038-01-30", "2038-02-01"),
    ],
)
def test_where_nobody_has_published_both_days_are_told(
    unit: Unit, amount: int, start: str, early: str, late: str | None
) -> None:
    roll = NEXT if unit is D else Roll.NONE
    assert told(limit(amount, unit, roll=roll), start) == (early, late)
    right = limit(amount, unit, roll=roll, right=True)
    assert told(right, start) == ((late, early) if late else (early, None))


def test_the_caution_says_whose_time_it_is_and_what_is_sure() -> None:
    duty, right = (limit(2, D, roll=NEXT, right=right) for right in (False, True))
    assert "按早的办" in str(compute(duty, at("2038-06-24"), OFFICIAL).caution)
    assert "当事人" in str(compute(right, at("2038-06-24"), OFFICIAL).caution)
    assert "2038年" in str(compute(right, at("2038-06-24"), OFFICIAL).caution)
    assert "周一至周五" in str(compute(right, at("2038-06-21"), OFFICIAL).caution)
    assert "2038-06-26 可能放假" in "".join(explain(compute(right, at("2038-06-24"), OFFICIAL)))
    assert "2038-01-01 不是工作日" in "".join(explain(compute(duty, at("2037-12-30"), OFFICIAL)))


def test_a_right_over_new_year_does_not_lose_the_day_off() -> None:
    """2038-01-01 is a Friday, as in 2027: 29, 30, 31 December, then 4 and 5 January."""
    year_end = Calendar(read_overrides({2037: {"holidays": ["2037-01-01"]}}))
    for right in (True, False):
        assert told(limit(5, W, right=right), "2037-12-28 09:00", year_end) == ("2038-01-05", None)


def test_a_holiday_before_an_unpublished_new_year_moves_over_what_is_sure() -> None:
    # 30 and 31 December 2089 are no working days, nor is 1 January 2090, a Sunday.
    assert told(limit(1, D, roll=NEXT), "2089-12-29 10:00", NEW_YEAR) == (
        "2090-01-02",
        "2090-01-03",
    )
    caution = compute(limit(1, D, roll=NEXT), at("2089-12-29 10:00"), NEW_YEAR).caution
    assert caution is not None
    assert "2089年" not in caution


def test_working_days_walked_over_an_unpublished_year_say_so() -> None:
    # 29 December is a Thursday; 2 January 2090, a Monday, may be off for the Sunday before it.
    assert told(limit(3, W), "2089-12-29 10:00", NEW_YEAR) == ("2090-01-04", "2090-01-05")
    back = limit(5, W, direction=BEFORE)
    assert told(back, "2090-01-05 10:00", NEW_YEAR) == ("2089-12-27", "2089-12-28")
    assert compute(limit(2, W), at("2089-12-27 10:00"), NEW_YEAR).caution is None
    # Suspended until 3 January 2090: whether the 2nd counts nobody knows.
    suspended = compute(
        limit(2, W, suspends=APPRAISAL),
        at("2089-12-26 10:00"),
        NEW_YEAR,
        suspensions=spans("2089-12-28 09:00/2090-01-03 09:00"),
    )
    assert suspended.caution is not None


@pytest.mark.parametrize(
    "a_limit",
    [limit(9, D), limit(1, M), limit(8, H, roll=NEXT), limit(9, D, roll=NEXT, custody=True)],
)
def test_no_caution_where_no_calendar_is_needed(a_limit: Limit) -> None:
    assert compute(a_limit, at("2090-01-05 10:00"), OFFICIAL).caution is None


def test_unchecked_limits_say_so_beside_the_other_caution() -> None:
    words = UNSURE
    assert compute(limit(8, H, sure=False), at("03-02"), OFFICIAL).caution == words
    both = compute(limit(2, D, roll=NEXT, sure=False), at("2090-01-05"), OFFICIAL).caution
    assert both is not None
    assert words in both
    assert "2090年" in both
    assert compute(limit(8, H), at("03-02"), OFFICIAL).caution is None


def test_times_without_a_zone_are_refused() -> None:
    with pytest.raises(ValueError, match=r"起算时间.*没有时区"):
        compute(limit(8, H), datetime(2026, 3, 2), OFFICIAL)
    due = compute(limit(8, H), at("03-02"), OFFICIAL)
    with pytest.raises(ValueError, match=r"当前时间.*没有时区"):
        remaining(due, datetime(2026, 3, 2))


@pytest.mark.parametrize(
    ("a_limit", "start"),
    [
        (limit(10**12, H), "2026-03-02"),
        (limit(10**12, D), "2026-03-02"),
        (limit(10**6, M), "2026-03-02"),
        (limit(10**6, M, direction=BEFORE), "2026-03-02"),
    ],
)
def test_dates_out_of_range_are_refused(a_limit: Limit, start: str) -> None:
    with pytest.raises(ValueError, match="超出范围"):
        due_of(a_limit, start)
    with pytest.raises(ValueError, match="超出范围"):
        compute(limit(1, W), datetime(9999, 12, 31, tzinfo=UTC), OFFICIAL)
    with pytest.raises(ValueError, match="超出范围"):
        compute(limit(1, H), datetime(1, 1, 1, tzinfo=BEIJING), OFFICIAL)


# --- telling ----------------------------------------------------------------------


def test_remaining_is_real_time_and_negative_when_overdue() -> None:
    due = compute(limit(8, H), at("03-02 10:00"), OFFICIAL)
    assert remaining(due, at("03-02 17:30")) == timedelta(minutes=30)
    assert remaining(due, at("03-02 19:00")) == timedelta(hours=-1)
    assert remaining(due, at("03-02 17:30").astimezone(UTC)) == timedelta(minutes=30)


def test_explanation_of_a_moved_extended_suspended_limit() -> None:
    a_limit = limit(3, D, (15, D, ADD), suspends=("鉴定", "听证"), roll=NEXT)
    due = compute(
        a_limit,
        at("02-10 10:00"),
        OFFICIAL,
        extend=1,
        suspensions=spans("02-25 09:00/02-26 09:00"),
    )
    assert explain(due) == [
        "起算：到案时间，2026-02-10 10:00",
        "延长：再加15日（条件1）",
        "计算：18日，起算当日不算，周末、节假日都算在内，到最后一天 23:59:59 为止",
        "不计入：2026-02-25 09:00 至 2026-02-26 09:00（鉴定、听证）",
        "顺延：2026-03-01 不是工作日，顺延到其后第一个工作日",
        "到期：2026-03-02 23:59:59",
    ]


@pytest.mark.parametrize(
    ("a_limit", "start", "says"),
    [
        (limit(8, H, custody=True), "03-02 10:00", "限制人身自由的期限，遇节假日也不顺延"),
        (limit(8, H), "03-02 10:00", "遇节假日不顺延"),
        (limit(0, H), "03-02 10:00", "立即办理"),
        (limit(5, W), "03-02 10:00", "只数工作日"),
        (limit(1, M), "03-02 10:00", "算到月末"),
        (limit(7, D, direction=BEFORE), "03-01 10:00", "往前7日，事件当日不算"),
        (limit(7, D, direction=BEFORE), "03-01 10:00", "这一天不是工作日，请提前办"),
    ],
)
def test_explanation_says_what_counts(a_limit: Limit, start: str, says: str) -> None:
    assert says in "\n".join(explain(compute(a_limit, at(start), OFFICIAL)))


def test_explanation_names_the_approver() -> None:
    tier = Tier(amount=24, unit=H, mode=TOTAL, condition="难以证实", approver="值班负责人")
    due = compute(
        limit(12, H).model_copy(update={"extend": (tier,)}), at("03-02"), OFFICIAL, extend=1
    )
    assert "延长：延长到共24小时（难以证实，值班负责人批准）" in explain(due)


# --- properties -------------------------------------------------------------------

DAYS_UNITS = (D, W, M)
# Across published and unpublished years, so that both ways of counting are met.
moments = st.datetimes(
    datetime(2025, 1, 1), datetime(2031, 1, 1), timezones=st.just(BEIJING), allow_imaginary=False
)
published = st.datetimes(
    datetime(2020, 1, 1), datetime(2026, 6, 1), timezones=st.just(BEIJING), allow_imaginary=False
)
amounts = st.integers(0, 90)
units = st.sampled_from(list(Unit))
tier_parts = st.tuples(st.integers(1, 60), units, st.sampled_from(list(Mode)))


@st.composite
def limits(draw: st.DrawFn, /, **fixed: Any) -> Limit:
    more = {"roll": draw(st.sampled_from(list(Roll))), "custody": draw(st.booleans())} | fixed
    tiers = draw(st.lists(tier_parts, max_size=3))
    return limit(draw(amounts), draw(units), *tiers, **more)


@st.composite
def periods(draw: st.DrawFn) -> Period:
    begin = draw(moments)
    return begin, begin + timedelta(minutes=draw(st.integers(0, 60 * 24 * 60)))


def everything(a_limit: Limit, start: datetime, *suspensions: Period) -> Due:
    return compute(a_limit, start, OFFICIAL, extend=len(a_limit.extend), suspensions=suspensions)


@unhurried
@given(limits(custody=True), moments)
def test_custody_is_never_later_than_its_unrolled_amount(a_limit: Limit, start: datetime) -> None:
    without = a_limit.model_copy(update={"roll": Roll.NONE, "custody": False})
    assert everything(a_limit, start).due <= everything(without, start).due


@unhurried
@given(limits(), moments)
def test_due_is_never_before_the_start(a_limit: Limit, start: datetime) -> None:
    assert everything(a_limit, start).due >= start


@unhurried
@given(limits(direction=BEFORE), moments)
def test_counted_back_is_never_after_the_event(a_limit: Limit, start: datetime) -> None:
    assert everything(a_limit, start).due <= start


@unhurried
@given(units, amounts, st.lists(st.tuples(st.integers(1, 40), st.booleans())), moments)
def test_extending_is_never_earlier(
    unit: Unit, amount: int, growth: list[tuple[int, bool]], start: datetime
) -> None:
    tiers: list[tuple[int, Unit, Mode]] = []
    reached = amount
    for more, as_total in growth[:4]:
        reached += more
        tiers.append((reached, unit, TOTAL) if as_total else (more, unit, ADD))
    a_limit = limit(amount, unit, *tiers, roll=NEXT)
    dues = [compute(a_limit, start, OFFICIAL, extend=n).due for n in range(len(tiers) + 1)]
    assert dues == sorted(dues)
    assert dues[-1] == compute(limit(reached, unit, roll=NEXT), start, OFFICIAL).due


@unhurried
@given(limits(suspends=APPRAISAL), moments, moments)
def test_a_later_start_is_never_due_earlier(a_limit: Limit, one: datetime, other: datetime) -> None:
    """Suspensions aside: two months from 29, 30 and 31 December end on one day, and what is
    suspended from 29 December on is a day shorter for each later start."""
    early, late = sorted((one, other))
    assert everything(a_limit, early).due <= everything(a_limit, late).due


@unhurried
@given(limits(suspends=APPRAISAL), moments, st.lists(periods(), max_size=3), periods())
def test_a_suspension_never_shortens(
    a_limit: Limit, start: datetime, some: list[Period], one_more: Period
) -> None:
    without = everything(a_limit, start, *some).due
    assert everything(a_limit, start, *some, one_more).due >= without


@unhurried
@given(limits(suspends=APPRAISAL), moments, st.lists(periods(), max_size=4), st.randoms())
def test_order_and_repetition_of_suspensions_do_not_matter(
    a_limit: Limit, start: datetime, some: list[Period], random: Any
) -> None:
    shuffled = some + some[:1]
    random.shuffle(shuffled)
    assert everything(a_limit, start, *shuffled) == everything(a_limit, start, *some)


@unhurried
@given(st.integers(1, 400), moments)
def test_before_mirrors_after_for_days(amount: int, start: datetime) -> None:
    there = compute(limit(amount, D), start, OFFICIAL).due
    back = compute(limit(amount, D, direction=BEFORE), there, OFFICIAL).due
    assert back.date() == start.date()
    assert there.date() - start.date() == timedelta(days=amount)


@unhurried
@given(st.integers(1, 60), published)
def test_before_mirrors_after_for_working_days(amount: int, start: datetime) -> None:
    assume(OFFICIAL.is_workday(start.date()))
    there = compute(limit(amount, W), start, OFFICIAL).due
    back = compute(limit(amount, W, direction=BEFORE), there, OFFICIAL).due
    assert back.date() == start.date()


@unhurried
@given(st.integers(1, 60), moments)
def test_working_days_are_as_many_as_were_asked_for(amount: int, start: datetime) -> None:
    early = compute(limit(amount, W), start, OFFICIAL)
    late = compute(limit(amount, W, right=True), start, OFFICIAL)
    counted = []
    for due in (early.due, late.due):
        between = (due.date() - start.date()).days
        days = [start.date() + timedelta(days=n + 1) for n in range(between)]
        counted.append(sum(map(OFFICIAL.is_workday, days)))
    assert counted[0] <= amount <= counted[1]
    assert early.caution or counted == [amount, amount]
    assert (early.other, late.other) == (
        (None, None) if early.due == late.due else (late.due, early.due)
    )


@unhurried
@given(st.sampled_from(DAYS_UNITS), st.integers(1, 60), moments)
def test_a_rolled_limit_ends_on_the_first_working_day(
    unit: Unit, amount: int, start: datetime
) -> None:
    result = compute(limit(amount, unit, roll=NEXT), start, OFFICIAL)
    if result.caution:
        passed = (result.due.date() - result.unmoved.date()).days
        known = [result.unmoved.date() + timedelta(days=n) for n in range(passed)]
        assert not any(map(OFFICIAL.is_workday, known))
        return
    assert OFFICIAL.is_workday(result.due.date())
    skipped: date = result.unmoved.date()
    while skipped < result.due.date():
        assert not OFFICIAL.is_workday(skipped)
        skipped += timedelta(days=1)


@unhurried
@given(limits(), moments)
def test_day_limits_end_with_their_day(a_limit: Limit, start: datetime) -> None:
    assume(all(tier.unit is not H for tier in a_limit.extend))
    assume(a_limit.unit is not H and a_limit.amount > 0)
    due = everything(a_limit, start).due
    assert (due.hour, due.minute, due.second) == (23, 59, 59)
    assert due.tzinfo is start.tzinfo
