"""Pushes over the strict fake: what is refused for good, what comes to nothing for now, whether
it may have arrived; and who waits for whom."""

from __future__ import annotations

import asyncio

import pytest

from bot.telegram.drawing import Drawn
from bot.telegram.pace import Pace
from bot.telegram.sending import MARK, NotNow, Sender, Undelivered
from tests.bot.odd_answers import NOT_DONE, UNCERTAIN
from tests.bot.senders import with_sender
from tests.fake_telegram import FakeTelegram, Fault

DRAWN = Drawn("<b>传唤</b>快到时限", [])


def texts(fake: FakeTelegram) -> list[str]:
    return [call.text or "" for call in fake.journal.sent()]


async def push(sender: Sender, chat: int, repeated: bool = False) -> None:
    await sender.push(chat, DRAWN, repeated, patience=20)


async def arrived(sender: Sender, chat: int) -> bool:
    """Whether a push that comes to nothing may have been taken."""
    with pytest.raises(NotNow) as raised:
        await push(sender, chat)
    return raised.value.arrived


@pytest.mark.parametrize("repeated", [False, True])
def test_delivered(fake: FakeTelegram, repeated: bool) -> None:
    chat = fake.person("张三").id
    with_sender(fake, lambda sender: push(sender, chat, repeated))
    assert texts(fake) == [f"{MARK}\n传唤快到时限" if repeated else "传唤快到时限"]


def test_undeliverable_for_good(fake: FakeTelegram) -> None:
    blocked = fake.person("张三")
    blocked.block()
    stranger = fake.person("李四", started=False)

    async def work(sender: Sender) -> None:
        for chat in (blocked.id, stranger.id, 404):
            with pytest.raises(Undelivered):
                await push(sender, chat)
            assert not sender.failing, "Telegram answers"

    with_sender(fake, work)


def test_what_was_answered_oddly_may_have_arrived(fake: FakeTelegram) -> None:
    chat = fake.person("张三").id

    async def work(sender: Sender) -> None:
        for name, (status, body) in UNCERTAIN.items():
            fake.faults.answer("sendMessage", status, body)
            assert await arrived(sender, chat), name
            assert sender.failing, name
        for kind in (Fault.DROP_BEFORE, Fault.DROP_AFTER, Fault.SERVER_ERROR):
            fake.faults.next("sendMessage", kind)
            assert await arrived(sender, chat), kind

    with_sender(fake, work)


def test_what_the_bot_api_did_not_do_has_not_arrived(fake: FakeTelegram) -> None:
    chats = [fake.person(name).id for name in NOT_DONE]

    async def work(sender: Sender) -> None:
        for chat, (name, (status, body)) in zip(chats, NOT_DONE.items(), strict=True):
            fake.faults.answer("sendMessage", status, body)
            assert not await arrived(sender, chat), name

    with_sender(fake, work)


def test_nobody_listens() -> None:
    """Nothing can have arrived; when somebody does, all is well again."""
    fake = FakeTelegram()
    chat = fake.person("张三").id

    async def work(sender: Sender) -> None:
        assert not await arrived(sender, chat)
        assert sender.failing
        await asyncio.to_thread(fake.start)
        await push(sender, chat)
        assert not sender.failing

    try:
        with_sender(fake, work)
    finally:
        fake.stop()
    assert texts(fake) == ["传唤快到时限"]


def test_a_push_that_gets_no_turn_has_not_arrived(fake: FakeTelegram) -> None:
    chat = fake.person("张三").id

    async def work(sender: Sender) -> None:
        sender.pace.hold(chat, 3600)
        with pytest.raises(NotNow) as raised:
            await sender.push(chat, DRAWN, False, patience=0.01)
        assert not raised.value.arrived

    with_sender(fake, work)
    assert texts(fake) == []


def test_answers_go_first(fake: FakeTelegram) -> None:
    first, pushed, later = [
        [fake.person(f"民警{number}").id for number in range(3)] for _ in range(3)
    ]

    async def work(sender: Sender) -> None:
        answer = Drawn("答复", [])
        sends = [sender.send(chat, answer) for chat in first]
        pushes = [push(sender, chat) for chat in pushed]
        more = [sender.send(chat, answer) for chat in later]
        await asyncio.gather(*sends, *pushes, *more)

    with_sender(fake, work, pace=Pace(10))
    assert texts(fake) == ["答复"] * 6 + ["传唤快到时限"] * 3
