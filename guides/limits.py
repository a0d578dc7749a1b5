"""Time-limit arithmetic: from a limit and the moment it starts to when it is due.

Pure: no clock, no file; the start, the suspensions and the calendar are passed in.
Days are those of the zone of ``start`` (pass Beijing time for a mainland day).

Sources: 刑事诉讼法#105 and 公安机关办理行政案件程序规定#35 (the starting day does not
count; a last day that is a holiday moves to the day after it, never in custody),
行政处罚法#85 (working days). Where they leave room, the earlier moment is told: hours
run from the exact start although the statutes leave out the starting hour. Where the
holidays of a year are not published yet, both days that it may be are told; a person's
own right ends on the later, what is to be done in time is due on the earlier.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from guides.feasts import is_fixed
from guides.holidays import Calendar, Reading
from guides.limit_words import UNSURE
from guides.parts import UNIT_NAMES, Direction, Limit, Mode, Roll, Tier, Unit

Period = tuple[datetime, datetime]

_COUNTING = {
    Unit.HOUR: "从起算时刻连续计算，夜间、周末、节假日都算在内，到点为止",
    Unit.DAY: "{day}当日不算，周末、节假日都算在内，到最后一天 23:59:59 为止",
    Unit.WORKDAY: "{day}当日不算，只数工作日：调休上班的日子算，周末和放假的日子不算",
    Unit.MONTH: "按月算到对应的那一天，那个月没有这一天的算到月末，当天 23:59:59 为止",
}


@dataclass(frozen=True, slots=True)
class Due:
    """When a limit is due, and what a screen needs to say why; times in the start's zone."""

    limit: Limit
    started: datetime
    due: datetime
    unmoved: datetime  # before the holiday rule
    applied: tuple[Tier, ...]
    suspended: tuple[Period, ...]  # merged, cut to the start, only those with an effect
    other: datetime | None  # due if the holidays that nobody has published yet fall otherwise
    rest_day: bool  # counted back to a day that is no working day, and left there
    caution: str | None  # Chinese: what must be checked before relying on ``due``

    @property
    def moved(self) -> bool:
        return self.due != self.unmoved


def compute(
    limit: Limit,
    start: datetime,
    calendar: Calendar,
    *,
    extend: int = 0,
    suspensions: Sequence[Period] = (),
) -> Due:
    """When ``limit`` is due if it starts (direction before: its event is) at ``start``.

    ``extend`` applies the first N tiers in order. Amounts of one unit are summed before
    they are counted: 2 + 1 months from 31 December end on 31 March. The holiday rule is
    applied once, at the end. ``suspensions`` are (from, to) not counted: an hour limit
    gains the exact duration; day and month limits gain ``to.date - from.date`` days, and
    workday limits the working days among them. That is the conservative count: the day
    the suspension begins still counts, and one within a single day gains nothing.

    ValueError, in Chinese: a time without zone, more tiers than there are, suspensions
    that the limit does not know or that end before they begin, a date out of range.
    """
    _require_zone(start, "起算时间")
    tiers = _tiers(limit, extend)
    amounts = _amounts(limit, tiers)
    readings = [Reading(calendar, worked) for worked in (True, False)]
    try:
        periods = _merged(limit, start, suspensions)
        ends = [_end(limit, start, amounts, periods, reading) for reading in readings]
    except OverflowError:
        raise ValueError(f"「{limit.label}」算出的日期超出范围，请核对起算时间和期限") from None
    ends.sort(key=lambda end: end.due)
    end, other = reversed(ends) if limit.right else ends
    by_day = next(reversed(amounts), Unit.HOUR) is not Unit.HOUR
    back = limit.direction is Direction.BEFORE
    return Due(
        limit=limit,
        started=start,
        due=end.due,
        unmoved=end.unmoved,
        applied=tiers,
        suspended=end.suspended,
        other=None if other.due == end.due else other.due,
        rest_day=back and by_day and not calendar.is_workday(end.due.date()),
        caution=_caution(limit, sorted(readings[0].unknown | readings[1].unknown), ends),
    )


