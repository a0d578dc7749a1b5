"""Faults and the throttle: what goes wrong, when told to."""

import time
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from telegram import Bot
from telegram.error import NetworkError, RetryAfter, TimedOut

from . import FakeTelegram, Fault
from .conftest import Raw


def test_flood_and_server_errors(with_bot: Callable[..., None], fake: FakeTelegram) -> None:
    user = fake.person("张三")
    fake.faults.next("sendMessage", Fault.FLOOD, retry_after=7)
    fake.faults.next("sendmessage", Fault.SERVER_ERROR)
    fake.faults.next("sendMessage", Fault.BAD_GATEWAY)

    async def work(bot: Bot) -> None:
        with pytest.raises(RetryAfter) as flood:
            await bot.send_message(user.id, "x")
        assert flood.value.retry_after == timedelta(seconds=7)
        with pytest.raises(NetworkError, match="Internal Server Error"):
            await bot.send_message(user.id, "x")
        with pytest.raises(NetworkError, match="Bad Gateway"):
            await bot.send_message(user.id, "x")
        await bot.send_message(user.id, "y")

    with_bot(work)
    assert fake.journal.texts(user) == ["y"]
    assert fake.violations == []
    assert fake.faults.counts == {
        Fault.FLOOD: 1,
        Fault.SERVER_ERROR: 1,
        Fault.BAD_GATEWAY: 1,
    }
    assert fake.faults.injected() == fake.faults.injected("sendMessage") == 3
    assert fake.faults.injected("sendMessage", Fault.FLOOD) == 1
    assert fake.faults.injected("getMe") == 0


def test_the_bodies_are_telegrams(raw: Raw, fake: FakeTelegram) -> None:
    fake.faults.next("getMe", Fault.FLOOD, retry_after=3)
    assert raw("getMe") == (
        429,
        {
            "ok": False,
            "error_code": 429,
            "description": "Too Many Requests: retry after 3",
            "parameters": {"retry_after": 3},
        },
    )
    fake.faults.next("getMe", Fault.BAD_GATEWAY)
    page = httpx.get(f"{fake.base_url}{fake.token}/getMe")
    assert (page.status_code, page.headers["content-type"]) == (502, "text/html; charset=utf-8")
    assert "<title>502 Bad Gateway</title>" in page.text


def test_dropped_connections(with_bot: Callable[..., None], fake: FakeTelegram) -> None:
    user = fake.person("张三")

    async def work(bot: Bot) -> None:
        fake.faults.next("sendMessage", Fault.DROP_BEFORE, times=2)
        for _ in range(2):
            with pytest.raises(NetworkError):
                await bot.send_message(user.id, "before")
        assert fake.journal.sent(user) == []
        fake.faults.next("sendMessage", Fault.DROP_AFTER)
        with pytest.raises(NetworkError):
            await bot.send_message(user.id, "after")
        assert [(c.text, c.answered) for c in fake.journal.sent(user)] == [("after", False)]
        await bot.send_message(user.id, "fine")

    with_bot(work)
    assert fake.journal.texts(user) == ["after", "fine"]
    assert fake.violations == []


def test_drop_after_a_refusal_is_a_refusal(raw: Raw, fake: FakeTelegram) -> None:
    fake.faults.next("sendMessage", Fault.DROP_AFTER)
    assert raw("sendMessage", chat_id=1, text="x")[0] == 400


def test_delay(with_bot: Callable[..., None], fake: FakeTelegram) -> None:
    user = fake.person("张三")
    fake.faults.next("sendMessage", Fault.DELAY, seconds=0.4)

    async def work(bot: Bot) -> None:
        with pytest.raises(TimedOut):
            await bot.send_message(user.id, "late", read_timeout=0.1)

    with_bot(work)
    fake.wait(lambda: fake.journal.texts(user) == ["late"])


