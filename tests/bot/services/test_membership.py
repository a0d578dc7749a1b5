"""Inviting, revoking, privacy and sessions by chat; on the assistant and over Telegram."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from pathlib import Path

import pytest

from bot.house import House
from bot.people.codes import DAYS
from bot.people.on_call import read_on_call
from bot.people.roles import OPERATOR, Member, Role
from bot.screens.reply import Button, Code, Event, EventKind, Reply, Say, plain
from bot.screens.sentences import IN_A_HURRY, NOT_INVITED, TOO_FAST_SHORT, WELCOME
from bot.store.favourites import Favourites
from bot.store.keys import SESSION
from tests.bot.gone import Gone
from tests.bot.houses import house, signed_in, snapshot
from tests.bot.members import invite, let_in
from tests.bot.on_telegram import clock, serving, settings
from tests.fake_telegram import FakeTelegram

__all__ = ["house"]  # the fixture

CODE = re.compile(r"\b[A-Z2-9]{16}\b")
BOSS = Member(OPERATOR, Role.ADMIN)


def act(house: House, member: Member, kind: EventKind, text: str) -> Reply:
    return house.assistant.handle(Event.of(member, "page", kind, text))


def press(house: House, member: Member, address: str) -> Reply:
    return act(house, member, EventKind.PRESS, address)


def fill(house: House, member: Member, address: str, line: str) -> Reply:
    event = Event.of(member, "page", EventKind.PRESS, address)
    return house.assistant.handle(replace(event, line=line))


def labels(reply: Reply) -> list[str]:
    return [button.label for button in reply.buttons()]


def test_an_invite_is_made_by_chat(house: House) -> None:
    house.links.name_bot("mingbai_bot")
    legal = let_in(house, "telegram:1", Role.LEGAL, "城东分局")
    chosen = press(house, legal, "invite")
    assert labels(chosen)[:3] == ["民警，1 人", "民警，20 人", "值班法制员，1 人"]
    asked = press(house, legal, "invite/officer/20")
    assert Button("就是 城东分局", "invited/officer/20") in list(asked.buttons())
    made = fill(house, legal, "invited/officer/20", "河口派出所")
    told = plain(made)
    assert "城东分局/河口派出所" in told
    found = CODE.search(told)
    assert found
    code = found.group()
    link = f"https://t.me/mingbai_bot?start={code}"
    assert Code(link) in made.blocks
    assert Say(link) in made.blocks
    assert any(f"/invite/{code}" in b.text for b in made.blocks if isinstance(b, Say))
    entered = house.membership.enter(code, "telegram:9", "telegram:9", house.clock())
    known = house.membership.people.get(entered.person)
    assert known is not None
    assert (known.role, known.unit) == (Role.OFFICER, "城东分局/河口派出所")
    assert "还能用 19 人" in plain(press(house, legal, "invites"))
    (still,) = house.membership.invites.open(house.clock())
    assert (still.expires - house.clock()).days in (DAYS - 1, DAYS)
    assert "没有" in plain(press(house, legal, f"uninvite/{still.id}"))
    assert not house.membership.enter(code, "telegram:10", "telegram:10", house.clock()).person


def test_a_unit_that_is_none(house: House) -> None:
    press(house, BOSS, "invite/officer/1")
    before = house.membership.invites.open(house.clock())
    told = fill(house, BOSS, "invited/officer/1", "字" * 40)
    assert "写得太长" in plain(told)
    assert told.at == "invite/officer/1"
    assert house.membership.invites.open(house.clock()) == before


def test_a_unit_follows_its_word_where_there_is_no_field(house: House) -> None:
    def chat(kind: EventKind, text: str, member: Member = BOSS) -> str:
        return plain(house.assistant.handle(Event.of(member, "telegram", kind, text)))

    assert "发“单位 城东分局/河口派出所”" in chat(EventKind.PRESS, "invite/officer/1")
    for asked in ("男子醉酒倒地不醒", "嫌疑人跑了", "单位犯罪"):
        assert "邀请做好了" not in chat(EventKind.TEXT, asked), "a question is a question"
    assert house.membership.invites.open(house.clock()) == []
    assert "城东分局" in chat(EventKind.TEXT, "单位 城东分局")
    assert len(house.membership.invites.open(house.clock())) == 1
    assert "没有找到" in chat(EventKind.TEXT, "单位 城西分局"), "asked once only"
    legal = let_in(house, "telegram:1", Role.LEGAL, "分局")
    chat(EventKind.PRESS, "invite/officer/1", legal)
    demoted = Member(legal.person, Role.OFFICER, "分局")
    assert "只能邀请" in chat(EventKind.TEXT, "单位 派出所", demoted), "a role lost in between"
    assert len(house.membership.invites.open(house.clock())) == 1


def test_members_are_seen_and_revoked_in_the_own_branch(house: House) -> None:
    legal = let_in(house, "telegram:1", Role.LEGAL, "城东分局")
    inside = let_in(house, "telegram:2", Role.OFFICER, "城东分局/河口所", label="夜班")
    outside = let_in(house, "telegram:3", Role.OFFICER, "城西分局")
    listed = labels(press(house, legal, "people"))
    assert "民警 · 城东分局/河口所 · 夜班" in listed
    assert not any("城西" in label for label in listed)
    assert "已经失效" in plain(press(house, legal, f"person/{outside.person}"))
    assert "确定吗" in plain(press(house, legal, f"unperson/{inside.person}"))
    assert house.access.active(inside.person, house.clock()), "asked once more"
    Favourites(house.database).add(inside.person, "umbrella", house.clock())
    cookie = signed_in(house, inside.person)
    assert "已撤销" in plain(press(house, legal, f"unperson/{inside.person}/yes"))
    assert house.access.telegram(2, house.clock()) is None
    assert house.access.session(cookie, house.clock()) is None
    assert Favourites(house.database).of(inside.person) == ()
    told = plain(press(house, BOSS, f"rerole/{legal.person}/duty"))
    assert "值班法制员" in told


def test_whoever_was_signed_out_comes_back_with_what_runs(house: House) -> None:
    legal = let_in(house, "telegram:1", Role.LEGAL, "城东分局")
    officer = let_in(house, None, Role.OFFICER, "城东分局/河口所")
    press(house, officer, "start/umbrella/walk0001")
    press(house, officer, "run/umbrella-8h/clock001/-/walk0001")
    cookie = signed_in(house, officer.person)
    assert "重新邀请" in labels(press(house, legal, f"person/{officer.person}"))
    told = plain(press(house, legal, f"again/{officer.person}"))
    assert "进来还是他" in told
    found = CODE.search(told)
    assert found
    assert "重新邀请 民警" in plain(press(house, legal, "invites"))
    entered = house.membership.enter(found.group(), None, "x", house.clock())
    assert entered.person == officer.person
    assert house.access.session(cookie, house.clock()) is None
    assert "看伞8小时" in plain(press(house, officer, "clock/clock001"))
    assert "〔警情A〕" in plain(press(house, officer, "walk/walk0001"))
    strange = let_in(house, "telegram:2", Role.LEGAL, "城西分局")
    assert "已经失效" in plain(press(house, strange, f"again/{officer.person}"))
    assert "只能改自己单位" in plain(press(house, legal, f"again/{legal.person}"))


def test_legal_staff_close_what_they_could_have_made(house: House) -> None:
    legal = let_in(house, "telegram:1", Role.LEGAL, "分局")
    for role, unit in ((Role.LEGAL, "分局"), (Role.ADMIN, "分局"), (Role.OFFICER, "")):
        invite(house, role, unit)
    (mine, *_) = _numbers(house, invite(house, Role.DUTY, "分局/所"))
    assert labels(press(house, legal, "invites"))[:-3] == [f"作废 {mine} 号"]
    for one in house.membership.invites.open(house.clock()):
        press(house, legal, f"uninvite/{one.id}")
    assert mine not in {one.id for one in house.membership.invites.open(house.clock())}
    assert len(house.membership.invites.open(house.clock())) == 3


def _numbers(house: House, code: str) -> list[int]:
    found = house.membership.invites.find(code, house.clock())
    return [found.id] if found else []


def test_privacy_says_what_is_kept_and_deletes_it(house: House) -> None:
    me = let_in(house, "telegram:1", Role.OFFICER, "分局")
    other = let_in(house, "telegram:2", Role.OFFICER, "分局")
    for person in (me, other):
        press(house, person, "g/umbrella")
        press(house, person, "keep/umbrella")
        press(house, person, "fb/umbrella/up")
        signed_in(house, person.person)
    told = plain(press(house, me, "privacy"))
    for line in (
        "民警，分局",
        "最近看过的指引",
        "收藏的指引：1 条",
        "90 天后自动删除",
        "不存你问了什么",
    ):
        assert line in told, line
    assert "找不回来" in plain(press(house, me, "wipe"))
    assert "收藏的指引：1 条" in plain(press(house, me, "privacy")), "asked once more"
    assert "已全部删除" in plain(press(house, me, "wipe/data"))
    counts = [count for _, count in house.membership.personal.of(me.person)]
    assert counts == [0] * (len(counts) - 1) + [1], "but for the browser that goes on"
    house.assistant.memory.recents.flush()
    assert [c for _, c in house.membership.personal.of(me.person)] == counts, "nor from memory"
    assert sum(count for _, count in house.membership.personal.of(other.person)) >= 4
    assert house.access.telegram(1, house.clock()) == me
    assert "注销" in plain(press(house, me, "wipe/all"))
    assert house.access.telegram(1, house.clock()) is None
    rows = str(snapshot(house))
    assert "telegram:1'" not in rows
    assert "telegram:2'" in rows


def test_sessions_are_seen_and_ended(house: House) -> None:
    me = let_in(house, None, Role.OFFICER)
    add, life = house.membership.keys.add, house.clock() - house.clock()
    add(SESSION, "one", me.person, house.clock(), life.max // 10**6, "电脑")
    add(SESSION, "two", me.person, house.clock(), life.max // 10**6, "安卓或鸿蒙手机")
    shown = press(house, me, "sessions")
    assert "电脑" in plain(shown)
    assert "安卓或鸿蒙手机" in plain(shown)
    ends = [b.address for b in shown.buttons() if b.label.startswith("退出第")]
    press(house, me, ends[0])
    assert len(house.membership.keys.sessions(me.person, house.clock())) == 1
    other = let_in(house, None, Role.OFFICER)
    press(house, other, ends[1])
    assert len(house.membership.keys.sessions(me.person, house.clock())) == 1
    press(house, me, "unsession/all")
    assert house.membership.keys.sessions(me.person, house.clock()) == []


def test_nothing_is_said_to_be_done_without_a_database(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    me = let_in(house, "telegram:1", Role.ADMIN)

    monkeypatch.setattr(house.database, "engine", Gone())
    for address in ("wipe/data", "wipe/all", "invited/officer/1", "people", "code", "privacy"):
        assert "没有做成" in plain(press(house, me, address)), address


def test_over_telegram(tmp_path: Path, library: Path, fake: FakeTelegram) -> None:
    """The admin invites by chat, the colleague taps the link, and is revoked."""
    boss, colleague, late = fake.person("所长"), fake.person("张三"), fake.person("李四")
    chosen = settings(fake, tmp_path, library, open_to_all=False, admins=frozenset({boss.id}))

    async def see(person: object, words: str) -> object:
        return await asyncio.to_thread(person.wait, words)  # type: ignore[attr-defined]

    async def work() -> None:
        async with serving(chosen) as (house, _):
            boss.say("/people")
            await see(boss, "人员")
            boss.press("邀请", on=boss.screen().message_id)
            await see(boss, "邀请谁")
            boss.press("民警，1 人")
            await see(boss, "哪个单位")
            boss.say("单位 城东分局/河口派出所")
            screen = await asyncio.to_thread(boss.wait, "邀请做好了")
            found = CODE.search(screen.text)
            assert found
            await asyncio.to_thread(fake.wait, lambda: bool(fake.journal.of("sendPhoto")))
            assert f"t.me/mingbai_test_bot?start={found.group()}" in screen.text
            colleague.start(found.group())
            await see(colleague, WELCOME)
            colleague.say("雨伞太重")
            await see(colleague, "收缴雨伞")
            late.start(found.group())
            await see(late, "这个码不对")
            colleague.say("/code")
            shown = await asyncio.to_thread(colleague.wait, "网页登录码")
            code = re.search(r"\b[A-Z2-9]{8}\b", shown.text)
            assert code
            entered = house.membership.enter(code.group(), None, "page:x", clock())
            assert entered.person == house.membership.people.all()[0].id
            known = house.membership.people.all()[0]
            house.membership.remove(BOSS, known, clock())
            colleague.say("雨伞太重")
            await see(colleague, NOT_INVITED)
            results = await asyncio.to_thread(colleague.inline, "雨伞太重")
            assert results == []

    asyncio.run(work())
    assert fake.violations == []


def test_codes_are_not_guessed_on_telegram(
    tmp_path: Path, library: Path, fake: FakeTelegram
) -> None:
    guesser, honest = fake.person("某某"), fake.person("张三")

    async def work() -> None:
        async with serving(settings(fake, tmp_path, library, open_to_all=False)) as (house, _):
            code = invite(house, Role.OFFICER)
            for number in range(5):
                guesser.start("ABCDEFGHJKLMNPQ" + "RSTUV"[number])
                await asyncio.to_thread(guesser.wait, "这个码不对")
            guesser.start(code)
            await asyncio.to_thread(guesser.wait, "输错的次数太多")
            honest.start(code)
            await asyncio.to_thread(honest.wait, WELCOME)

    asyncio.run(work())


def test_who_asks_too_fast_is_told_once_and_slows_nobody_down(
    tmp_path: Path, library: Path, fake: FakeTelegram
) -> None:
    hasty, calm = fake.person("张三"), fake.person("李四")
    on_call = read_on_call("张警官:027-1234567")
    told = f"{TOO_FAST_SHORT}再试。\n{IN_A_HURRY}"

    async def work() -> None:
        async with serving(settings(fake, tmp_path, library, asks_per_minute=1.0, on_call=on_call)):
            fake.queue([(hasty, "雨伞太重") for _ in range(300)])
            calm.say("雨伞太重")
            await asyncio.to_thread(calm.wait, "收缴雨伞")
            await asyncio.to_thread(hasty.wait, "张警官：027-1234567")
            await asyncio.to_thread(fake.drained)
            hasty.send_callback("home", 1)
            assert await asyncio.to_thread(hasty.toast) == told
            typed = await asyncio.to_thread(hasty.inline, "雨伞太重")
            assert typed, "typing a query inline is counted apart"
            for _ in range(30):
                shown = await asyncio.to_thread(hasty.inline_answer, "雨伞太重")
            assert shown["button"]["text"] == TOO_FAST_SHORT

    asyncio.run(work())
    assert 30 <= len(fake.journal.sent(hasty.id)) <= 36
    assert sum(TOO_FAST_SHORT in text for text in fake.journal.texts(hasty.id)) == 1
