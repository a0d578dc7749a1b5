"""The Telegram channel in this process, against the strict fake and its faults."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from bot.house import assemble
from bot.screens.sentences import HEARD
from bot.store.database import StoreError
from bot.store.favourites import Favourites
from bot.store.feedback import Feedback
from bot.telegram.sending import MARK
from bot.telegram.service import Service
from bot.telegram.webhook import HEADER, MAX_BODY, webhook_route
from tests.bot.gone import Gone
from tests.bot.on_telegram import clock, eventually, serving, settings, unanswered
from tests.fake_telegram import FakeTelegram, Fault, Person


def run(work: Callable[[], object]) -> None:
    asyncio.run(work())  # type: ignore[arg-type]


FAULTS = [
    Fault.FLOOD,
    Fault.SERVER_ERROR,
    Fault.BAD_GATEWAY,
    Fault.DROP_BEFORE,
    Fault.DROP_AFTER,
    Fault.DELAY,
]


def test_a_thousand_faults(
    tmp_path: Path, library: Path, fake: FakeTelegram, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each reply arrives once, or again with a mark; the counts are printed."""
    people = [fake.person(f"民警{number}") for number in range(200)]
    each = 10
    fake.faults.rate(0.38, seed=3, kinds=FAULTS, methods=["sendMessage"])

    async def work() -> None:
        async with serving(settings(fake, tmp_path, library)):
            for number in range(1, each + 1):
                fake.queue([(person, f"测试法第{number % 20 + 1}条") for person in people])
            await eventually(
                lambda: (
                    len(fake.journal.sent()) >= each * len(people)  # the rest takes a while
                    and all(len(_unmarked(fake, p)) >= each for p in people)
                ),
                lambda: [len(_unmarked(fake, p)) for p in people],
            )

    def _unmarked(fake: FakeTelegram, person: Person) -> list[int]:
        """First deliveries: a marked message right after the same article is a repeat."""
        firsts: list[int] = []
        for call in fake.journal.sent(person.id):
            number = int(_article(call.text or ""))
            if not ((call.text or "").startswith(MARK) and firsts and firsts[-1] == number):
                firsts.append(number)
        return firsts

    run(work)
    injected = sum(fake.faults.counts.values())
    sent = [call for person in people for call in fake.journal.sent(person.id)]
    marked = sum((call.text or "").startswith(MARK) for call in sent)
    expected = [number % 20 + 1 for number in range(1, each + 1)]
    for person in people:
        assert _unmarked(fake, person) == expected, "lost, out of order, or repeated unmarked"
    with capsys.disabled():
        print(
            f"\n{injected} faults: {len(people) * each} replies due, "
            f"{len(sent)} messages, {marked} of them marked, 0 lost, 0 repeated unmarked"
        )
    assert injected >= 1000


def _article(text: str) -> str:
    found = re.search(r"《测试法》第([一二三四五六七八九十]+)条", text)
    assert found, text
    digits = "零一二三四五六七八九"
    word = found[1]
    tens, _, ones = word.rpartition("十")
    if "十" not in word:
        return str(digits.index(word))
    return str((digits.index(tens) if tens else 1) * 10 + (digits.index(ones) if ones else 0))


def test_a_blocked_bot_goes_on_with_the_others(
    tmp_path: Path, library: Path, fake: FakeTelegram, caplog: pytest.LogCaptureFixture
) -> None:
    gone, here = fake.person("张三"), fake.person("李四")

    async def work() -> None:
        async with serving(settings(fake, tmp_path, library)):
            gone.say("雨伞太重")
            gone.block()
            here.say("雨伞太重")
            await asyncio.to_thread(here.wait, "收缴雨伞")
            await asyncio.to_thread(fake.wait, lambda: bool(fake.violations))

    run(work)
    assert "could not be delivered" in caplog.text
    assert "雨伞太重" not in caplog.text


def test_telegram_away_for_a_while(tmp_path: Path, library: Path, fake: FakeTelegram) -> None:
    officer = fake.person("张三")

    async def work() -> None:
        async with serving(settings(fake, tmp_path, library)):
            officer.say("雨伞太重")
            await asyncio.to_thread(officer.wait, "收缴雨伞")
            fake.faults.next("*", Fault.BAD_GATEWAY, times=6)
            officer.say("口哨半夜响")
            await asyncio.to_thread(officer.wait, "吹口哨检查")

    run(work)