def remaining(due: Due, now: datetime) -> timedelta:
    """Real time left at ``now``; negative once overdue."""
    _require_zone(now, "当前时间")
    # Not due.due - now: within one zone Python subtracts wall clocks, wrong over DST.
    return due.due.astimezone(UTC) - now.astimezone(UTC)


def explain(due: Due) -> list[str]:
    """Plain Chinese, one line a fact: what counts, what does not, where it ends."""
    limit = due.limit
    amounts = _amounts(limit, due.applied)
    back = limit.direction is Direction.BEFORE
    lines = [f"{'倒算自' if back else '起算'}：{limit.since}，{_spoken(due.started)}"]
    for tier in due.applied:
        verb = "延长到共" if tier.mode is Mode.TOTAL else "再加"
        approver = f"，{tier.approver}批准" if tier.approver else ""
        lines.append(
            f"延长：{verb}{tier.amount}{UNIT_NAMES[tier.unit]}（{tier.condition}{approver}）"
        )
    if not amounts:
        lines.append("计算：立即办理，没有可以等待的时间")
    for unit, amount in amounts.items():
        how = _COUNTING[unit].format(day="事件" if back else "起算")
        lines.append(f"计算：{'往前' if back else ''}{amount}{UNIT_NAMES[unit]}，{how}")
    for begin, end in due.suspended:
        lines.append(f"不计入：{_spoken(begin)} 至 {_spoken(end)}（{'、'.join(limit.suspends)}）")
    if due.moved:
        sure = not due.other or is_fixed(due.unmoved.date())
        off = "不是工作日" if sure else "可能放假"
        lines.append(f"顺延：{due.unmoved:%Y-%m-%d} {off}，顺延到其后第一个工作日")
    elif limit.custody:
        lines.append("顺延：限制人身自由的期限，遇节假日也不顺延")
    elif back:
        early = "，这一天不是工作日，请提前办" if due.rest_day else ""
        lines.append(f"顺延：倒算的期限不往后移{early}")
    elif limit.roll is Roll.NONE:
        lines.append("顺延：遇节假日不顺延")
    lines.append(f"到期：{_spoken(due.due)}")
    return lines


def _spoken(moment: datetime) -> str:
    # Seconds only where they say something: 23:59:59, the end of a day.
    return moment.strftime("%Y-%m-%d %H:%M:%S" if moment.second else "%Y-%m-%d %H:%M")


def _require_zone(moment: datetime, what: str) -> None:
    if moment.utcoffset() is None:
        raise ValueError(
            f"{what} {moment.isoformat()} 没有时区，请写成 2026-01-01T08:00+08:00 这样"
        )


def _tiers(limit: Limit, extend: int) -> tuple[Tier, ...]:
    if extend < 0:
        raise ValueError(f"延长次数不能是 {extend}，应是 0 或者更大的整数")
    if not limit.extend and extend:
        raise ValueError(f"「{limit.label}」没有规定可以延长（0 次），请去掉延长")
    if extend > len(limit.extend):
        named = "；".join(f"{n}. {tier.condition}" for n, tier in enumerate(limit.extend, 1))
        raise ValueError(
            f"「{limit.label}」最多延长 {len(limit.extend)} 次，不能延长 {extend} 次：{named}"
        )
    return limit.extend[:extend]


def _amounts(limit: Limit, tiers: Sequence[Tier]) -> dict[Unit, int]:
    """What is to be counted, in this order; empty: at once."""
    amounts = {limit.unit: limit.amount} if limit.amount else {}
    for tier in tiers:
        if tier.mode is Mode.TOTAL:
            amounts = {}
        amounts[tier.unit] = amounts.get(tier.unit, 0) + tier.amount
    return amounts


@dataclass(frozen=True, slots=True)
class _End:
    due: datetime
    unmoved: datetime
    suspended: tuple[Period, ...]


