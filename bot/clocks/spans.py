"""Stretches of time as guides write them (2h, 30m, 1d) and as officers read them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from guides.parts import Span, Unit

# What warns of a limit whose guide says nothing.
USUAL: dict[Unit, tuple[Span, ...]] = {
    Unit.HOUR: ("2h", "30m"),
    Unit.DAY: ("1d",),
    Unit.WORKDAY: ("1d",),
    Unit.MONTH: ("7d", "1d"),
}
MOST = 4
_LONGEST = timedelta(days=60)
_SAID = re.compile(r"(\d{1,4})\s*(d|h|m|天|日|个?小时|钟头|分钟?)", re.IGNORECASE)
_UNITS = {"天": "d", "日": "d", "小时": "h", "个小时": "h", "钟头": "h", "分": "m", "分钟": "m"}
_SEPARATORS = re.compile(r"[\s,，、;；和]*")


def length(span: Span) -> timedelta:
    number = int(span[:-1])
    if span[-1] == "d":
        return timedelta(days=number)
    return timedelta(hours=number) if span[-1] == "h" else timedelta(minutes=number)


def before(moment: datetime, span: Span) -> datetime:
    """Days by the calendar of the moment's zone, hours and minutes as they pass."""
    if span[-1] == "d":
        return moment - length(span)
    return (moment.astimezone(UTC) - length(span)).astimezone(moment.tzinfo)


def read_spans(text: str) -> tuple[Span, ...]:
    """「1天，4小时 30分」 or 「1d 4h 30m」 as spans, the longest first; blank text: none.

    ValueError, in Chinese: not a stretch of time, too many of them, or too long.
    """
    if _SEPARATORS.sub("", _SAID.sub("", text)):
        raise ValueError(f"看不懂“{text.strip()}”，请写成 1天、4小时、30分 这样，中间用逗号分开")
    said = (f"{int(n)}{_UNITS.get(unit, unit.lower())}" for n, unit in _SAID.findall(text))
    spans = sorted(set(said), key=length, reverse=True)
    if len(spans) > MOST:
        raise ValueError(f"最多写 {MOST} 个提前量，现在有 {len(spans)} 个，请去掉几个")
    for span in spans:
        if not timedelta() < length(span) <= _LONGEST:
            raise ValueError(f"提前量“{span}”不行，应在 1 分钟到 {_LONGEST.days} 天之间")
    return tuple(spans)


def spoken(stretch: timedelta) -> str:
    """「1 小时 20 分」, 「3 天 2 小时」; whole minutes, rounded down; the sign is left out."""
    minutes = int(abs(stretch).total_seconds()) // 60
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return f"{days} 天 {hours} 小时" if hours else f"{days} 天"
    if hours:
        return f"{hours} 小时 {minutes} 分" if minutes else f"{hours} 小时"
    return f"{minutes} 分钟"