def test_without_a_database_it_answers_and_comes_back(
    tmp_path: Path, library: Path, fake: FakeTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = fake.person("张三")

    async def work() -> None:
        async with serving(settings(fake, tmp_path, library)) as (house, _):
            officer.say("雨伞太重")
            await asyncio.to_thread(officer.wait, "收缴雨伞")
            engine = house.database.engine
            monkeypatch.setattr(house.database, "engine", Gone())
            with pytest.raises(StoreError):  # as the round of the running bot does
                house.assistant.memory.recents.flush()
            officer.say("口哨半夜响")
            screen = await asyncio.to_thread(officer.wait, "吹口哨检查")
            assert "记录暂时存不上" in screen.text
            monkeypatch.setattr(house.database, "engine", engine)
            officer.say("/recent")
            screen = await asyncio.to_thread(officer.wait, "最近看过")
            assert "收缴雨伞" in screen.buttons
            await eventually(lambda: not unanswered(house), lambda: unanswered(house))

    run(work)
    assert len(fake.journal.sent(officer.id)) == 3, "each answered once"


def test_nothing_of_a_question_stays_in_the_inbox(
    tmp_path: Path, library: Path, fake: FakeTelegram
) -> None:
    officer = fake.person("张三")

    async def work() -> None:
        async with serving(settings(fake, tmp_path, library)) as (house, _):
            officer.say("雨伞太重13912345678")
            await asyncio.to_thread(officer.wait)
            await eventually(lambda: not unanswered(house), lambda: unanswered(house))
            with house.database.read() as connection:
                rows = connection.exec_driver_sql("SELECT payload, state FROM updates").all()
            assert [tuple(row) for row in rows] == [("", "done")]

    run(work)


def test_a_replayed_update_is_answered_once(
    tmp_path: Path, library: Path, fake: FakeTelegram
) -> None:
    officer = fake.person("张三")
    raw = officer.draft("雨伞太重")

    async def work() -> None:
        async with serving(settings(fake, tmp_path, library)) as (house, _):
            number = fake.inject(raw)
            await asyncio.to_thread(officer.wait, "收缴雨伞")
            await eventually(lambda: not unanswered(house), lambda: unanswered(house))
        async with serving(settings(fake, tmp_path, library)):  # a fresh process
            fake.inject({**raw, "update_id": number})
            officer.say("口哨半夜响")
            await asyncio.to_thread(officer.wait, "吹口哨检查")

    run(work)
    assert len(fake.journal.sent(officer.id)) == 2


def test_favourites_feedback_and_the_pinned_card(
    tmp_path: Path, library: Path, fake: FakeTelegram
) -> None:
    officer = fake.person("张三")

    async def press(label: str, until: str) -> object:
        officer.press(label)
        return await asyncio.to_thread(officer.wait, until)

    async def work() -> None:
        async with serving(settings(fake, tmp_path, library)) as (house, _):
            officer.start("umbrella")
            await asyncio.to_thread(officer.wait, "收缴雨伞")
            officer.press("收藏")
            await asyncio.to_thread(officer.wait, lambda s: "取消收藏" in s.buttons)
            assert officer.toast() == HEARD
            await press("评价、报错", "怎么样")
            await press("👍", "已记下")
            assert Feedback(house.database).counts() == {("umbrella", 1, "up"): 1}
            await press("这份指引", "先做")
            officer.press("离线卡片")
            await asyncio.to_thread(officer.wait, "离线卡片")
            await asyncio.to_thread(fake.wait, lambda: bool(fake.journal.of("pinChatMessage")))
            officer.say("/fav")
            screen = await asyncio.to_thread(officer.wait, "我的收藏")
            assert screen.buttons[:2] == ["收缴雨伞", "取消收藏"]

    run(work)
    assert fake.violations == []


def test_a_second_poller_is_told(
    tmp_path: Path, library: Path, fake: FakeTelegram, caplog: pytest.LogCaptureFixture
) -> None:
    officer = fake.person("张三")

    async def work() -> None:
        async with serving(settings(fake, tmp_path, library)):
            officer.say("雨伞太重")
            await asyncio.to_thread(officer.wait, "收缴雨伞")
            async with httpx.AsyncClient() as other:  # ends our long poll, as Telegram does
                await other.get(f"{fake.base_url}{fake.token}/getUpdates", params={"timeout": 0})
            await eventually(lambda: "另一个程序" in caplog.text, lambda: caplog.text)
            officer.say("口哨半夜响")
            await asyncio.to_thread(officer.wait, "吹口哨检查")

    run(work)
    assert fake.token not in caplog.text


def test_forged_replayed_and_foreign_buttons_never_act(
    tmp_path: Path, library: Path, fake: FakeTelegram
) -> None:
    officer, other = fake.person("张三"), fake.person("李四")

    async def work() -> None:
        async with serving(settings(fake, tmp_path, library)) as (house, _):
            officer.start("umbrella")
            shown = await asyncio.to_thread(officer.wait, "收缴雨伞")
            other.start("")
            own = await asyncio.to_thread(other.wait, "执法指引")
            # Another's button, pressed in one's own chat, acts for oneself only.
            other.send_callback("keep/umbrella", shown.message_id)
            await asyncio.to_thread(other.wait, lambda s: "取消收藏" in s.buttons)
            for _ in range(2):  # pressed twice, done once
                other.send_callback("keep/umbrella", own.message_id)
            for forged in (
                "keep/nosuch",
                "fb/umbrella/hate",
                "drop",
                "pin/",
                "../x",
                "g/umbrella/s/'",
            ):
                other.send_callback(forged, own.message_id)
            await asyncio.to_thread(other.wait, "已经失效")
            await asyncio.to_thread(fake.drained)
            stored = Favourites(house.database)
            assert stored.of(f"telegram:{other.id}") == ("umbrella",)
            assert stored.of(f"telegram:{officer.id}") == ()
            assert not Feedback(house.database).counts()

    run(work)


def test_inline_mode_shares_a_guide_with_its_users_only(
    tmp_path: Path, library: Path, fake: FakeTelegram
) -> None:
    officer, stranger = fake.person("张三"), fake.person("王五")
    chosen = settings(fake, tmp_path, library, open_to_all=False, admins=frozenset({officer.id}))

    async def work() -> None:
        async with serving(chosen):
            results = await asyncio.to_thread(officer.inline, "雨伞太重")
            assert results[0]["title"] == "收缴雨伞"
            assert await asyncio.to_thread(officer.inline, "火星土豆") == []
            refused = await asyncio.to_thread(officer.inline, "好看的顺走那把偷偷拿回家")
            assert refused == []
            assert await asyncio.to_thread(stranger.inline, "雨伞太重") == []

    run(work)
    assert fake.violations == []


def test_the_webhook_takes_only_what_telegram_sends(
    tmp_path: Path, library: Path, fake: FakeTelegram
) -> None:
    chosen = settings(
        fake,
        tmp_path,
        library,
        telegram_webhook_url="https://bot.example/hook",
        telegram_webhook_secret="secret",
    )

    async def work() -> None:
        house = assemble(chosen, clock)
        house.serving.refresh(clock())
        service = Service(house)
        app = Starlette(routes=[webhook_route(service)])
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://bot") as client:
            good = {HEADER: "secret"}
            assert (await client.post("/hook", content="{}")).status_code == 403
            wrong = await client.post("/hook", content="{}", headers={HEADER: "secreT"})
            assert wrong.status_code == 403
            assert (await client.post("/other", content="{}", headers=good)).status_code == 404
            assert (await client.get("/hook", headers=good)).status_code == 405
            for bad in ("", "{", "[]", '{"update_id": "x"}', "\xff"):
                answer = await client.post("/hook", content=bad.encode("latin1"), headers=good)
                assert answer.status_code == 400, bad
            large = await client.post("/hook", content=b"x" * (MAX_BODY + 1), headers=good)
            assert large.status_code == 413
        assert unanswered(house) == []
        house.database.close()

    run(work)


def test_sends_keep_telegrams_pace(tmp_path: Path, library: Path, fake: FakeTelegram) -> None:
    """With Telegram's own limits enforced nothing is refused and nothing is lost."""
    people = [fake.person(f"民警{number}") for number in range(20)]
    fake.throttle.enforce(overall_per_second=30, chat_per_second=1)

    async def work() -> None:
        async with serving(settings(fake, tmp_path, library, telegram_rate=25.0)):
            fake.queue([(person, "雨伞太重") for _ in range(2) for person in people])
            await eventually(
                lambda: len(fake.journal.sent()) >= 40, lambda: len(fake.journal.sent())
            )

    run(work)
    assert fake.violations == []
    assert len(fake.journal.sent()) == 40
