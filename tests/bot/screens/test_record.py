"""What an officer takes away: notes as plain text, a due time for the calendar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from icalendar import Calendar

from bot.clocks.clock import Clock, Pause, due
from bot.clocks.schedule import Preferences, warnings
from bot.screens.calendar_file import as_calendar
from bot.screens.record import as_text
from bot.walks.walk import Mark, Walk, WalkState, route, seen_of
from guides.folder import read_folder
from guides.library import Library
from guides.model import Guide
from guides.parts import Direction, Limit, Unit
from tests.small_clocks import BEIJING, CALENDAR, at, clock, clocks_and_now, limit

NOW = at("11-21 12:00")


@pytest.fixture
def small(library: Path) -> Library:
    return read_folder(library).library().on(date(2026, 11, 21))


@pytest.fixture
def guide(small: Library) -> Guide:
    found = small.guide("umbrella")
    assert found is not None
    return found


def rule_of(guide: Guide, limit_id: str) -> Limit:
    found = guide.limit(limit_id)
    assert found is not None
    return found


def walk(guide: Guide, *marks: Mark, **more: Any) -> Walk:
    told: dict[str, Any] = {
        "id": "walkwalk",
        "person": "telegram:1",
        "guide": guide.id,
        "revision": 1,
        "label": "警情A",
        "state": WalkState.OPEN,
        "started": at("11-21 10:00").astimezone(UTC),
        "changed": at("11-21 10:00"),
        "seen": seen_of(guide),
        "marks": {mark.step: mark for mark in marks},
    }
    return Walk(**{**told, **more})


def told(
    walk: Walk, guide: Guide, library: Library, clocks: Sequence[Clock] = (), now: datetime = NOW
) -> str:
    return as_text(walk, guide, route(guide, walk), clocks, library, BEIJING, now)


TICKED = (
    Mark("look", at("11-21 10:05").astimezone(UTC)),
    Mark("carry", at("11-21 10:20")),
    Mark("heavy", at("11-21 10:30"), "不重"),
)


def test_the_whole_text(guide: Guide, small: Library) -> None:
    ticked = walk(guide, *TICKED)
    running = clock(rule_of(guide, "umbrella-8h"), at("11-21 10:05").astimezone(UTC), tiers=1)
    assert (
        told(ticked, guide, small, [running])
        == """\
处置记录 警情A
指引：收缴雨伞，第 1 版，2026-01-01 起施行
开始：2026-11-21 10:00
完成：还没有完成
导出：2026-11-21 12:00

【步骤】
✓ 1. 【必做】看清伞下有几个人（2026-11-21 10:05）
□ 2. 【必做】通知家属，安排饮食、休息和就医
✓ 3. 伞重不重？（2026-11-21 10:30）
    选：不重
□ 4. 【必做】到时放人，雨伞退还

【走过别的分支时勾的】
· 两个人抬（2026-11-21 10:20）

【时限】
· 看伞8小时
    起算：2026-11-21 10:05（收伞）
    延长到24小时（所长批准）：雨没停
    到期：2026-11-22 10:05
    停止：还在走，还有 22 小时 5 分
    到时必须：放人
    依据：《测试法》第六条

【依据（开始当天有效的版本）】
《测试法》（新，2026-01-01 起施行）

