"""Moments as officers type them: 「10:05」「昨天 22:30」「11-20 09:00」「下午3点半」."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

_DAYS = {"前天": -2, "昨天": -1, "今天": 0, "明天": 1, "后天": 2}
# The hours that are said with 12 to be added, and those that are said in full. Others are
# refused: 晚上12点 is midnight to some and noon to nobody, and asking beats a wrong start.
_PARTS_OF_DAY = {
    "凌晨": (range(0), range(6)),
    "早上": (range(0), range(4, 12)),
    "上午": (range(0), range(4, 13)),
    "中午": (range(1, 3), range(11, 15)),
    "下午": (range(1, 8), range(12, 20)),
    "晚上": (range(5, 12), range(17, 24)),
}
_MINUTES = {"半": 30, "一刻": 15, "三刻": 45}
_TIME = (
    rf"(?:(?P<day>{'|'.join(_DAYS)}"
    r"|(?:(?P<year>\d{4})[-/.年])?(?P<month>\d{1,2})[-/.月](?P<date>\d{1,2})日?)\s*)?"
    rf"(?P<part>{'|'.join(_PARTS_OF_DAY)})?\s*"
    rf"(?P<hour>\d{{1,2}})[:：点时](?P<minute>\d{{1,2}}|{'|'.join(_MINUTES)})?分?"
)
_SUFFIX = r"(?P<suffix>起|到案|开始)?"
_WHOLE = re.compile(rf"^{_TIME}{_SUFFIX}$")
_DAY = re.compile(
    rf"^(?:(?P<day>{'|'.join(_DAYS)})"
    r"|(?:(?P<year>\d{4})[-/.年])?(?P<month>\d{1,2})[-/.月](?P<date>\d{1,2})日?)起?$"
)
_LEADING = re.compile(rf"^{_TIME}")
_TRAILING = re.compile(rf"{_TIME}{_SUFFIX}$")
# A time with one of these beside it says another time than was read: 10:05:30, 大前天 9点.
_SPOILS_BEFORE = re.compile(
    r"(?:[\d\-/年月日号时点分大周天]|\d[:：.]|星期.|礼拜.|周.|今晚|今早|早晨|傍晚|夜里|半夜|深夜|午夜)\s*$"
)
_SPOILS_AFTER = re.compile(
    r"\s*(?:[\d:：\-/.刻半秒多过差许]|[零〇一二两三四五六七八九十]+[分刻]|[之以]?[前后]|小时|左右)"
)
_EDGES = " \t\n,，.。;；、:："


def read_time(text: str, now: datetime) -> datetime | None:
    """「10:05」「昨天 22:30」「11-20 09:00」, never in the future of a bare hour; None: no time.

    In the zone of ``now``.
    """
    match = _WHOLE.match(text.strip())
    return _moment(match, now) if match else None


def read_day(text: str, now: datetime) -> datetime | None:
    """「昨天」「11-20」「11月20日」「2026-11-20」 as that day's beginning: enough for limits that
    are counted in days. A day without its year is never in the future; None: no day."""
    match = _DAY.match(text.strip())
    if match is None:
        return None
    try:
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        if match["day"]:
            return midnight + timedelta(days=_DAYS[match["day"]])
        year = int(match["year"] or now.year)
        day = midnight.replace(year=year, month=int(match["month"]), day=int(match["date"]))
        return day.replace(year=year - 1) if day > now and not match["year"] else day
    except (ValueError, OverflowError):
        return None


def read_start(text: str, now: datetime) -> tuple[datetime, str] | None:
    """The time that opens or closes a line, and what else it says: 「10:05 传唤到案」.

    The rest may be empty. None: no time, two times, or one that may mean another moment
    (10:05:30, 大前天 9点): better to ask than to start a clock wrongly.
    """
    text = text.strip(_EDGES)
    if opening := _LEADING.match(text):
        rest = text[opening.end() :]
        return None if _SPOILS_AFTER.match(rest) else _start(opening, rest, now)
    # search() finds the leftmost beginning: the time with its day.
    if closing := _TRAILING.search(text):
        rest = text[: closing.start()]
        said = rest.rstrip() + (closing["suffix"] or "")
        return None if _SPOILS_BEFORE.search(rest) else _start(closing, said, now)
    return None


def _start(match: re.Match[str], rest: str, now: datetime) -> tuple[datetime, str] | None:
    moment = _moment(match, now)
    if moment is None or re.search(_TIME, rest):
        return None
    return moment, rest.strip(_EDGES)


def _moment(match: re.Match[str], now: datetime) -> datetime | None:
    hour = int(match["hour"])
    if part := match["part"]:
        of_twelve, in_full = _PARTS_OF_DAY[part]
        if hour not in of_twelve and hour not in in_full:
            return None
        hour += 12 if hour in of_twelve else 0
    said = match["minute"] or "0"
    minute = _MINUTES[said] if said in _MINUTES else int(said)
    try:
        moment = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
        if match["day"] in _DAYS:
            return moment + timedelta(days=_DAYS[match["day"]])
        if match["month"]:
            year = int(match["year"] or now.year)
            return moment.replace(year=year, month=int(match["month"]), day=int(match["date"]))
    except (ValueError, OverflowError):
        return None
    # 23:50 said just after midnight is last night's.
    return moment - timedelta(days=1) if moment > now else moment
