"""Clocks on the assistant: started from a step, a limit or words; extended, moved, corrected."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.courier import Teller
from bot.message import Message
from bot.people.roles import Role
from bot.screens.reply import File, plain
from bot.services.dispatcher import Delivery
from guides.folder import read_folder
from tests.bot.members import let_in
from tests.bot.more_limits import MORE
from tests.bot.walking import ME, OTHER, Walking
from tests.small_library import change


@pytest.fixture
def walking(tmp_path: Path, library: Path) -> Iterator[Walking]:
    path = library / "scene" / "umbrella.yaml"
    change(path, "forms: [{id: receipt", f"{MORE}forms: [{{id: receipt")
    made = Walking(tmp_path, library)
    yield made
    made.house.database.close()


def only(walking: Walking) -> str:
    (clock,) = walking.house.incidents.clocks.of(ME.person)
    return clock.id


def started(walking: Walking, limit: str = "umbrella-8h") -> str:
    walking.go(f"l/{limit}")
    walking.press("开始计时")
    return only(walking)


def test_from_the_view_of_a_limit(walking: Walking) -> None:
    clock = started(walking)
    told = plain(walking.reply)
    for words in ("还有 8 小时", "2026-11-21 10:00 到期", "到时必须：放人", "依据：", "所长批准"):
        assert words in told, words
    address = f"clock/{clock}"
    assert walking.go(address) == plain(walking.reply)
    walking.go("clocks")
    assert walking.labels()[0] == "🟢 还有 8 小时 · 警情A · 看伞8小时"


def test_from_a_time_typed_after_a_limit(walking: Walking) -> None:
    walking.go("l/umbrella-8h")
    assert "2026-11-21 09:05 到期" in walking.say("01:05")
    walking.press("开始计时")
    assert "还有 7 小时 5 分" in plain(walking.reply)


def test_a_time_that_cannot_be_read_is_asked_for_again(walking: Walking) -> None:
    walking.go("l/umbrella-8h")
    assert "写成 22:30" in walking.say("昨晚12点")
    assert "到期" in walking.say("昨晚10点"), "it is waited for still"
    walking.press("开始计时")
    walking.go(f"since/{only(walking)}")
    assert "写成 22:30" in walking.say("刚才")
    assert "还有 4 小时" in walking.say("昨晚十点")
    told = "已改为从 2026-11-20 22:00 起算，2026-11-21 06:00 到期"
    assert walking.reply.toast == told


def test_from_words_that_hold_a_time(walking: Walking) -> None:
    told = walking.say("01:05 雨停退伞")
    assert "11-21 01:05 起算哪一个" in told
    walking.press("退伞3日")
    assert "2026-11-24 23:59 到期" in plain(walking.reply)
    assert "起算哪一个" not in walking.say("01:05 雨停了怎么办")


def test_pressed_twice_it_is_one_clock(walking: Walking) -> None:
    walking.go("l/umbrella-8h")
    address = walking.address("开始计时")
    walking.go(address)
    walking.go(address)
    assert only(walking)


def test_yesterday_and_never_tomorrow(walking: Walking) -> None:
    walking.go("l/umbrella-8h")
    walking.say("昨天 20:00")
    walking.press("开始计时")
    assert "还有 2 小时" in plain(walking.reply)
    walking.go(f"since/{only(walking)}")
    assert "将来" in walking.say("明天 20:00")
    walking.go(f"since/{only(walking)}")
    assert "还有 3 小时" in walking.say("昨天 21:00")


def test_lights_and_time_left(walking: Walking) -> None:
    clock = started(walking)
    walking.now += timedelta(hours=6, minutes=30)
    assert "🔴 还有 1 小时 30 分" in walking.go(f"clock/{clock}"), "the only warning has passed"
    walking.now += timedelta(hours=2)
    assert "🔴 已超 30 分钟" in walking.go(f"clock/{clock}")
    walking.press("知道了")
    assert "已确认到期" in plain(walking.reply)


def test_an_extension_names_condition_and_approver_first(walking: Walking) -> None:
    clock = started(walking)
    old = f"longer/{clock}/1/yes"
    told = walking.press("延长")
    for words in ("条件：雨没停", "批准：所长", "2026-11-22 02:00"):
        assert words in told, words
    walking.press("已批准，延长")
    assert "2026-11-22 02:00 到期" in plain(walking.reply)
    assert "延长" not in "".join(walking.labels())
    assert "刚才已经改过了" in walking.go(old), "pressed twice it is extended once"
    assert "2026-11-22 02:00 到期" in plain(walking.reply)


def test_what_has_run_out_is_not_extended(walking: Walking) -> None:
    clock = started(walking)
    walking.now += timedelta(hours=9)
    told = walking.go(f"longer/{clock}/1/yes")
    assert "过了期的不能再延长" in told
    assert "到时必须：放人" in told


def test_another_condition_keeps_the_start(walking: Walking) -> None:
    clock = started(walking, "umbrella-12h")
    walking.now += timedelta(hours=3)
    told = walking.go(f"move/{clock}/1")
    assert "不是一档接一档" in told
    walking.press("看伞24小时")
    assert "2026-11-22 02:00 到期" in plain(walking.reply)
    assert "已经失效" in walking.go(f"move/{clock}/2/umbrella-8h"), "not of the same kind"


def test_time_that_does_not_count(walking: Walking) -> None:
    clock = started(walking, "umbrella-30d")
    assert "2026-12-21 23:59 到期" in plain(walking.reply)
    walking.press("扣除时间")
    walking.press("鉴定")
    walking.press("现在")
    assert "还在暂停" in plain(walking.reply)
    walking.now += timedelta(days=5)
    walking.press("恢复计时")
    walking.press("现在")
    assert "2026-12-28 23:59 到期" in plain(walking.reply), "five days on, and over a weekend"
    assert "鉴定" in walking.go(f"clock/{clock}")


def test_custody_never_pauses(walking: Walking) -> None:
    clock = started(walking)
    assert "扣除时间" not in "".join(walking.labels())
    assert "已经失效" in walking.go(f"halt/{clock}/1/0")
    assert "2026-11-21 10:00 到期" in walking.go(f"clock/{clock}")


def test_stopping_asks_whether_it_is_done(walking: Walking) -> None:
    clock = started(walking)
    walking.press("已办完")
    assert "到时必须：放人" in plain(walking.reply)
    assert walking.house.incidents.clocks.of(ME.person)
    walking.press("办完了，停止")
    assert "已停止" in plain(walking.reply)
    assert walking.house.incidents.outbox.claim(walking.now + timedelta(days=3), 50) == []
    assert "刚才已经改过了" in walking.go(f"stop/{clock}/1/yes")


def test_a_snooze_adds_a_reminder_and_takes_none_away(walking: Walking) -> None:
    clock = started(walking)
    later = walking.now + timedelta(days=1)
    outbox = walking.house.incidents.outbox
    before = outbox.waiting(later)
    assert "02:10 再提醒一次" in walking.go(f"snooze/{clock}/1/10")
    walking.go(f"snooze/{clock}/1/10")
    assert outbox.waiting(later) == before + 1
    assert "已经失效" in walking.go(f"snooze/{clock}/1/9999")


def test_nobody_is_reminded_at_the_end_or_past_it(walking: Walking) -> None:
    clock = started(walking)
    outbox = walking.house.incidents.outbox
    began, later = walking.now, walking.now + timedelta(days=1)
    for minutes, offered in ((61, [10, 60]), (60, [10]), (11, [10]), (10, []), (0, []), (-5, [])):
        walking.now = began + timedelta(hours=8) - timedelta(minutes=minutes)
        walking.go(f"clock/{clock}")
        labels = {10: "10 分钟后再提醒", 60: "1 小时后再提醒"}
        assert [m for m in labels if labels[m] in walking.labels()] == offered
    before = outbox.waiting(later)
    for pressed in (10, 60):  # a button of before
        assert "来不及再提醒" in walking.go(f"snooze/{clock}/1/{pressed}")
    assert outbox.waiting(later) == before


def test_a_clock_and_its_warning_say_the_same_minutes(walking: Walking) -> None:
    clock = started(walking)
    began = walking.now
    teller = Teller(walking.house)
    for seconds in (0, 1, 29, 31, 59):
        walking.now = began + timedelta(hours=7, minutes=28, seconds=seconds)
        (warning,) = teller.pull(ME.person, "page")
        screen = walking.go(f"clock/{clock}")
        told = re.search("还有 3[12] 分钟", plain(warning.reply))
        assert told
        assert told.group() in screen, seconds


def test_a_file_for_the_phones_calendar(walking: Walking) -> None:
    clock = started(walking)
    walking.go(f"ics/{clock}")
    (file,) = [block for block in walking.reply.blocks if isinstance(block, File)]
    assert file.mime == "text/calendar"
    for words in ("BEGIN:VEVENT", "DTSTART:20261121T020000Z", "BEGIN:VALARM", "警情A"):
        assert words in file.text, words


def test_wishes_reschedule_what_runs(walking: Walking) -> None:
    started(walking, "umbrella-3d")
    outbox = walking.house.incidents.outbox
    later = walking.now + timedelta(days=10)
    before = outbox.waiting(later)
    walking.go("remind")
    assert "22:00 到 07:00" in plain(walking.reply)
    walking.press("另加提前 1 天")
    walking.press("另加提前 4 小时")
    assert "1 天、4 小时" in plain(walking.reply)
    assert outbox.waiting(later) > before
    walking.press("安静时段改为 不设")
    assert "安静时段：不设" in plain(walking.reply)
    assert "已经失效" in walking.go("early/9d/1")


def test_no_clock_of_somebody_elses_walk_is_started(walking: Walking) -> None:
    walking.go("start/umbrella/walk0001")
    address = "run/umbrella-8h/clock001/-/walk0001"
    assert "已经失效" in walking.go(address, OTHER)
    assert "已经失效" in walking.go("run/umbrella-8h/clock001/-/nosuch01", OTHER)
    assert "已经失效" in walking.go("when/umbrella-8h/walk0001", OTHER)
    assert walking.house.incidents.clocks.of(OTHER.person) == ()
    assert "看伞8小时" in walking.go(address)
    (clock,) = walking.house.incidents.clocks.of(ME.person)
    assert clock.walk == "walk0001"


def test_others_clocks_are_nobodys_business(walking: Walking) -> None:
    clock = started(walking)
    for address in (
        *(f"{p}/{clock}" for p in ("clock", "since", "ics")),
        *(f"{p}/{clock}/1" for p in ("longer", "move", "halt", "go", "stop", "ack")),
        f"stop/{clock}/1/yes",
        f"longer/{clock}/1/yes",
        f"snooze/{clock}/1/10",
    ):
        assert "已经失效" in walking.go(address, OTHER), address
    (still,) = walking.house.incidents.clocks.of(ME.person)
    assert (still.version, still.stopped) == (1, None)


def test_a_changed_limit_is_told_and_the_clock_kept(walking: Walking) -> None:
    clock = started(walking)
    guide = walking.library / "scene" / "umbrella.yaml"
    change(guide, "label: 看伞8小时\n    amount: 8", "label: 看伞6小时\n    amount: 6")
    walking.house.serving.releases.publish(read_folder(walking.library), "", walking.now)
    walking.house.serving.refresh(walking.now)
    told = walking.go(f"clock/{clock}")
    assert "指引里的这个时限改过了" in told
    assert "还有 8 小时" in told


def test_a_revoked_officers_clock_runs_on_for_legal_staff(walking: Walking) -> None:
    officer = let_in(walking.house, "telegram:5", Role.OFFICER, "分局/所")
    legal = let_in(walking.house, "telegram:6", Role.LEGAL, "分局")
    strange = let_in(walking.house, "telegram:7", Role.LEGAL, "别的分局")
    walking.go("l/umbrella-8h", officer)
    walking.press("开始计时", officer)
    (clock,) = walking.house.incidents.clocks.of(officer.person)
    told = walking.go(f"unperson/{officer.person}", legal)
    assert "1 个时限在走" in told
    walking.go(f"unperson/{officer.person}/yes", legal)
    assert walking.house.incidents.clocks.get(clock.id) == clock
    late = walking.now + timedelta(hours=9)
    assert walking.house.incidents.outbox.waiting(late) > 0
    for nobody in (strange, legal):
        for address in (f"clock/{clock.id}", f"stop/{clock.id}/1/yes", f"longer/{clock.id}/1/yes"):
            assert "已经失效" in walking.go(address, nobody), "nobody was told yet in their place"
    outbox = walking.house.incidents.outbox
    walking.now += timedelta(hours=6)
    (warning,) = outbox.claim(walking.now, 5)
    outbox.undelivered(warning, walking.now, Teller(walking.house).escalate(warning))
    assert "已经失效" in walking.go(f"clock/{clock.id}", strange)
    assert "看伞8小时" in walking.go(f"clock/{clock.id}", legal)
    walking.go(f"stop/{clock.id}/1/yes", legal)
    assert "已停止" in plain(walking.reply)
    assert outbox.waiting(late) == 0
    last = walking.house.membership.audit.entries()[-1]
    assert (last.actor, last.action, last.subject) == (legal.person, "clock", clock.id)


def test_where_nobody_is_left_to_be_told_that_is_said(walking: Walking) -> None:
    officer = let_in(walking.house, "telegram:5", Role.OFFICER, "分局/所")
    let_in(walking.house, "telegram:6", Role.LEGAL, "分局/别的所")
    walking.go("l/umbrella-8h", officer)
    walking.press("开始计时", officer)
    told = walking.go("wipe", officer)
    assert "提醒没有人收" in told
    assert "管理员" in told
    let_in(walking.house, "telegram:7", Role.DUTY, "分局")
    assert "提醒改发给本单位或上级" in walking.go("wipe", officer)


def test_whoever_deletes_their_account_leaves_the_clock_to_legal_staff(walking: Walking) -> None:
    officer = let_in(walking.house, "telegram:5", Role.OFFICER, "分局/所", label="夜班手机")
    legal = let_in(walking.house, "telegram:6", Role.LEGAL, "分局")
    walking.go("l/umbrella-8h", officer)
    walking.press("开始计时", officer)
    (clock,) = walking.house.incidents.clocks.of(officer.person)
    assert "1 个时限在走，不会跟着删" in walking.go("wipe", officer)
    assert "提醒改发给本单位或上级的法制民警、值班法制员，都没有的发给管理员" in walking.go(
        "wipe/all", officer
    )
    assert "只留下还在走的 1 个时限和它们的提醒记录" in plain(walking.reply)
    assert walking.house.incidents.clocks.get(clock.id) == clock
    assert walking.house.access.telegram(5, walking.now) is None
    teller, outbox = Teller(walking.house), walking.house.incidents.outbox
    walking.now += timedelta(hours=6)
    (warning,) = outbox.claim(walking.now, 5)
    assert teller.prepare(warning, "page") is Delivery.UNDELIVERABLE
    (instead,) = teller.escalate(warning)
    assert (instead.person, instead.body["for"]) == (legal.person, {"unit": "分局/所", "label": ""})
    outbox.undelivered(warning, walking.now, [instead])
    assert "看伞8小时" in walking.go(f"clock/{clock.id}", legal)


def test_a_relay_that_waits_outlives_the_data_of_whom_it_is_for(walking: Walking) -> None:
    legal = let_in(walking.house, "telegram:6", Role.LEGAL, "分局")
    clock = walking.house.incidents.clocks.get(started(walking))
    assert clock is not None
    outbox, end = walking.house.incidents.outbox, walking.now + timedelta(hours=6)
    outbox.put([Message("relay", legal.person, "relay", clock.id, {"stage": "x"}, end)])
    walking.go("wipe/data", legal)
    assert outbox.waiting(walking.now + timedelta(days=1)) >= 2
    assert legal.person in {one.message.person for one in outbox.claim(end, 9)}


def test_deleting_ones_data_says_that_clocks_run(walking: Walking) -> None:
    started(walking)
    assert "1 个时限在走" in walking.go("wipe")


def test_a_day_is_enough_for_a_limit_counted_in_days(walking: Walking) -> None:
    walking.go("l/umbrella-3d")
    assert "2026-11-20 23:59 到期" in walking.say("11-17")
    assert "到期" not in walking.say("雨停了怎么办")
    walking.go("l/umbrella-8h")
    assert "到期" not in walking.say("昨天"), "hours need an hour"
    clock = started(walking, "umbrella-3d")
    walking.go(f"since/{clock}")
    assert "2026-11-23 23:59 到期" in walking.say("昨天")
