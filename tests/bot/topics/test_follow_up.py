"""Follow-ups stay in the guide; figures that were asked for stand first."""

from __future__ import annotations

from bot.house import House
from bot.screens.reply import Crumbs, plain
from tests.bot.talk import house, press, say

__all__ = ["house"]  # the fixture


def test_a_follow_up_stays_in_the_guide(house: House) -> None:
    press(house, "g/umbrella")
    step = say(house, "那家属呢")
    assert "通知家属" in plain(step)
    assert "g/umbrella" in [button.address for button in step.buttons()]
    assert "雨伞收据" in plain(say(house, "开什么单子"))
    assert "轻拿轻放" in plain(say(house, "有什么坑"))
    assert "两人" in plain(say(house, "要是大的呢"))


def test_what_the_guide_does_not_say_is_not_looked_for_elsewhere(house: House) -> None:
    press(house, "g/umbrella")
    reply = say(house, "那骑马的呢")
    assert "没有专门写这一点" in plain(reply)
    assert "看清伞下有几个人" in plain(reply)
    assert "anew" in [button.address for button in reply.buttons()]


def test_when_time_is_up_says_what_must_happen_first(house: House) -> None:
    press(house, "g/umbrella/v/limits")
    reply = say(house, "时间到了咋办")
    assert isinstance(reply.blocks[0], Crumbs)
    assert "到时必须：放人" in plain(reply).split("\n")[1]
    assert "2026-11-21 09:05 到期" in plain(say(house, "01:05")), "a start may follow"


def test_it_may_have_been_a_new_question(house: House) -> None:
    press(house, "g/umbrella")
    assert "anew" in [button.address for button in say(house, "那家属呢").buttons()]
    assert "没有找到" in plain(press(house, "anew"))
    assert "不知道问的是哪件事" in plain(say(house, "那家属呢")), "no guide is on the screen"
    assert "已经失效" in plain(press(house, "anew", person="b"))


def test_other_matters_leave_the_guide(house: House) -> None:
    press(house, "g/umbrella")
    assert "吹口哨检查" in plain(say(house, "口哨半夜响听不清"))
    press(house, "g/umbrella")
    assert "法律不允许这样办" in plain(say(house, "偷偷拿回家新的"))
    assert "从伞" not in plain(say(house, "测试法第3条")), "an article is an article"


def test_the_figure_asked_for_stands_first(house: House) -> None:
    lines = plain(say(house, "黑伞太重拿不动要几个小时")).split("\n")
    if "收缴雨伞" not in lines:  # offered as a choice: it stands first once chosen
        lines = plain(press(house, "g/umbrella")).split("\n")
    place = lines.index("先看这一条")
    assert "看伞8小时" in lines[place + 1]
    assert place < lines.index("有人打伞挡住别人时用。")
    assert "先看这一条" not in plain(say(house, "黑伞太重拿不动"))
