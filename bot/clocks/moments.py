"""Moments as officers type them: 「10:05」「昨晚10点」「11-20 09:00」「30号22点」「下午3点半」."""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from datetime import datetime, timedelta

from guides.citation import chinese_number

_DAYS = {"前天": -2, "昨天": -1, "昨日": -1, "今天": 0, "今日": 0, "明天": 1, "后天": 2}
# A day and a part of it in one word.
_DAY_PARTS = {
    f"{said}{part}": (days, full)
    for said, days in (("前", -2), ("昨", -1), ("今", 0), ("明", 1))
    for part, full in (("晚", "晚上"), ("早", "早上"))
}
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
_HAN = "零〇一二两三四五六七八九十"
# 七点二十, without its 分; 七点二十个人 is another thing.
_BARE_MINUTE = (
    r"(?:[二三四五]十[一二三四五六七八九]?|十[一二三四五六七八九]|[零〇][一二三四五六七八九])"
)
_WEEKDAYS = "一二三四五六日"
# A day by its number alone needs its 号 or 日; with its month 11-20 is enough.
_DAY_OF_MONTH = (
    r"(?:(?:(?P<year>\d{4})[-/.年])?(?P<month>\d{1,2})[-/.月](?P<date>\d{1,2})[日号]?"
    r"|(?P<only>\d{1,2})[日号])"
)
_TIME = (
    rf"(?:(?P<both>{'|'.join(_DAY_PARTS)})\s*"
    rf"|(?:(?P<day>{'|'.join(_DAYS)})|{_DAY_OF_MONTH})?\s*"
    rf"(?P<part>{'|'.join(_PARTS_OF_DAY)})?\s*)"
    rf"(?P<hour>\d{{1,2}}|[{_HAN}]{{1,3}})[:：点时]"
    rf"(?P<minute>\d{{1,2}}|{'|'.join(_MINUTES)}|[{_HAN}]{{1,3}}(?=分)"
    rf"|{_BARE_MINUTE}(?![{_HAN}个名位人多几余]))?分?许?"
)
_SUFFIX = r"(?P<suffix>起|到案|开始)?"
_WHOLE = re.compile(rf"^{_TIME}{_SUFFIX}$")
_DAY = re.compile(rf"^(?:(?P<day>{'|'.join(_DAYS)})|{_DAY_OF_MONTH})起?$")
# Only where a time is awaited, since beside other words each says something else too.
_WEEKDAY = re.compile(rf"^(?:周|星期|礼拜)([{_WEEKDAYS}天])\s*(.+)$")
_AGO = re.compile(
    rf"^(?:(\d{{1,3}}|[{_HAN}]{{1,3}})个?(半)?|(半)个?)(小时|钟头|分钟)(半)?(?:之|以)?前$"
)
_BARE_CLOCK = re.compile(r"^([01]\d|2[0-3])([0-5]\d)$")
_LEADING = re.compile(rf"^{_TIME}")
_TRAILING = re.compile(rf"{_TIME}{_SUFFIX}$")
# A time with one of these beside it says another time than was read: 10:05:30, 大前天 9点.
_SPOILS_BEFORE = re.compile(
    rf"(?:[\d\-/年月日号时点分大周天{_HAN}]|\d[:：.]|星期.|礼拜.|周.|傍晚|夜里|半夜|深夜|午夜)\s*$"
)
_SPOILS_AFTER = re.compile(
    r"\s*(?:[\d:：\-/.刻半秒多过差]|[零〇一二两三四五六七八九十]+[分刻]|[之以]?[前后]|小时|左右)"
)
# What somebody writes who means a moment, whether or not it can be read.
_LIKE_A_TIME = re.compile(
    rf"[\d{_HAN}](?:[点时:：号]|\s*月)|刚才|刚刚|[昨今前]晚|[昨今前]天|凌晨|半夜|夜里|傍晚"
    r"|(?:时|钟头|分|分钟|刻钟|天)(?:之|以)?前$|^(?:上|本)?(?:周|星期|礼拜)[一二三四五六日天\d]"
    r"|^\d{1,2}[.:]?\d{2}$|^\d{4}-\d\d-\d\d[T ]\d"
)
HOW_TO_WRITE = (
    "这个时间没看懂。写成 22:30、昨天 22:30、周六 22:30、30日 22:30 或者 11-30 22:30 再发一次。"
)
LONGEST_TIME = 14  # characters
_EDGES = " \t\n,，.。;；、:："


