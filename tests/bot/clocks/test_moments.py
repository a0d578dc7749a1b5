"""Moments as they are typed, alone and with words around them."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clocks.moments import is_like_a_time, read_day, read_start, read_time

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NOW.tzinfo)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("01:05", "2026-11-21T01:05"),
        ("1点5分", "2026-11-21T01:05"),
        ("23:50", "2026-11-20T23:50"),  # last night
        ("昨天 22:30", "2026-11-20T22:30"),
        ("11-20 09:00", "2026-11-20T09:00"),
        ("2025年3月4日 9时", "2025-03-04T09:00"),
        ("昨天下午3点半", "2026-11-20T15:30"),
        ("昨天晚上10点一刻", "2026-11-20T22:15"),
        ("凌晨1点", "2026-11-21T01:00"),
        ("昨天中午12:10", "2026-11-20T12:10"),
        ("明天 9:00", "2026-11-22T09:00"),  # a hearing lies ahead
        ("1点五分", "2026-11-21T01:05"),
        ("昨晚10点", "2026-11-20T22:00"),
        ("昨晚十点半", "2026-11-20T22:30"),
        ("前晚11点20", "2026-11-19T23:20"),
        ("今早1点", None),  # 1 in the morning is no 早上
        ("今晚8点", None),  # last night's, said at 2 a.m.?
        ("30号22点", "2026-10-30T22:00"),
        ("20日 9:30", "2026-11-20T09:30"),
        ("22时30分许", "2026-11-20T22:30"),
        ("昨日二十二时三十分许", "2026-11-20T22:30"),
        ("12-31 22:30", "2025-12-31T22:30"),  # the last such day, not the next
        ("11-21 01:30", "2026-11-21T01:30"),
        ("11-21 03:00", "2025-11-21T03:00"),
        ("2-29 08:00", "2024-02-29T08:00"),
        ("31号1点", "2026-10-31T01:00"),
        ("32号1点", None),
        ("昨天晚上12点", None),
        ("下午9点", None),
        ("25:00", None),
        ("2-30 09:00", None),
        ("雨伞", None),
        ("今早一点二十", None),  # 1 in the morning is no 早上
        ("凌晨一点二十", "2026-11-21T01:20"),
        ("昨晚十点零五", "2026-11-20T22:05"),
        ("一点二十个人", None),
        ("周六1点", "2026-11-21T01:00"),
        ("周六22点", "2026-11-14T22:00"),  # tonight lies ahead
        ("星期五晚上10点半", "2026-11-20T22:30"),
        ("礼拜天9:00", "2026-11-15T09:00"),
        ("周六昨天9点", None),
        ("上周六22点", None),
        ("半小时前", "2026-11-21T01:30"),
        ("半个钟头前", "2026-11-21T01:30"),
        ("20分钟之前", "2026-11-21T01:40"),
        ("两个小时半前", "2026-11-20T23:30"),
        ("三分钟半前", None),
        ("一个半小时前", "2026-11-21T00:30"),
        ("２２：３０", "2026-11-20T22:30"),
        ("２２３０", "2026-11-20T22:30"),
        ("2230", "2026-11-20T22:30"),
        ("0105", "2026-11-21T01:05"),
        ("2560", None),
    ],
)
def test_times_as_they_are_typed(text: str, moment: str | None) -> None:
    assert read_time(text, NOW) == (at(moment) if moment else None)


@pytest.mark.parametrize(
    ("text", "moment", "rest"),
    [
        ("01:05 传唤到案", "2026-11-21T01:05", "传唤到案"),
        ("01:05传唤到案", "2026-11-21T01:05", "传唤到案"),
        ("昨天 22:30，传唤到案。", "2026-11-20T22:30", "传唤到案"),
        ("传唤到案 昨天22:30", "2026-11-20T22:30", "传唤到案"),
        ("传唤，01:05到案", "2026-11-21T01:05", "传唤，到案"),
        ("传唤到案：2026年11月20日 9时", "2026-11-20T09:00", "传唤到案"),
        ("抽血 昨天下午3点", "2026-11-20T15:00", "抽血"),
        ("24小时扣车 01:05", "2026-11-21T01:05", "24小时扣车"),
        ("01:05", "2026-11-21T01:05", ""),
    ],
)
def test_a_time_at_either_end(text: str, moment: str, rest: str) -> None:
    assert read_start(text, NOW) == (at(moment), rest)


@pytest.mark.parametrize(
    "text",
    [
        "传唤到案",
        "24小时",
        "传唤 01:05 有三个人",  # in the middle: not looked for
        "01:05:30 传唤",
        "1点多传唤",
        "1点过5分传唤",
        "1点前传唤",
        "大前天 9点 传唤",
        "传唤 大前天 9点",
        "传唤 今晚8点",
        "传唤 上周三 9点",
        "传唤 差5分1点",
        "01:05 传唤 01:30",
        "25:00 传唤",
    ],
)
def test_what_may_mean_another_moment_is_not_read(text: str) -> None:
    assert read_start(text, NOW) is None


@given(st.text(alphabet="0123456789:：点时分半昨明前天下午晚上月日-/. 到案起", max_size=24))
def test_any_line_is_read_or_not_and_never_fails(text: str) -> None:
    alone = read_time(text, NOW)
    with_words = read_start(f"传唤。{text}", NOW)
    assert alone is None or alone.tzinfo is NOW.tzinfo
    if alone is not None and with_words is not None:
        assert with_words[0] == alone


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("昨天", "2026-11-20"),
        ("今天起", "2026-11-21"),
        ("11-20", "2026-11-20"),
        ("11月20日", "2026-11-20"),
        ("2025/3/4", "2025-03-04"),
        ("12-31", "2025-12-31"),  # said in November: last year's
        ("2-30", None),
        ("13-1", None),
        ("10:05", None),
        ("20", None),
    ],
)
def test_days_as_they_are_typed(text: str, day: str | None) -> None:
    read = read_day(text, NOW)
    expected = datetime.fromisoformat(day).replace(tzinfo=NOW.tzinfo) if day else None
    assert read == expected


def test_what_looks_like_a_time_is_asked_for_again() -> None:
    for text in (
        "刚才",
        "昨晚12点",
        "上周三 9点",
        "大概十点多",
        "后半夜2:00左右",
        "25:61",
        "930",
        "三刻钟前",
        "2天前",
        "周六",
        "22.30",
    ):
        assert read_time(text, NOW) is None, text
        assert is_like_a_time(text), text
    for text in (
        "传唤到案",
        "拘留几天",
        "打架三个人",
        "昨天那个打架的案子现在能不能传唤他过来问话",
    ):
        assert not is_like_a_time(text), text


@given(st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2030, 1, 1)))
def test_a_month_and_day_alone_are_never_in_the_future(now: datetime) -> None:
    now = now.replace(tzinfo=NOW.tzinfo)
    for text in (f"{now.month}-{now.day} 00:00", f"{now.day}号0点", f"{now.month}月{now.day}日0点"):
        moment = read_time(text, now)
        assert moment is not None
        assert moment <= now
        assert now - moment < timedelta(days=1)
