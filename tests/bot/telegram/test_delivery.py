"""Warnings on Telegram, over the strict fake: they arrive, late or elsewhere if need be."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.courier import Teller
from bot.house import House
from bot.message import RELAY
from bot.people.roles import OPERATOR, Role
from bot.screens.reply import Reply
from bot.screens.sentences import ELSEWHERE
from bot.store.outbox import DUE, SENDING, SENT
from bot.telegram.sending import MARK
from index.releases import Releases
from index.serving import Serving
from tests.bot.members import let_in
from tests.bot.on_telegram import eventually
from tests.bot.secrets_of_guides import secret
from tests.bot.tellers import (
    HOUR,
    MINUTE,
    NOW,
    Time,
    arrives,
    connected,
    member,
    published,
    rows,
    started,
    states,
    telling,
    time,
)
from tests.fake_telegram import FakeTelegram, Fault
from tests.small_library import change, write_library

__all__ = ["published", "time"]  # the fixtures


@pytest.fixture
def house(tmp_path: Path, published: Serving, time: Time, fake: FakeTelegram) -> Iterator[House]:
    made = connected(published, time, fake, tmp_path)
    yield made
    made.database.close()


def test_the_warnings_of_a_clock_arrive(house: House, time: Time, fake: FakeTelegram) -> None:
    officer = fake.person("张三")
    started(house, member(house, officer, Role.OFFICER))

    async def work() -> None:
        async with telling(house):
            time.now = NOW + 6 * HOUR
            screen = await arrives(officer, "还有 2 小时")
            for words in ("〔警情A〕看伞8小时", "2026-11-21 18:00 到期", "到时必须：放人"):
                assert words in screen.text
            assert "晚了" not in screen.text
            assert MARK not in screen.text
            assert screen.buttons == [
                "看时限",
                "10 分钟后再提醒",
                "1 小时后再提醒",
                "已办完，停止",
            ]
            officer.press("看时限")
            await arrives(officer, "怎么算")
            time.now = NOW + 8 * HOUR
            screen = await arrives(officer, "刚刚到期")
            assert "知道了" in screen.buttons
            for number in range(1, 4):
                time.now = NOW + 8 * HOUR + number * 30 * MINUTE
                await arrives(officer, "已超")
            officer.press("知道了")
            await arrives(officer, "不再提醒")
            await eventually(
                lambda: not [row for row in rows(house) if row.state != SENT], lambda: rows(house)
            )

    asyncio.run(work())
    assert fake.violations == []
    assert states(house) == dict.fromkeys(
        ["before-2h", "due", "after-1", "after-2", "after-3"], SENT
    )


def test_a_stopped_clock_says_nothing(house: House, time: Time, fake: FakeTelegram) -> None:
    """Whether its warnings were taken back or somebody had one in hand already."""
    officer = fake.person("张三")
    clock = started(house, member(house, officer, Role.OFFICER))
    time.now = NOW + 6 * HOUR
    house.incidents.outbox.claim(time.now, 5)  # by a process that then died
    assert house.incidents.clocks.stop(clock, time.now)
    assert len(rows(house)) == 1

    async def work() -> None:
        time.now += 2 * MINUTE
        async with telling(house):
            await eventually(lambda: rows(house)[0].state == SENT, lambda: rows(house))

    asyncio.run(work())
    assert fake.journal.sent() == []


@pytest.mark.parametrize("gone", ["blocked", "never started"])
def test_who_cannot_be_reached_has_legal_staff_told(
    house: House, time: Time, fake: FakeTelegram, gone: str, caplog: pytest.LogCaptureFixture
) -> None:
    officer = fake.person("张三", started=gone == "blocked")
    legal, other = fake.person("李四"), fake.person("王五")
    person = member(house, officer, Role.OFFICER, "分局/城东所", label="小张")
    member(house, legal, Role.LEGAL, "分局/城东所")
    member(house, other, Role.LEGAL, "分局/别的所")
    if gone == "blocked":
        officer.block()
    started(house, person)

    async def work() -> None:
        async with telling(house):
            time.now = NOW + 6 * HOUR
            screen = await arrives(legal, "送不到本人")
            for words in (
                "〔分局/城东所〕小张的",
                "〔警情A〕看伞8小时还有 2 小时",
                "放人",
                "马上联系",
            ):
                assert words in screen.text
            assert screen.buttons == ["看时限", "已办完，停止"]

    asyncio.run(work())
    assert fake.journal.sent(officer) == []
    assert fake.journal.sent(other) == []
    assert len(fake.journal.sent(legal)) == 1
    for words in ("看伞", "警情A", "小张", "城东"):
        assert words not in caplog.text


@pytest.mark.parametrize("how", ["revoked", "ended"])
def test_who_may_not_use_it_any_more_has_legal_staff_told(
    house: House, time: Time, fake: FakeTelegram, how: str
) -> None:
    officer, legal = fake.person("张三"), fake.person("李四")
    ends = NOW + HOUR if how == "ended" else None
    person = member(house, officer, Role.OFFICER, "分局/所", ends=ends)
    member(house, legal, Role.DUTY, "分局")
    started(house, person)
    if how == "revoked":
        house.membership.people.remove(person, OPERATOR, NOW)

    async def work() -> None:
        async with telling(house):
            time.now = NOW + 6 * HOUR
            await arrives(legal, "〔分局/所〕的一个时限提醒送不到本人")

    asyncio.run(work())
    assert fake.journal.sent(officer) == []


def test_legal_staff_who_cannot_be_reached_either(
    tmp_path: Path, published: Serving, time: Time, fake: FakeTelegram
) -> None:
    officer, legal, boss = fake.person("张三"), fake.person("李四"), fake.person("王五")
    house = connected(published, time, fake, tmp_path, admins=frozenset({boss.id}))
    started(house, member(house, officer, Role.OFFICER))
    member(house, legal, Role.LEGAL)
    officer.block()
    legal.block()

    async def work() -> None:
        async with telling(house):
            time.now = NOW + 6 * HOUR
            await arrives(boss, "送不到本人")

    asyncio.run(work())
    assert len(fake.journal.sent()) == 1
    house.database.close()


def test_telegram_away_for_an_hour(house: House, time: Time, fake: FakeTelegram) -> None:
    """What arrives says how things stand by then, and that it is late; others were told."""
    officer, other = fake.person("张三"), fake.person("李四")
    legal = let_in(house, None, Role.LEGAL).person
    started(house, member(house, officer, Role.OFFICER))
    clock = started(house, member(house, other, Role.OFFICER), id="stopped1")

    async def work() -> None:
        fake.faults.rate(1.0, seed=1, kinds=[Fault.BAD_GATEWAY], methods=["sendMessage"])
        async with telling(house):
            time.now = NOW + 6 * HOUR
            tried = fake.faults.injected
            await eventually(lambda: tried("sendMessage") >= 1, tried)
            # Before the hour is over: at its end whatever still waits is handed on at once.
            assert house.incidents.clocks.stop(clock, time.now)
            time.now += HOUR
            await eventually(
                lambda: [r.person for r in rows(house) if r.kind == RELAY] == [legal],
                lambda: rows(house),
            )
            fake.faults.clear()
            time.now += MINUTE
            screen = await arrives(officer, "还有 59 分")
            assert screen.text.startswith(MARK), "it may have arrived: a 502 does not say"
            assert "这条提醒晚了 1 小时" in screen.text

    asyncio.run(work())
    assert len(fake.journal.sent(officer)) == 1
    assert fake.journal.sent(other) == []


def test_a_restart_between_the_reminder_and_the_send(
    house: House, time: Time, fake: FakeTelegram
) -> None:
    officer = fake.person("张三")
    started(house, member(house, officer, Role.OFFICER))
    outbox = house.incidents.outbox
    time.now = NOW + 8 * HOUR
    outbox.sent([one.id for one in outbox.claim(time.now, 9)], time.now)
    time.now += 30 * MINUTE
    (one,) = outbox.claim(time.now, 9)  # by a process that dies right after the next line
    assert isinstance(Teller(house).prepare(one, "telegram"), Reply)
    assert (states(house)["after-1"], states(house)["after-2"]) == (SENDING, DUE)

    async def work() -> None:
        time.now += 61 * timedelta(seconds=1)
        async with telling(house):
            screen = await arrives(officer, "已超 31 分钟")
            assert screen.text.startswith(MARK)
            time.now = NOW + 9 * HOUR
            screen = await arrives(officer, "已超 1 小时")
            assert MARK not in screen.text

    asyncio.run(work())
    assert len(fake.journal.sent(officer)) == 2


def test_a_wrong_token_loses_and_marks_nothing(
    tmp_path: Path, published: Serving, time: Time, fake: FakeTelegram
) -> None:
    """The operator can mend that; until then the page shows it."""
    officer = fake.person("张三")
    wrong = connected(published, time, fake, tmp_path, telegram_token="1:wrong")
    person = member(wrong, officer, Role.OFFICER)
    started(wrong, person)

    async def fails() -> None:
        async with telling(wrong) as service:
            time.now = NOW + 6 * HOUR
            await eventually(lambda: "令牌" in service.trouble, lambda: service.trouble)
            await eventually(lambda: rows(wrong)[0].tries > 0, lambda: rows(wrong))

    async def works() -> None:
        time.now += 20 * MINUTE
        async with telling(mended):
            screen = await arrives(officer, "还有 1 小时 40 分")
            assert MARK not in screen.text

    asyncio.run(fails())
    assert [one.stage for one in Teller(wrong).pull(person, "page")] == ["before-2h"]
    mended = replace(wrong, settings=replace(wrong.settings, telegram_token=fake.token))
    asyncio.run(works())
    wrong.database.close()


def test_an_internal_guide_keeps_its_words(tmp_path: Path, time: Time, fake: FakeTelegram) -> None:
    """In the warning as in the relay."""
    library = write_library(tmp_path)
    told = "kind: guideline\n"
    change(library / "scene" / "umbrella.yaml", told, f"{told}circulation: internal\n")
    internal = Serving(Releases(tmp_path / "served"), library, auto=True)
    internal.refresh(NOW)
    house = connected(internal, time, fake, tmp_path)
    officer, gone, legal = fake.person("张三"), fake.person("李四"), fake.person("王五")
    member(house, legal, Role.LEGAL)
    started(house, member(house, officer, Role.OFFICER))
    started(house, member(house, gone, Role.OFFICER), id="gonegone")
    gone.block()

    async def work() -> None:
        async with telling(house):
            time.now = NOW + 6 * HOUR
            screen = await arrives(officer, "〔警情A〕一个时限还有 2 小时")
            assert "18:00 到期" in screen.text
            assert ELSEWHERE in screen.text
            await arrives(legal, "送不到本人")
            officer.press("看时限")
            await arrives(officer, "内部指引")

    asyncio.run(work())
    pieces = secret(house)
    assert len(pieces) > 20
    for text in [*fake.journal.texts(officer), *fake.journal.texts(legal)]:
        assert not any(piece in text for piece in pieces), text
    assert [row.kind for row in rows(house)].count(RELAY) == 1
    house.database.close()