def test_any_method_and_downloads(raw: Raw, fake: FakeTelegram) -> None:
    fake.faults.next("*", Fault.SERVER_ERROR)
    with pytest.raises(ValueError, match="JSON|Expecting"):
        raw("getMe")
    user = fake.person("张三")
    user.send_file(data=b"abc")
    file_id = raw("getUpdates")[1]["result"][0]["message"]["document"]["file_id"]
    path = raw("getFile", file_id=file_id)[1]["result"]["file_path"]
    url = f"{fake.base_file_url}{fake.token}/{path}"
    fake.faults.next("download", Fault.BAD_GATEWAY)
    fake.faults.next("download", Fault.DROP_AFTER)
    assert httpx.get(url).status_code == 502
    with pytest.raises(httpx.TransportError):
        httpx.get(url)
    assert httpx.get(url).content == b"abc"


def test_rate_is_seeded(raw: Raw, fake: FakeTelegram) -> None:
    def run(seed: int) -> list[int]:
        fake.faults.rate(0.3, seed=seed, kinds=[Fault.FLOOD], methods=["getMe"])
        return [raw("getMe")[0] for _ in range(60)]

    first = run(1)
    assert 5 <= first.count(429) <= 32
    assert run(1) == first
    assert run(2) != first
    assert fake.faults.counts[Fault.FLOOD] >= 2 * first.count(429)
    assert raw("getMyCommands")[0] == 200
    fake.faults.clear()
    assert [raw("getMe")[0] for _ in range(20)] == [200] * 20


def test_rate_needs_sense(fake: FakeTelegram) -> None:
    with pytest.raises(ValueError, match="probability"):
        fake.faults.rate(2, seed=1)
    with pytest.raises(ValueError, match="kind"):
        fake.faults.rate(0.1, seed=1, kinds=[])


def test_every_kind_by_rate(fake: FakeTelegram) -> None:
    fake.faults.rate(1, seed=3, seconds=0.01)
    with httpx.Client(trust_env=False) as client:
        for _ in range(60):
            try:
                client.get(f"{fake.base_url}{fake.token}/getMe")
            except httpx.TransportError:
                continue
    assert set(fake.faults.counts) == set(Fault) - {Fault.ANSWER, Fault.ANSWER_AFTER}
    assert fake.violations == []


def test_one_message_a_second_in_a_chat(raw: Raw, fake: FakeTelegram) -> None:
    fake.throttle.enforce()
    user, other = fake.person("张三"), fake.person("李四")
    assert raw("sendMessage", chat_id=user.id, text="1")[0] == 200
    status, body = raw("sendMessage", chat_id=user.id, text="2")
    assert (status, body["parameters"]) == (429, {"retry_after": 1})
    assert raw("sendMessage", chat_id=other.id, text="1")[0] == 200
    assert raw("sendChatAction", chat_id=user.id, action="typing")[0] == 200
    time.sleep(1.0)
    assert raw("sendMessage", chat_id=user.id, text="3")[0] == 200
    assert fake.throttle.refused == 1
    assert [v.code for v in fake.violations] == [429]
    fake.throttle.release()
    assert raw("sendMessage", chat_id=user.id, text="4")[0] == 200


def test_thirty_a_second_overall(raw: Raw, fake: FakeTelegram) -> None:
    fake.throttle.enforce()
    people = [fake.person(str(number)) for number in range(31)]
    codes = [raw("sendMessage", chat_id=user.id, text="x")[0] for user in people]
    assert codes == [200] * 30 + [429]


def test_twenty_a_minute_in_a_group(raw: Raw, fake: FakeTelegram) -> None:
    fake.throttle.enforce(chat_per_second=1000, overall_per_second=1000)
    group = fake.group("一队", fake.person("张三"))
    codes = [raw("sendMessage", chat_id=group.id, text="x")[0] for _ in range(21)]
    assert codes == [200] * 20 + [429]
    assert raw("sendMessage", chat_id=group.id, text="x")[1]["parameters"]["retry_after"] >= 50


def test_any_answer(fake: FakeTelegram, raw: Raw) -> None:
    chat = fake.person("张三").id
    fake.faults.answer("sendMessage", 418, b'{"a": 1}')
    fake.faults.answer("sendMessage", 200, b'{"b": 2}', done=True)
    assert raw("sendMessage", chat_id=chat, text="a") == (418, {"a": 1})
    assert fake.journal.sent() == []
    assert raw("sendMessage", chat_id=chat, text="b") == (200, {"b": 2})
    assert [call.answered for call in fake.journal.sent()] == [False], "it was done"
    assert fake.violations == []
