"""Pushes over the strict fake: what is refused for good, what waits, what is marked."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import TypeVar

import pytest
from telegram import Bot

from bot.message import Message
from bot.outbox import AT_ONCE, Delivery, Dispatcher, NotTaken
from bot.store.database import Database
from bot.store.outbox import Claimed, Outbox
from bot.telegram.drawing import Drawn
from bot.telegram.pace import Pace
from bot.telegram.pushing import push
from bot.telegram.request import LeanRequest
from bot.telegram.sending import MARK, Sender, WrongToken
from tests.fake_telegram import FakeTelegram, Fault

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
DRAWN = Drawn("<b>传唤</b>快到时限", [])
T = TypeVar("T")


def with_sender(
    fake: FakeTelegram,
    work: Callable[[Sender], Awaitable[T]],
    token: str = "",
    pace: Pace | None = None,
    sleep: Callable[[float], Awaitable[object]] = lambda seconds: asyncio.sleep(0.01),
) -> T:
    """What ``work`` returns, given a sender whose pauses are short."""

    async def whole() -> T:
        request = LeanRequest()
        await request.initialize()
        bot = Bot(token or fake.token, base_url=fake.base_url, request=request)
        try:
            return await work(Sender(bot, pace or Pace(0), Random(1), sleep))
        finally:
            await request.shutdown()

    return asyncio.run(whole())


def texts(fake: FakeTelegram) -> list[str]:
    return [call.text or "" for call in fake.journal.sent()]


@pytest.mark.parametrize("repeated", [False, True])
def test_delivered(fake: FakeTelegram, repeated: bool) -> None:
    chat = fake.person("张三").id
    told = with_sender(fake, lambda sender: push(sender, chat, DRAWN, repeated))
    assert told is Delivery.DELIVERED
    assert texts(fake) == [f"{MARK}\n传唤快到时限" if repeated else "传唤快到时限"]


def test_undeliverable_for_good(fake: FakeTelegram) -> None:
    blocked = fake.person("张三")
    blocked.block()
    stranger = fake.person("李四", started=False)
    for chat in (blocked.id, stranger.id, 404):
        told = with_sender(fake, lambda sender, chat=chat: push(sender, chat, DRAWN, False))  # type: ignore[misc]
        assert told is Delivery.UNDELIVERABLE


def test_a_wrong_token_is_for_the_operator_to_mend(fake: FakeTelegram) -> None:
    chat = fake.person("张三").id
    wrong = fake.token[:-1] + "x"
    with pytest.raises(NotTaken):
        with_sender(fake, lambda sender: push(sender, chat, DRAWN, False), wrong)


def test_a_wrong_token_after_a_try_that_may_have_arrived(fake: FakeTelegram) -> None:
    """The token is withdrawn while the answer to the first try is lost."""
    chat = fake.person("张三").id
    fake.faults.next("sendMessage", Fault.DROP_AFTER)

    async def withdraw(_: float) -> None:
        fake.gateway.token = "1:withdrawn"

    with pytest.raises(WrongToken) as raised:
        with_sender(fake, lambda sender: push(sender, chat, DRAWN, False), sleep=withdraw)
    assert raised.value.arrived
    assert len(texts(fake)) == 1


def test_answers_go_first(fake: FakeTelegram) -> None:
    first, pushed, later = [
        [fake.person(f"民警{number}").id for number in range(3)] for _ in range(3)
    ]

    async def work(sender: Sender) -> None:
        answer = Drawn("答复", [])
        sends = [sender.send(chat, answer) for chat in first]
        pushes = [push(sender, chat, DRAWN, False) for chat in pushed]
        more = [sender.send(chat, answer) for chat in later]
        await asyncio.gather(*sends, *pushes, *more)

    with_sender(fake, work, pace=Pace(10))
    assert texts(fake) == ["答复"] * 6 + ["传唤快到时限"] * 3


def test_telegram_is_away_and_comes_back(tmp_path: Path) -> None:
    """Nobody listens at first: nothing can have arrived, so each goes out once, unmarked."""
    count = AT_ONCE + 10
    fake = FakeTelegram()
    chats = [fake.person(f"民警{number}").id for number in range(count)]
    database = Database(f"sqlite:///{tmp_path / 'state.db'}")
    database.migrate()
    outbox = Outbox(database)
    outbox.put(
        [Message(f"{c}", f"telegram:{c}", "warning", "clock", {"text": f"{c}"}, NOW) for c in chats]
    )
    pauses = 0

    async def sleep(_: float) -> None:
        nonlocal pauses
        pauses += 1
        await asyncio.sleep(0.05)

    async def work(sender: Sender) -> None:
        async def deliver(claimed: Claimed) -> Delivery:
            text = claimed.message.body["text"]
            return await push(sender, int(text), Drawn(text, []), claimed.repeated)

        running = asyncio.create_task(
            Dispatcher(outbox, deliver, lambda: NOW, lambda claimed: ()).run()
        )
        while pauses < 3 * AT_ONCE:
            await asyncio.sleep(0.01)
        await asyncio.to_thread(fake.start)
        while outbox.waiting(NOW):
            await asyncio.sleep(0.01)
        running.cancel()
        await asyncio.wait([running])

    try:
        with_sender(fake, work, sleep=sleep)
    finally:
        fake.stop()
        database.close()
    assert sorted(texts(fake)) == sorted(str(chat) for chat in chats)


def test_errors_of_a_gateway_are_waited_out_and_marked(fake: FakeTelegram) -> None:
    """A 502 may hide that the message was taken."""
    chat = fake.person("张三").id
    fake.faults.next("sendMessage", Fault.BAD_GATEWAY, times=20)
    told = with_sender(fake, lambda sender: push(sender, chat, DRAWN, False))
    assert told is Delivery.DELIVERED
    assert texts(fake) == [f"{MARK}\n传唤快到时限"]