def read_time(text: str, now: datetime) -> datetime | None:
    """「10:05」「昨天 22:30」「11-20 09:00」, never in the future of a bare hour; None: no time.

    In the zone of ``now``. Also 「周六22点」, the last that is past, 「半小时前」 and 「2230」.
    """
    text = _narrow(text)
    if ago := _AGO.match(text):
        return _ago(ago, now)
    if weekday := _WEEKDAY.match(text):
        return _on_weekday(weekday[1], _WHOLE.match(weekday[2]), now)
    if clock := _BARE_CLOCK.match(text):
        text = f"{clock[1]}:{clock[2]}"
    match = _WHOLE.match(text)
    return _moment(match, now) if match else None


def read_day(text: str, now: datetime) -> datetime | None:
    """「昨天」「20号」「11月20日」「2026-11-20」 as that day's beginning: enough for limits that
    are counted in days. A day without its year is never in the future; None: no day."""
    match = _DAY.match(_narrow(text))
    if match is None:
        return None
    try:
        return _on_day(match, now.replace(hour=0, minute=0, second=0, microsecond=0), now)
    except (ValueError, OverflowError):
        return None


def _narrow(text: str) -> str:
    """Full-width digits and colons as the narrow ones."""
    return unicodedata.normalize("NFKC", text).strip()


def is_like_a_time(text: str) -> bool:
    """Short enough to be nothing but a moment, and written like one: rather asked again
    (``HOW_TO_WRITE``) than searched for."""
    return len(text) <= LONGEST_TIME and bool(_LIKE_A_TIME.search(text))


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


def _ago(said: re.Match[str], now: datetime) -> datetime | None:
    """None: 「三分钟半前」, which nobody says."""
    number, by_hour = said[1], said[4] != "分钟"
    half = sum(map(bool, (said[2], said[3], said[5])))
    if half > by_hour:
        return None
    whole = chinese_number(number) if number else 0
    moment = now - timedelta(minutes=(60 if by_hour else 1) * whole + 30 * half)
    return moment.replace(second=0, microsecond=0)


def _on_weekday(day: str, time: re.Match[str] | None, now: datetime) -> datetime | None:
    """None: no time, or one that says its day twice."""
    if time is None or time["both"] or time["day"] or time["date"] or time["only"]:
        return None
    moment = _moment(time, now)
    if moment is None:
        return None
    moment = moment.replace(year=now.year, month=now.month, day=now.day)
    wanted = _WEEKDAYS.index("日" if day == "天" else day)
    moment -= timedelta(days=(now.weekday() - wanted) % 7)
    return moment if moment <= now else moment - timedelta(days=7)


def _start(match: re.Match[str], rest: str, now: datetime) -> tuple[datetime, str] | None:
    moment = _moment(match, now)
    if moment is None or re.search(_TIME, rest):
        return None
    return moment, rest.strip(_EDGES)


def _moment(match: re.Match[str], now: datetime) -> datetime | None:
    """None: no such moment, or an hour that its part of the day leaves open."""
    days, part = _DAY_PARTS.get(match["both"] or "", (None, match["part"]))
    hour = chinese_number(match["hour"])
    if part:
        of_twelve, in_full = _PARTS_OF_DAY[part]
        if hour not in of_twelve and hour not in in_full:
            return None
        hour += 12 if hour in of_twelve else 0
    said = match["minute"] or "0"
    try:
        minute = _MINUTES.get(said) or chinese_number(said)
        moment = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
        if days is not None:
            moment += timedelta(days=days)
            # 今晚 said after midnight may be last night: better asked again.
            return None if days == 0 and moment > now else moment
        if match["day"] or match["date"] or match["only"]:
            return _on_day(match, moment, now)
    except (ValueError, OverflowError):
        return None
    # 23:50 said just after midnight is last night's.
    return moment - timedelta(days=1) if moment > now else moment


def _on_day(match: re.Match[str], moment: datetime, now: datetime) -> datetime:
    """``moment`` moved to the day that was said; without its year or month the last such day
    that is not in the future. ValueError: there is none."""
    if match["day"]:
        return moment + timedelta(days=_DAYS[match["day"]])
    if match["year"]:
        return moment.replace(
            year=int(match["year"]), month=int(match["month"]), day=int(match["date"])
        )
    day = int(match["date"] or match["only"])
    month = int(match["month"]) if match["month"] else None
    # 29 February is at most eight years back, the 31st two months.
    for back in range(97):
        year, number = divmod(now.year * 12 + now.month - 1 - back, 12)
        if month not in (None, number + 1):
            continue
        with suppress(ValueError):
            found = moment.replace(year=year, month=number + 1, day=day)
            if found <= now:
                return found
    raise ValueError("no such day")