def _end(
    limit: Limit,
    start: datetime,
    amounts: dict[Unit, int],
    periods: Sequence[Period],
    reading: Reading,
) -> _End:
    sign = -1 if limit.direction is Direction.BEFORE else 1
    last_unit = next(reversed(amounts), Unit.HOUR)  # no amount: at once, to the minute
    unmoved = start
    for unit, amount in amounts.items():
        unmoved = _advance(unmoved, sign * amount, unit, reading)
    effective: list[Period] = []
    for period in periods:
        # At the due time itself nothing is left that could be suspended.
        if period[0] >= unmoved.astimezone(UTC):
            break
        local = _in_zone(period, start.tzinfo)
        unmoved = _suspend(unmoved, local, last_unit, reading)
        effective.append(local)
    rolls = limit.roll is Roll.NEXT_WORKDAY and not limit.custody and sign > 0
    due = _next_workday(unmoved, reading) if rolls and last_unit is not Unit.HOUR else unmoved
    return _End(due, unmoved, tuple(effective))


def _merged(limit: Limit, start: datetime, suspensions: Sequence[Period]) -> list[Period]:
    """In UTC, in order, overlapping ones joined, nothing before the start."""
    if not suspensions:
        return []
    if not limit.suspends:
        raise ValueError(f"「{limit.label}」没有规定不计入的期间（鉴定、听证等），请去掉扣除的时间")
    if limit.direction is Direction.BEFORE:
        raise ValueError(f"「{limit.label}」是倒算的期限，没有不计入的期间，请去掉扣除的时间")
    earliest = start.astimezone(UTC)
    cut: list[Period] = []
    for begin, end in suspensions:
        _require_zone(begin, "扣除的开始时间")
        _require_zone(end, "扣除的结束时间")
        if end < begin:
            raise ValueError("扣除期间的结束早于开始，请核对起止时间")
        if end > max(begin, earliest):
            cut.append((max(begin, earliest), end))
    merged: list[Period] = []
    for begin, end in sorted(cut):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return merged


def _in_zone(period: Period, zone: tzinfo | None) -> Period:
    return period[0].astimezone(zone), period[1].astimezone(zone)


def _suspend(due: datetime, period: Period, unit: Unit, reading: Reading) -> datetime:
    begin, end = period
    if unit is Unit.HOUR:
        length = end.astimezone(UTC) - begin.astimezone(UTC)
        return (due.astimezone(UTC) + length).astimezone(due.tzinfo)
    # The days after the first, up to and including the last: to.date - from.date of them.
    days = (end.date() - begin.date()).days
    if unit is not Unit.WORKDAY:
        return _advance(due, days, Unit.DAY, reading)
    passed = [begin.date() + timedelta(days=n + 1) for n in range(days)]
    worked = sum(reading.works(day) for day in passed)
    return _advance(due, worked, Unit.WORKDAY, reading)


def _advance(moment: datetime, amount: int, unit: Unit, reading: Reading) -> datetime:
    """``amount`` (negative: back) units on."""
    if unit is Unit.HOUR:
        # In UTC, since 8 hours in a cell are 8 hours also when the clocks change.
        return (moment.astimezone(UTC) + timedelta(hours=amount)).astimezone(moment.tzinfo)
    day = moment.date()
    if unit is Unit.DAY:
        day += timedelta(days=amount)
    elif unit is Unit.MONTH:
        day = _add_months(day, amount)
    else:
        left, step = abs(amount), timedelta(days=1 if amount > 0 else -1)
        while left:
            day += step
            left -= reading.works(day)
    return datetime.combine(day, time(23, 59, 59), moment.tzinfo)


def _add_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        raise OverflowError
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _next_workday(last: datetime, reading: Reading) -> datetime:
    """The end of the first working day from ``last`` on."""
    day = last.date()
    while not reading.may_end(day):
        day += timedelta(days=1)
    return datetime.combine(day, last.timetz())


def _caution(limit: Limit, unknown: list[int], ends: list[_End]) -> str | None:
    parts: list[str] = []
    if unknown:
        named = "、".join(f"{year}年" for year in unknown)
        first, last = (f"{end.due:%Y-%m-%d}" for end in ends)
        how = "暂按周一至周五上班、元旦五一国庆的法定假日放假计算"
        if first != last:
            whose = "这是当事人的期限，按晚的算" if limit.right else "这是办案的期限，按早的办"
            how = f"最早 {first}、最晚 {last} 到期，{whose}"
        parts.append(f"{named}的放假安排尚未公布或录入，{how}，请查对国务院办公厅的放假通知")
    if not limit.sure:
        parts.append(UNSURE)
    return "；".join(parts) or None
