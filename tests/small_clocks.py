"""Limits and clocks for tests, made up, and how hypothesis makes up more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from bot.clocks.clock import Clock
from guides.holidays import Calendar
from guides.parts import Direction, Limit, Mode, Roll, Tier, Unit

BEIJING = ZoneInfo("Asia/Shanghai")
CALENDAR = Calendar()


def at(text: str) -> datetime:
    """``11-21`` or ``11-21 10:05`` of 2026 in Beijing."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=BEIJING)


def limit(amount: int = 8, unit: Unit = Unit.HOUR, **more: Any) -> Limit:
    told = {"id": "a-limit", "label": f"看伞{amount}", "counting": "连续算", "from": "收伞"}
    return Limit(amount=amount, unit=unit, **{**told, **more})


def tier(amount: int, unit: Unit = Unit.HOUR, mode: Mode = Mode.TOTAL) -> Tier:
    return Tier(amount=amount, unit=unit, mode=mode, condition="雨没停", approver="所长")


def clock(rule: Limit | None = None, start: str | datetime = "11-21 10:00", **more: Any) -> Clock:
    started = at(start) if isinstance(start, str) else start
    told: dict[str, Any] = {
        "id": "abcdefgh",
        "person": "telegram:1",
        "walk": None,
        "guide": "umbrella",
        "label": "警情A",
        "limit": rule or limit(),
    }
    return Clock(started=started, **{**told, **more})


moments = st.datetimes(
    datetime(2026, 3, 1), datetime(2026, 10, 31), timezones=st.just(BEIJING)
).map(lambda moment: moment.replace(microsecond=0))
spans = st.sampled_from(("15m", "30m", "1h", "2h", "8h", "20h", "1d", "3d", "10d"))


@st.composite
def limits(draw: st.DrawFn, /, **fixed: Any) -> Limit:
    unit = draw(st.sampled_from(Unit))
    most = {Unit.HOUR: 72, Unit.DAY: 40, Unit.WORKDAY: 20, Unit.MONTH: 6}[unit]
    tiers = draw(st.lists(st.integers(1, 3).map(lambda n: n * most), max_size=2))
    told: dict[str, Any] = {
        "custody": draw(st.booleans()),
        "roll": draw(st.sampled_from(Roll)),
        "suspends": draw(st.sampled_from(((), ("鉴定", "听证")))),
        "extend": tuple(tier(n, unit, Mode.ADD) for n in tiers),
        "warn_before": tuple(draw(st.lists(spans, max_size=3, unique=True))),
        "at_end": draw(st.sampled_from((None, "放人"))),
    }
    return limit(draw(st.integers(0, most)), unit, **{**told, **fixed})


@st.composite
def clocks_and_now(draw: st.DrawFn, /, **fixed: Any) -> tuple[Clock, datetime]:
    """A clock as the store would give it out, in UTC, and a moment after its start (direction
    before: any)."""
    rule = draw(limits(**fixed))
    if draw(st.booleans()) and not rule.suspends and "direction" not in fixed:
        rule = rule.model_copy(update={"direction": draw(st.sampled_from(Direction))})
    now = draw(moments)
    passed = timedelta(minutes=draw(st.integers(0, 90 * 24 * 60)))
    if draw(st.booleans()):
        passed %= timedelta(hours=30)
    if rule.direction is Direction.BEFORE:
        passed = -passed
    tiers = draw(st.integers(0, len(rule.extend)))
    start = (now - passed).replace(second=0).astimezone(UTC)
    return clock(rule, start, tiers=tiers), now
