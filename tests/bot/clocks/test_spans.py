"""Stretches of time: read from what officers write, said as they read them."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.clocks.spans import before, length, read_spans, spoken


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("1天，4小时 30分", ("1d", "4h", "30m")),
        ("30m 1d、4H", ("1d", "4h", "30m")),
        ("2个小时和15分钟", ("2h", "15m")),
        ("2小时 02h", ("2h",)),
        (" ", ()),
    ],
)
def test_read(text: str, spans: tuple[str, ...]) -> None:
    assert read_spans(text) == spans


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("早一点", "看不懂“早一点”"),
        ("30", "看不懂"),
        ("1天 3小时前后", "看不懂"),
        ("1m 2m 3m 4m 5m", "最多写 4 个"),
        ("0分", "1 分钟到 60 天"),
        ("61天", "1 分钟到 60 天"),
    ],
)
def test_refused(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        read_spans(text)


@pytest.mark.parametrize(
    ("minutes", "told"),
    [
        (35, "35 分钟"),
        (60, "1 小时"),
        (80, "1 小时 20 分"),
        (-80, "1 小时 20 分"),
        (24 * 60, "1 天"),
        (26 * 60 + 59, "1 天 2 小时"),
    ],
)
def test_spoken(minutes: int, told: str) -> None:
    assert spoken(timedelta(minutes=minutes)) == told


def test_hours_pass_and_days_are_on_the_calendar() -> None:
    """On 25 October 2026 Berlin's clocks go back an hour."""
    noon = datetime(2026, 10, 25, 12, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    assert before(noon, "1d").strftime("%d %H:%M") == "24 12:00"
    assert before(noon, "24h").strftime("%d %H:%M") == "24 13:00"
    assert length("90m") == timedelta(hours=1.5)
