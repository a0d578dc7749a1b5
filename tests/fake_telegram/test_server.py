"""The server: addresses, tokens, ways to pass arguments, starting and stopping."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from typing import Any

import httpx
import pytest
from telegram import Bot
from telegram.error import InvalidToken

from . import PATIENCE, FakeTelegram
from .conftest import Raw


def test_get_me_through_ptb(with_bot: Callable[..., Any], fake: FakeTelegram) -> None:
    async def work(bot: Bot) -> None:
        assert bot.username == "mingbai_test_bot"
        assert (await bot.get_me()).id == int(fake.token.split(":")[0])

    with_bot(work)
    assert [call.method for call in fake.calls] == ["getMe", "getMe"]


def test_unknown_method_is_404(raw: Raw, fake: FakeTelegram) -> None:
    assert raw("sendNothing") == (
        404,
        {"ok": False, "error_code": 404, "description": "Not Found"},
    )
    assert [v.method for v in fake.violations] == ["sendNothing"]


def test_method_names_ignore_case(raw: Raw, fake: FakeTelegram) -> None:
    assert raw("GETME")[0] == 200
    assert fake.calls[0].method == "getMe"


@pytest.mark.parametrize(
    ("token", "code"), [("1:AAwrongButWellFormed-0123456789012345678", 401), ("1:short", 404)]
)
def test_wrong_tokens(fake: FakeTelegram, token: str, code: int) -> None:
    reply = httpx.post(f"{fake.base_url}{token}/getMe")
    assert (reply.status_code, reply.json()["error_code"]) == (code, code)
    assert fake.violations[0].code == code
    assert httpx.get(f"{fake.base_file_url}{token}/documents/x").status_code == code


def test_ptb_reports_a_wrong_token(fake: FakeTelegram) -> None:
    async def work() -> None:
        bot = Bot("1:AAwrongButWellFormed-0123456789012345678", base_url=fake.base_url)
        async with bot:
            pass

    with pytest.raises(InvalidToken):
        asyncio.run(work())


def test_other_paths_are_404(fake: FakeTelegram) -> None:
    assert httpx.get(f"http://127.0.0.1:{fake.port}/").status_code == 404


def test_arguments_come_in_four_ways(fake: FakeTelegram) -> None:
    user = fake.person("张三")
    url = f"{fake.base_url}{fake.token}/sendMessage"
    fields = {"chat_id": str(user.id), "text": "您好", "protect_content": "true"}
    replies = [
        httpx.get(url, params=fields),
        httpx.post(url, data=fields),
        httpx.post(url, json={**fields, "chat_id": user.id, "protect_content": True}),
        httpx.post(url, data=fields, files={"unused": b"x"}),
    ]
    for reply in replies:
        assert reply.status_code == 200
        result = reply.json()["result"]
        assert (result["text"], result["has_protected_content"]) == ("您好", True)


def test_malformed_arguments(fake: FakeTelegram, refusal: Callable[..., str]) -> None:
    url = f"{fake.base_url}{fake.token}/sendMessage"
    headers = {"Content-Type": "application/json"}
    for body in (b"{", b"[]"):
        assert httpx.post(url, content=body, headers=headers).status_code == 400
    broken = {"Content-Type": "multipart/form-data; boundary=x"}
    assert httpx.post(url, content=b"nonsense", headers=broken).status_code == 400
    user = fake.person("张三")
    reply = httpx.post(url, data={"chat_id": user.id, "text": "x", "reply_markup": "{nope"})
    assert "can't parse reply_markup" in reply.json()["description"]
    assert "type Boolean" in refusal(
        "sendMessage", chat_id=user.id, text="x", protect_content="maybe"
    )
    assert "type String" in refusal("sendMessage", chat_id=user.id, text=["x"])
    assert "type Number" in refusal("deleteMessage", chat_id=user.id, message_id="x")
    assert "type Array" in refusal("setWebhook", url="https://a.example", allowed_updates="{}")


def test_several_servers_at_once() -> None:
    with FakeTelegram() as one, FakeTelegram() as two:
        assert one.port != two.port
        assert one.token != two.token
        for server in (one, two):
            assert httpx.get(f"{server.base_url}{server.token}/getMe").status_code == 200
        assert httpx.get(f"{one.base_url}{two.token}/getMe").status_code == 401


def test_stops_with_calls_in_progress(fake: FakeTelegram) -> None:
    def poll() -> None:
        httpx.post(f"{fake.base_url}{fake.token}/getUpdates", json={"timeout": 50}, timeout=60)

    def slow() -> None:
        with suppress(httpx.ConnectError):  # on a busy machine it may come after the end
            httpx.get(f"{fake.base_url}{fake.token}/getMe", timeout=60)

    polling = Thread(target=poll)
    polling.start()
    fake.wait(lambda: fake.gateway.polls.waiting)
    fake.latency = 30
    waiting = Thread(target=slow)
    waiting.start()
    time.sleep(0.1)
    begun = time.monotonic()
    fake.stop()
    assert time.monotonic() - begun < 25, "they would have gone on for 30 seconds"
    for thread in (polling, waiting):
        thread.join(PATIENCE)
        assert not thread.is_alive()


def test_stop_twice_and_never_started() -> None:
    server = FakeTelegram().start()
    server.stop()
    server.stop()
    FakeTelegram().stop()


def test_latency_is_added_to_every_call(fake: FakeTelegram, raw: Raw) -> None:
    raw("getMe")
    fake.latency = 0.15
    begun = time.monotonic()
    raw("getMe")
    assert time.monotonic() - begun >= 0.15
    assert fake.latency == 0.15


def test_many_threads_at_once(fake: FakeTelegram) -> None:
    user = fake.person("张三")

    def send(number: int) -> None:
        with httpx.Client(trust_env=False) as client:
            for step in range(20):
                reply = client.post(
                    f"{fake.base_url}{fake.token}/sendMessage",
                    json={"chat_id": user.id, "text": f"{number}-{step}"},
                )
                assert reply.status_code == 200

    threads = [Thread(target=send, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(fake.journal.sent(user)) == 100
    numbers = [call.message_id for call in fake.journal.sent(user)]
    assert sorted(set(numbers), key=str) == sorted(numbers, key=str)
