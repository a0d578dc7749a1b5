"""The words of a warning and of a relay, whatever is due, and without an internal guide's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.screens.reply import Reply, plain
from bot.screens.sentences import ELSEWHERE
from bot.topics.clocks.warnings import REPEATED, laid_bare, relay_reply, warning_reply
from guides.limit_words import UNSURE
from tests.bot.tellers import HOUR, MINUTE, NOW

TITLE = "〔警情A〕看伞8小时"


def body(due: datetime | None, **more: Any) -> dict[str, Any]:
    told = {
        "clock": "clock123",
        "version": 3,
        "walk": None,
        "guide": "umbrella",
        "label": "警情A",
        "limit": "看伞8小时",
        "limit_id": "umbrella-8h",
        "custody": True,
        "stage": "before-2h",
        "at": NOW.isoformat(),
        "started": (NOW - HOUR).isoformat(),
        "due": due.isoformat() if due else None,
        "at_end": "放人",
        "sure": True,
        "why": None if due else "鉴定",
    }
    return {**told, **more}


def addresses(reply: Reply) -> list[str]:
    return [button.address for button in reply.buttons()]


@pytest.mark.parametrize(
    ("left", "title"),
    [
        (30 * MINUTE, f"🟡 {TITLE}还有 30 分钟"),
        (30 * MINUTE - timedelta(seconds=2), f"🟡 {TITLE}还有 30 分钟"),
        (80 * MINUTE, f"🟡 {TITLE}还有 1 小时 20 分"),
        (timedelta(seconds=20), f"🟡 {TITLE}还有不到 1 分钟"),
        (timedelta(), f"🔴 {TITLE}刚刚到期"),
        (-timedelta(seconds=59), f"🔴 {TITLE}刚刚到期"),
        (-40 * MINUTE, f"🔴 {TITLE}已超 40 分钟"),
        (-26 * HOUR, f"🔴 {TITLE}已超 1 天 2 小时"),
    ],
)
def test_what_is_due(left: timedelta, title: str) -> None:
    reply = warning_reply(body(NOW + left), NOW)
    told = plain(reply).split("\n")
    assert told[0] == title
    assert f"{NOW + left:%Y-%m-%d %H:%M} 到期" in told
    assert "到时必须：放人" in told
    before = [minutes for minutes in (10, 60) if minutes * MINUTE < left]
    snoozed = [f"snooze/clock123/3/{minutes}" for minutes in before]
    expected = ["clock/clock123", *snoozed, "stop/clock123/3"]
    if left <= timedelta():
        expected.insert(1, "ack/clock123/3")
    assert addresses(reply) == expected


def test_a_pause() -> None:
    reply = warning_reply(body(None, stage="paused-2"), NOW)
    assert "snooze/clock123/3/60" in addresses(reply)
    assert plain(reply).split("\n")[0] == f"🟢 {TITLE}还在暂停：鉴定"
    assert "到期" not in plain(reply)
    assert not any(address.startswith("ack/") for address in addresses(reply))


def test_what_else_is_said_only_when_it_is_so() -> None:
    due = NOW + HOUR
    quiet = plain(warning_reply(body(due, at_end=None, label=""), NOW))
    assert quiet == f"🟡 看伞8小时还有 1 小时\n{due:%Y-%m-%d %H:%M} 到期"
    loud = plain(warning_reply(body(due, sure=False), NOW + 5 * MINUTE, repeated=True))
    for words in (UNSURE, REPEATED, "这条提醒晚了 5 分钟"):
        assert words in loud
        assert words not in quiet


@given(
    seconds=st.integers(-3 * 86_400, 3 * 86_400),
    label=st.sampled_from(["", "警情A", "很长的一个警情标签二十个字以内"]),
    stage=st.sampled_from(["now", "before-30m", "due", "after-7", "now-11211030"]),
)
def test_over_is_over_and_not_before(seconds: int, label: str, stage: str) -> None:
    due = NOW + timedelta(seconds=seconds)
    reply = warning_reply(body(due, label=label, stage=stage), NOW)
    title = plain(reply).split("\n")[0]
    over = seconds <= 0
    assert over == ("刚刚到期" in title or "已超" in title)
    assert over != ("还有" in title)
    assert over == ("ack/clock123/3" in addresses(reply))
    assert over == title.startswith("🔴")


def test_a_relay_names_the_unit_and_asks_to_call() -> None:
    about = {"unit": "分局/城东所", "label": "小李"}
    reply = relay_reply({**body(NOW + 30 * MINUTE), "for": about}, NOW)
    told = plain(reply)
    assert told.startswith("🟡 〔分局/城东所〕小李的一个时限提醒送不到本人")
    for words in (f"{TITLE}还有 30 分钟", "到时必须：放人", "请马上联系本人"):
        assert words in told
    addresses = [button.address for button in reply.buttons()]
    assert addresses == ["clock/clock123", "stop/clock123/3"], "they stand in for the officer"
    nobody = relay_reply({**body(NOW), "for": {"unit": "", "label": ""}}, NOW)
    assert plain(nobody).startswith("🔴 有人的一个时限提醒送不到本人")


@pytest.mark.parametrize("draw", [warning_reply, relay_reply])
@pytest.mark.parametrize("due", [NOW + HOUR, NOW - HOUR, None])
def test_laid_bare_of_the_guides_words(draw: Callable[..., Reply], due: datetime | None) -> None:
    whole = {**body(due, sure=False), "for": {"unit": "", "label": ""}}
    told = plain(draw(laid_bare(whole), NOW))
    assert ELSEWHERE in told
    assert "〔警情A〕一个时限" in told
    assert due is None or f"{due:%Y-%m-%d %H:%M} 到期" in told
    for words in ("看伞", "放人", UNSURE, *([] if due else ["鉴定"])):
        assert words in plain(draw(whole, NOW))
        assert words not in told
