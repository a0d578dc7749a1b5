"""A walk from beginning to end, on the assistant: ticks, branches, edits, handing over, export."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.people.codes import HAND_LENGTH
from bot.people.roles import Member, Role
from bot.screens.reply import Event, EventKind, File, Reply, Say, plain
from bot.walks.walk import WalkState
from tests.bot.walking import ME, OTHER, Walking
from tests.small_library import change, revise


@pytest.fixture
def walking(tmp_path: Path, library: Path) -> Iterator[Walking]:
    made = Walking(tmp_path, library)
    yield made
    made.house.database.close()


def begin(walking: Walking) -> str:
    """A walk along the umbrella guide; its id."""
    walking.go("begin/umbrella")
    walking.press("开始（警情A）")
    (walk,) = walking.walks
    return walk


def test_from_the_first_step_to_the_last(walking: Walking) -> None:
    walk = begin(walking)
    assert "〔警情A〕收缴雨伞" in plain(walking.reply)
    assert "【必做】看清伞下有几个人" in plain(walking.reply)
    assert "从什么时候起算" in walking.press("办好了"), "the step starts a limit"
    assert "警情A" in walking.press("从现在起算")
    assert "到时必须：放人" in plain(walking.reply)
    walking.press("警情A 的步骤")
    assert "通知家属" in plain(walking.reply)
    walking.press("办好了")
    assert "伞重不重" in plain(walking.reply)
    walking.press("重")
    assert "两个人抬" in plain(walking.reply)
    walking.go(f"finish/{walk}")
    assert "到时放人" in plain(walking.reply), "a must-step that is still open"
    assert "看伞8小时" in plain(walking.reply), "a clock that still runs"
    walking.press("回去办")
    walking.press("办好了")
    walking.press("办好了")
    assert "这条路走完了" in plain(walking.reply)
    walking.press("完成")
    walking.press("确定完成")
    assert "已完成" in plain(walking.reply)
    assert walking.walk(walk).state is WalkState.FINISHED
    running = walking.house.incidents.clocks.of(ME.person)
    assert [clock.label for clock in running] == ["警情A"], "the clock goes on until it is stopped"


def test_choices_open_the_right_branch_and_can_be_changed(walking: Walking) -> None:
    walk = begin(walking)
    for step in ("look", "family"):
        walking.go(f"tick/{walk}/{step}/1")
    walking.go(f"walk/{walk}")
    walking.press("不重")
    assert "到时放人" in plain(walking.reply)
    walking.go(f"walk/{walk}/heavy")
    assert "● 不重" in walking.labels()
    walking.press("重")
    assert "两个人抬" in plain(walking.reply)


def test_ticks_in_the_list_double_taps_and_unticks(walking: Walking) -> None:
    walk = begin(walking)
    walking.go(f"steps/{walk}")
    assert "☐ 2. 【必做】通知家属，安排饮食、休息和就医" in walking.labels()
    address = walking.address("通知家属")
    walking.go(address)
    walking.go(address)
    assert any(label.startswith("☑ 2.") for label in walking.labels())
    marks = walking.walk(walk).marks
    assert set(marks) == {"family"}
    first = marks["family"].at
    walking.now += timedelta(minutes=5)
    walking.go(address)
    again = walking.walk(walk).marks["family"]
    assert again.at == first, "the time is that of the first tick"
    walking.press("☑ 2.")
    assert walking.walk(walk).marks == {}


def rainy(walking: Walking) -> str:
    """A walk along the umbrella guide, whose first two steps are for the rain only; its id."""
    path = walking.library / "scene" / "umbrella.yaml"
    change(path, "    do: 看清", "    if: 下雨的\n    do: 看清")
    change(path, "    do: 通知家属", "    if: 未成年人\n    do: 通知家属")
    revise(path)
    walking.house.serving.refresh(walking.now)
    return begin(walking)


def test_a_condition_stands_before_what_is_to_be_done(walking: Walking) -> None:
    walk = rainy(walking)
    words = "【必做】未成年人：通知家属，安排饮食、休息和就医"
    for address in ("g/umbrella/s/family", "g/umbrella/v/all", "pin/umbrella", f"out/{walk}"):
        assert words in walking.go(address), address
    assert words in walking.go(f"walk/{walk}/family")
    assert "未成年人：通知家属" in walking.go("g/umbrella"), "on the card"
    assert "未成年人：通知家属" in walking.go(f"finish/{walk}"), "a must-step that is still open"
    walking.go(f"steps/{walk}")
    assert f"☐ 2. {words}" in walking.labels()


@pytest.mark.parametrize("channel", ["page", "telegram", "terminal"])
def test_a_step_that_does_not_apply(walking: Walking, channel: str) -> None:
    def press(label: str) -> str:
        address = walking.address(label)
        event = Event.of(ME, channel, EventKind.PRESS, address)
        walking.reply = walking.house.assistant.handle(event)
        return plain(walking.reply)

    walk = rainy(walking)
    assert walking.labels()[:2] == ["✓ 办好了", "不适用"]
    told = press("不适用")
    assert "从什么时候起算" not in told, "it starts no clock"
    assert walking.reply.toast == "已记下：不适用"
    assert "已办 0 步，不适用 1 步，必做的还有 1 步" in told
    assert "未成年人：通知家属" in told, "on to the next"
    press("不适用")
    assert "伞重不重" in plain(walking.reply)
    press("全部步骤")
    assert "－ 1. 下雨的：看清伞下有几个人（不适用）" in walking.labels()
    press("－ 2.")
    assert "未成年人：通知家属，安排饮食、休息和就医（不适用）" in plain(walking.reply)
    press("取消“不适用”")
    assert "必做的还有 1 步" in plain(walking.reply)
    press("办好了")
    marks = walking.walk(walk).marks
    assert [(id, mark.choice) for id, mark in sorted(marks.items())] == [
        ("family", None),
        ("look", "不适用"),
    ]
    assert "☐ 雨伞收据" in walking.go(f"bring/{walk}"), "its form was not made out"
    assert "－ 1. 【必做】下雨的：看清伞下有几个人（不适用）" in walking.go(f"out/{walk}")
    assert walking.house.incidents.clocks.of(ME.person) == ()


def test_what_is_for_everybody_cannot_be_left_out(walking: Walking) -> None:
    walk = begin(walking)
    assert "不适用" not in walking.labels()
    assert "已经失效" in walking.go(f"tick/{walk}/look/n")
    assert "已经失效" in walking.go(f"tick/{walk}/heavy/n")
    assert walking.walk(walk).marks == {}


def test_an_answer_starts_a_clock(walking: Walking) -> None:
    path = walking.library / "scene" / "umbrella.yaml"
    change(path, "go: carry", "go: carry, starts: umbrella-3d")
    revise(path)
    walking.house.serving.refresh(walking.now)
    assert "从雨停起算" in walking.go("g/umbrella/s/heavy")
    assert "算时限：退伞3日" in walking.labels()
    walk = begin(walking)
    walking.go(f"walk/{walk}/heavy")
    assert "从什么时候起算：退伞3日" in walking.press("重")
    assert walking.reply.at == f"when/umbrella-3d/{walk}"
    walking.press("先不计时")
    assert walking.walk(walk).marks["heavy"].choice == "重"
    walking.go(f"walk/{walk}/heavy")
    walking.press("● 重")
    walking.press("从现在起算")
    (clock,) = walking.house.incidents.clocks.of(ME.person)
    assert (clock.limit.id, clock.walk) == ("umbrella-3d", walk)
    walking.go(f"walk/{walk}/heavy")
    assert "从什么时候起算" not in walking.press("● 重"), "it runs"
    walking.go(f"walk/{walk}/heavy")
    assert "从什么时候起算" not in walking.press("不重"), "this answer starts none"


def test_a_question_that_starts_a_limit_offers_its_clock(walking: Walking) -> None:
    path = walking.library / "scene" / "umbrella.yaml"
    change(path, "    ask: 伞重不重？\n", "    ask: 伞重不重？\n    starts: umbrella-3d\n")
    revise(path)
    walking.house.serving.refresh(walking.now)
    walk = begin(walking)
    walking.go(f"walk/{walk}/heavy")
    assert "从什么时候起算：退伞3日" in walking.press("起算：退伞3日")
    walking.press("从现在起算")
    (clock,) = walking.house.incidents.clocks.of(ME.person)
    assert clock.limit.id == "umbrella-3d"
    walking.go(f"walk/{walk}/heavy")
    assert "起算：退伞3日" not in walking.labels()


QUESTIONS = ("男子醉酒倒地不醒", "嫌疑人跑了", "他老婆也在车上喝了酒", "路口那起")


@pytest.mark.parametrize("asked", QUESTIONS)
def test_the_question_bar_always_asks(walking: Walking, asked: str) -> None:
    """Whatever is on the screen: it names no walk, and no unit."""
    walk = begin(walking)
    for address in ("begin/umbrella", f"rename/{walk}", "invite/officer/1"):
        walking.go(address, Member("me", Role.ADMIN))
        walking.say(asked, Member("me", Role.ADMIN))
        assert walking.reply.at.startswith("q/"), address
    assert [one.label for one in walking.house.incidents.walks.of("me")] == ["警情A"]
    assert walking.house.membership.invites.open(walking.now) == []


def test_labels_are_codes_and_nothing_personal(walking: Walking) -> None:
    walk = begin(walking)
    walking.press("改名")
    told = walking.fill(f"renamed/{walk}", "张三打架13912345678")
    assert "姓名" in told
    assert "警情A" in told, "what to write instead"
    assert walking.reply.at == f"rename/{walk}"
    assert "身份证号" in walking.fill(f"renamed/{walk}", "11010119900307123X")
    assert "标签是空的" in walking.fill(f"renamed/{walk}", "")
    assert "〔警情A〕" in walking.go(f"walk/{walk}")
    assert "〔KTV那起〕" in walking.fill(f"renamed/{walk}", "ＫＴＶ那起")
    assert walking.walks == [walk]


def test_where_there_is_no_field_the_name_follows_a_word(walking: Walking) -> None:
    def act(kind: EventKind, text: str) -> str:
        return plain(walking.house.assistant.handle(Event.of(ME, "telegram", kind, text)))

    walk = begin(walking)
    assert "发“改名 路口那起”" in act(EventKind.PRESS, f"rename/{walk}")
    told = act(EventKind.TEXT, "改名 张三打架13912345678")
    assert "姓名" in told
    assert "当问题答了" not in told
    assert "〔KTV三楼那起〕" in act(EventKind.TEXT, "改名：KTV三楼那起")
    act(EventKind.TEXT, "改名 小巷那起")  # and then no name is waited for
    assert "〔KTV三楼那起〕" in act(EventKind.PRESS, f"walk/{walk}")


@pytest.mark.parametrize("channel", ["telegram", "terminal"])
@pytest.mark.parametrize("asked", [*QUESTIONS, "改名字要什么材料", "改名"])
def test_the_line_after_rename_is_a_question(walking: Walking, channel: str, asked: str) -> None:
    """Unless it says that it is a name: who needs help is answered, and called nothing."""

    def act(kind: EventKind, text: str) -> Reply:
        return walking.house.assistant.handle(Event.of(ME, channel, kind, text))

    walk = begin(walking)
    act(EventKind.PRESS, f"rename/{walk}")
    answer = act(EventKind.TEXT, asked)
    assert answer.at.startswith("q/")
    assert "当问题答了" in plain(answer), "who meant a name learns how to say so"
    assert "当问题答了" not in plain(act(EventKind.TEXT, asked)), "said once"
    assert [one.label for one in walking.house.incidents.walks.of("me")] == ["警情A"]
    assert "〔路口那起〕" in plain(act(EventKind.TEXT, "改名 路口那起")), "still waited for"


def test_several_at_once_paused_and_resumed(walking: Walking) -> None:
    first = begin(walking)
    walking.go("begin/umbrella")
    assert "接着办 警情A" in walking.labels()
    walking.press("开始（警情B）")
    walking.go(f"pause/{first}")
    assert "已暂停" in plain(walking.reply)
    walking.go("walks")
    assert any(label.startswith("警情A · 收缴雨伞 · 已暂停") for label in walking.labels())
    assert any(label.startswith("警情B · 收缴雨伞 · 进行中") for label in walking.labels())
    walking.press("警情A")
    walking.press("继续")
    assert "进行中" in plain(walking.reply)


def test_started_twice_is_one_walk(walking: Walking) -> None:
    walking.go("begin/umbrella")
    address = walking.address("开始（")
    walking.go(address)
    walking.go(address)
    assert len(walking.walks) == 1
    assert "这个按钮已经用过" in walking.go(address, OTHER)
    assert walking.house.incidents.walks.of(OTHER.person) == ()


def test_others_walks_are_nobodys_business(walking: Walking) -> None:
    walk = begin(walking)
    walking.go(f"tick/{walk}/family/1")
    addresses = [
        *(f"{p}/{walk}" for p in ("walk", "steps", "out", "hand", "finish", "bring", "pause")),
        f"tick/{walk}/look/1",
        f"finish/{walk}/yes",
        f"rename/{walk}",
        f"renamed/{walk}",
        f"walk/{walk}/family",
        f"saw/{walk}",
    ]
    for address in addresses:
        assert "已经失效" in walking.go(address, OTHER), address
    assert set(walking.walk(walk).marks) == {"family"}


def test_an_edited_guide_says_what_changed_and_keeps_the_ticks(walking: Walking) -> None:
    walk = begin(walking)
    walking.go(f"tick/{walk}/family/1")
    path = walking.library / "scene" / "umbrella.yaml"
    change(path, "revision: 1", "revision: 2")
    second = "note: 首次编写}, {revision: 2, date: 2026-11-02, kind: amend, note: 改}]"
    change(path, "note: 首次编写}]", second)
    change(path, "do: 看清伞下有几个人", "do: 先看清伞下的人")
    extra = "  - {id: count, do: 数一数有几把伞, cite: [测试法#3]}\n  - id: heavy"
    change(path, "  - id: heavy", extra)
    walking.house.serving.refresh(walking.now)
    told = walking.go(f"walk/{walk}")
    assert "指引改过了" in told
    assert "新增：数一数有几把伞" in told
    assert "原来：看清伞下有几个人" in told
    assert "已办 1 步" in told
    walking.press("知道指引改了什么")
    assert "指引改过了" not in plain(walking.reply)
    assert walking.walk(walk).revision == 2


def test_a_withdrawn_guide_still_shows_what_was_done(walking: Walking) -> None:
    walking.go("begin/whistle")
    walking.press("开始（")
    (walk,) = walking.walks
    walking.go(f"tick/{walk}/listen/1")
    walking.house.incidents.walks.tick(
        walking.walk(walk),
        "write",
        walking.now,
        "不适用",
    )
    (walking.library / "traffic" / "whistle.yaml").unlink()
    (walking.library / "asked" / "whistle.txt").unlink()
    change(walking.library / "scene" / "umbrella.yaml", "see_also: [whistle]", "see_also: []")
    walking.house.serving.refresh(walking.now)
    told = walking.go(f"walk/{walk}")
    assert "已经撤下" in told
    assert "· ✓ 听清调子" in told.splitlines()
    assert "· － 记下曲名（不适用）" in told.splitlines()


def test_handing_over_takes_the_clocks_along(walking: Walking) -> None:
    walk = begin(walking)
    walking.go(f"tick/{walk}/look/1")
    walking.press("从现在起算")
    told = walking.go(f"hand/{walk}")
    assert "30 分钟内有效" in told
    link = next(block.text for block in walking.reply.blocks if isinstance(block, Say))
    code = link[-HAND_LENGTH:]
    assert "同事要把一次处置交给你" in walking.go(f"take/{code}", OTHER)
    assert "警情A" not in plain(walking.reply)
    assert "〔警情A〕" in walking.press("接手", OTHER)
    assert walking.walks == []
    incidents = walking.house.incidents
    assert [clock.person for clock in incidents.clocks.of(OTHER.person)] == [OTHER.person]
    late = walking.now + timedelta(hours=9)
    assert {c.message.person for c in incidents.outbox.claim(late, 50)} == {OTHER.person}
    assert "已经用过或者过期" in walking.go(f"taken/{code}", Member("third"))
    assert "已经失效" in walking.go(f"walk/{walk}")


def test_an_old_link_hands_nothing_over(walking: Walking) -> None:
    walk = begin(walking)
    walking.go(f"hand/{walk}")
    link = next(block.text for block in walking.reply.blocks if isinstance(block, Say))
    walking.now += timedelta(minutes=31)
    assert "过期" in walking.go(f"taken/{link[-HAND_LENGTH:]}", OTHER)
    assert walking.walks == [walk]


def test_the_export_has_everything(walking: Walking) -> None:
    walk = begin(walking)
    walking.go(f"tick/{walk}/look/1")
    walking.press("从现在起算")
    walking.go(f"pick/{walk}/heavy/none")
    walking.go(f"walk/{walk}/heavy")
    walking.press("不重")
    told = walking.go(f"out/{walk}")
    for words in (
        "警情A",
        "第 1 版",
        "✓ 1. 【必做】看清伞下",
        "选：不重",
        "看伞8小时",
        "《测试法》",
    ):
        assert words in told, words
    files = [block for block in walking.reply.blocks if isinstance(block, File)]
    assert [file.mime for file in files] == ["text/plain", "text/html"]
    for file in files:
        walking.go(file.address)
        again = [block for block in walking.reply.blocks if isinstance(block, File)]
        assert [one.name for one in again] == [file.name]


def test_the_forms_to_bring(walking: Walking) -> None:
    walk = begin(walking)
    assert "☐ 雨伞收据" in walking.go(f"bring/{walk}")
    walking.go(f"tick/{walk}/look/1")
    assert "☑ 雨伞收据" in walking.go(f"bring/{walk}")


def test_everything_goes_at_once_when_told_to(walking: Walking) -> None:
    walk = begin(walking)
    walking.go(f"tick/{walk}/look/1")
    walking.press("从现在起算")
    walking.go("privacy")
    assert "处置：" in plain(walking.reply)
    (clock,) = walking.house.incidents.clocks.of(ME.person)
    assert "照样提醒你" in walking.go("wipe/data"), "what runs is no data to be forgotten"
    assert walking.walks == []
    assert walking.house.incidents.walks.get(walk) is None
    assert walking.house.incidents.outbox.waiting(walking.now + timedelta(days=2)) > 0
    walking.go(f"stop/{clock.id}/1/yes")
    walking.go("wipe/data")
    assert walking.house.incidents.clocks.get(clock.id) is None
    assert walking.house.incidents.outbox.claim(walking.now + timedelta(days=2), 50) == []


def test_walks_are_deleted_after_a_while_but_not_with_a_running_clock(walking: Walking) -> None:
    old = begin(walking)
    walking.go("begin/umbrella")
    walking.press("开始（")
    kept = next(one for one in walking.walks if one != old)
    walking.go(f"tick/{kept}/look/1")
    walking.press("从现在起算")
    later = walking.now + timedelta(days=31)
    assert walking.house.incidents.walks.sweep(later, 30) == 1
    assert walking.walks == [kept]


def test_nothing_of_a_walk_stands_in_the_audit_trail(walking: Walking) -> None:
    walk = begin(walking)
    walking.go(f"tick/{walk}/look/1")
    walking.press("从现在起算")
    walking.go(f"out/{walk}")
    assert walking.house.membership.audit.entries() == []


def test_times_are_told_in_the_zone_of_the_settings(walking: Walking) -> None:
    walk = begin(walking)
    walking.go(f"tick/{walk}/look/1")
    assert datetime.fromisoformat("2026-11-21T02:00+08:00") == walking.now
    assert "2026-11-21 02:00" in walking.go(f"out/{walk}")


def test_a_circle_is_gone_round_with_the_same_answers(walking: Walking) -> None:
    path = walking.library / "scene" / "umbrella.yaml"
    asks = "ask: 还有人吗？\n    choices: [{when: 还有, go: heavy}, {when: 没有, go: release}]"
    change(path, "do: 两个人抬\n    next: release", asks)
    revise(path)
    walking.house.serving.refresh(walking.now)
    walk = begin(walking)
    for step in ("look", "family"):
        walking.go(f"tick/{walk}/{step}/1")
    for answer in ("重", "还有", "重", "还有", "重", "没有"):
        walking.now += timedelta(minutes=1)
        walking.go(f"walk/{walk}")
        walking.press(answer)
    assert "到时放人" in plain(walking.reply)
