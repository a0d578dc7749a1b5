"""A sentence on a screen is a promise: it is kept, or it is not said."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.house import House
from bot.people.roles import OPERATOR, Member, Role
from bot.screens.reply import Event, EventKind, Reply, plain
from bot.screens.sentences import HEARD, IN_LEDGER
from bot.terminal import chat
from tests.bot.crawling import crawl
from tests.bot.gone import Gone
from tests.bot.on_telegram import serving, settings
from tests.bot.talk import house, misses, press, say
from tests.fake_telegram import FakeTelegram

__all__ = ["house"]  # the fixture

COMMAND = re.compile(r"run_bot|\.py\b|命令|people list|known_gaps|\.yaml")


def unknown(house: House) -> Reply:
    return say(house, "火星土豆")


def none_of_these(house: House) -> Reply:
    say(house, "黑伞挡路了太重")
    return press(house, "none")


def judged(house: House) -> Reply:
    return press(house, "fb/umbrella/up")


@pytest.mark.parametrize(
    ("act", "promise"),
    [(unknown, IN_LEDGER), (none_of_these, IN_LEDGER), (judged, "已记下")],
)
def test_what_was_not_written_down_is_not_said_to_be(
    house: House, monkeypatch: pytest.MonkeyPatch, act: Callable[[House], Reply], promise: str
) -> None:
    assert promise in plain(act(house))
    monkeypatch.setattr(house.database, "engine", Gone())
    told = plain(act(house))
    assert promise not in told
    assert "存不上" in told


def test_a_question_pressed_away_twice_is_not_said_to_be_noted_twice(house: House) -> None:
    assert IN_LEDGER in plain(none_of_these(house))
    assert IN_LEDGER not in plain(press(house, "none"))


def test_officers_are_told_to_run_nothing(house: House) -> None:
    begin = ["home", "help", "privacy", "people", "law/umbrella/look", "g/umbrella/s/look"]
    shown = crawl(house, Member(OPERATOR, Role.ADMIN), "page", begin)
    for line in (
        "测试法第3条",
        "测试法第99条",
        "没有原文的规定第1条",
        "废止法第1条",
        "无此法第1条",
    ):
        shown[line] = say(house, line)
    assert "还没有导入" in plain(shown["law/umbrella/look"])
    assert len(shown) > 60
    for address, reply in shown.items():
        assert not COMMAND.search(plain(reply)), (address, plain(reply))


@pytest.mark.parametrize("slip", ["99", "x", "？", "👍", "...", "１２３"])
def test_a_slip_is_no_question_and_belongs_in_no_ledger(house: House, slip: str) -> None:
    told = plain(say(house, slip))
    assert "没有看懂" in told
    assert IN_LEDGER not in told
    assert misses(house) == []


def test_the_terminal_understands_the_words_of_its_buttons(house: House) -> None:
    shown: list[str] = []
    chat(house.assistant.handle, ["现场 1", "首页", "怎么用", "首页", "99", "x"], shown.append)
    screens = [text for text in shown if "[1]" in text]
    assert "收缴雨伞" in screens[1]
    assert "明白 · 执法指引" in screens[2]
    assert "每一句都由法制民警写定" in screens[3]
    assert "明白 · 执法指引" in screens[4]
    assert misses(house) == []


def test_a_press_on_telegram_is_heard_before_and_done_after(
    tmp_path: Path, library: Path, fake: FakeTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What pops up comes before anything is done, so it must not say that it is done."""
    officer = fake.person("张三")

    async def work() -> None:
        async with serving(settings(fake, tmp_path, library)) as (house, _):
            officer.say("雨伞太重拿不动")
            await asyncio.to_thread(officer.wait, "收缴雨伞")
            begun = house.assistant.handle(
                Event(f"telegram:{officer.id}", EventKind.PRESS, "begin/umbrella")
            )
            officer.send_callback(begun.rows[0][0].address, officer.screen().message_id)
            await asyncio.to_thread(officer.wait, "已办 0 步")
            with monkeypatch.context() as away:
                away.setattr(house.database, "engine", Gone())
                officer.press("办好了")
                await asyncio.to_thread(officer.wait, "没有做成")
                assert officer.toast() == HEARD

    asyncio.run(work())