这是办事时的工作提示记录，不是案卷材料，不能代替笔录和法律文书；时间以录像和法律文书为准。
"""
    )


def test_what_did_not_apply_is_told_as_such(guide: Guide, small: Library) -> None:
    steps = tuple(step.model_copy(update={"only_if": "下雨的"}) for step in guide.steps[:2])
    rainy = guide.model_copy(update={"steps": (*steps, *guide.steps[2:])})
    marks = (
        Mark("look", at("11-21 10:05")),
        Mark("family", at("11-21 10:06"), "不适用"),
        Mark("carry", at("11-21 10:20"), "不适用"),
        Mark("heavy", at("11-21 10:30"), "不重"),
    )
    text = told(walk(rainy, *marks), rainy, small)
    assert "✓ 1. 【必做】下雨的：看清伞下有几个人（2026-11-21 10:05）" in text
    waived = "－ 2. 【必做】下雨的：通知家属，安排饮食、休息和就医（不适用）（2026-11-21 10:06）"
    assert waived in text.splitlines()
    assert "选：不适用" in text, "what the guide offers no more is told as it was said"


def test_a_walk_just_begun(guide: Guide, small: Library) -> None:
    text = told(walk(guide), guide, small)
    assert "✓" not in text
    assert "（还没有走完，后面的步骤要看上面怎么选）" in text
    assert "【时限】" not in text
    assert "走过别的分支" not in text


def test_a_finished_walk_and_another_revision(guide: Guide, small: Library) -> None:
    newer = guide.model_copy(update={"revision": 2})
    done = walk(guide, finished=at("11-21 11:30"), state=WalkState.FINISHED)
    text = told(done, newer, small)
    assert "完成：2026-11-21 11:30" in text
    assert "第 2 版" in text
    assert "最后看到的是第 1 版" in text


def test_the_law_as_it_stood_when_the_walk_began(guide: Guide, small: Library) -> None:
    before = walk(guide, started=at("11-21 10:00").replace(year=2025))
    assert "《测试法》（旧，2010-03-01 起施行）" in told(before, guide, small)
    # 31 December in UTC is New Year's Day in Beijing.
    new_year = datetime(2025, 12, 31, 17, 0, tzinfo=UTC)
    assert "《测试法》（新" in told(walk(guide, started=new_year), guide, small)
    ancient = walk(guide, started=at("11-21 10:00").replace(year=2000))
    assert "《测试法》：2000-11-21 有效的文本没有登记，使用前查对" in told(ancient, guide, small)


def test_an_answer_that_is_gone_is_said(guide: Guide, small: Library) -> None:
    text = told(walk(guide, Mark("heavy", NOW, "很重")), guide, small)
    assert "□ 3. 伞重不重？\n    选：很重（这个选项在现在的指引里已经没有了，要重新选）" in text


def test_a_removed_step_is_said(guide: Guide, small: Library) -> None:
    text = told(walk(guide, Mark("shake", NOW)), guide, small)
    assert "· 指引里已经删去的一步（shake）（2026-11-21 12:00）" in text


def test_pauses_and_ends_of_clocks(guide: Guide, small: Library) -> None:
    rule = limit(24, suspends=("鉴定",), sure=False)
    stopped = clock(
        rule,
        pauses=(Pause(at("11-21 11:00"), at("11-21 13:00"), "鉴定"),),
        stopped=at("11-22 13:00"),
    )
    resting = clock(rule, pauses=(Pause(at("11-21 11:00"), None, "鉴定"),))
    in_time = replace(stopped, stopped=at("11-22 12:00"))
    text = told(walk(guide), guide, small, [stopped, resting], at("11-25 10:00"))
    assert "不计入：2026-11-21 11:00 到 2026-11-21 13:00（鉴定）" in text
    assert "不计入：2026-11-21 11:00 还在暂停（鉴定）" in text
    assert "停止：2026-11-22 13:00（超过期限）" in text
    assert "注意：未核对原文" in text
    assert "超过期限" not in told(walk(guide), guide, small, [in_time])


def test_counted_back_and_to_the_end_of_a_day(guide: Guide, small: Library) -> None:
    hearing = clock(limit(7, Unit.DAY, direction=Direction.BEFORE), "12-01 09:00")
    text = told(walk(guide), guide, small, [hearing])
    assert "倒算自：2026-12-01 09:00（收伞）" in text
    assert "到期：2026-11-24 23:59:59" in text


def test_nothing_personal_is_exported(guide: Guide, small: Library) -> None:
    assert "telegram" not in told(walk(guide, *TICKED), guide, small, [clock()])


# --- the calendar ---------------------------------------------------------------------


def calendar_of(made: Clock, now: datetime = NOW) -> str:
    listed = warnings(made, CALENDAR, now, Preferences(), BEIJING)
    return as_calendar(made, due(made, CALENDAR, now), listed, BEIJING)


def test_the_event() -> None:
    made = clock(limit(8, custody=True, at_end="放人，或者\\决定; 移交"), version=3)
    (event,) = Calendar.from_ical(calendar_of(made)).walk("VEVENT")
    assert event["SUMMARY"] == "〔警情A〕看伞8到期"
    assert event.decoded("DTSTART") == at("11-21 18:00")
    assert event["UID"] == "abcdefgh@mingbai"
    assert event["SEQUENCE"] == 3
    assert "到时必须：放人，或者\\决定; 移交" in str(event["DESCRIPTION"]).splitlines()
    assert "到期：2026-11-21 18:00" in str(event["DESCRIPTION"]).splitlines()


def test_an_alarm_for_each_warning_before_and_no_other() -> None:
    made = clock(limit(3, Unit.DAY))
    alarms = Calendar.from_ical(calendar_of(made)).walk("VALARM")
    end = due(made, CALENDAR, NOW).due
    assert [end + alarm.decoded("TRIGGER") for alarm in alarms] == [
        at("11-23 09:00"),
        at("11-24 09:00"),
    ]
    assert all(alarm["ACTION"] == "DISPLAY" and alarm["DESCRIPTION"] for alarm in alarms)


def test_the_same_event_after_a_change() -> None:
    first = calendar_of(clock())
    assert first == calendar_of(clock())
    assert "UID:abcdefgh@mingbai\r\n" in calendar_of(clock(start="11-21 09:00", version=2))
    assert "UID:abcdefgh@mingbai\r\n" in first


@settings(deadline=None, max_examples=100)
@given(clocks_and_now())
def test_any_clock_is_a_file_that_calendars_read(made: tuple[Clock, datetime]) -> None:
    running, now = made
    named = replace(running, label="伞" * 40)
    text = calendar_of(named, now)
    assert text.startswith("BEGIN:VCALENDAR\r\n")
    assert text.endswith("END:VCALENDAR\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    assert event["SUMMARY"] == f"〔{'伞' * 40}〕{running.limit.label}到期"
    assert event.decoded("DTSTART") == due(running, CALENDAR, now).due
    assert event.decoded("DTSTAMP") <= event.decoded("DTSTART")
    for alarm in Calendar.from_ical(text).walk("VALARM"):
        assert alarm.decoded("TRIGGER") <= timedelta()
