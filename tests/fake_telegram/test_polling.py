"""getUpdates: offsets, long polling, conflicts, kinds of updates."""

import time
from asyncio import to_thread
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from telegram import Bot, Update
from telegram.error import Conflict
from telegram.ext import Application, MessageHandler, filters

from . import PATIENCE, FakeTelegram
from .conftest import Raw


def _ids(body: dict[str, Any]) -> list[int]:
    return [update["update_id"] for update in body["result"]]


def test_offset_confirms_everything_below(raw: Raw, fake: FakeTelegram) -> None:
    user = fake.person("张三")
    for number in range(5):
        user.say(str(number))
    assert fake.pending == 5
    first = _ids(raw("getUpdates", limit=3)[1])
    assert len(first) == 3
    assert _ids(raw("getUpdates", limit=3)[1]) == first, "an answer confirms nothing"
    rest = _ids(raw("getUpdates", offset=first[-1] + 1)[1])
    assert rest == [first[-1] + 1, first[-1] + 2]
    assert fake.confirmed == first
    assert _ids(raw("getUpdates", offset=-1)[1]) == rest[-1:]
    assert _ids(raw("getUpdates", offset=rest[-1] + 1)[1]) == []
    assert (fake.pending, fake.confirmed) == (0, first + rest)


def test_long_poll_returns_when_something_comes(raw: Raw, fake: FakeTelegram) -> None:
    user = fake.person("张三")
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(raw, "getUpdates", timeout=50)  # longer than the client would wait
        fake.wait(lambda: fake.gateway.polls.waiting)
        user.say("您好")
        assert len(waiting.result(PATIENCE)[1]["result"]) == 1


def test_long_poll_times_out(raw: Raw, fake: FakeTelegram) -> None:
    begun = time.monotonic()
    assert raw("getUpdates", timeout=1) == (200, {"ok": True, "result": []})
    assert time.monotonic() - begun > 0.9
    assert not fake.gateway.polls.waiting


def test_a_second_poll_ends_the_first_with_409(raw: Raw, fake: FakeTelegram) -> None:
    user = fake.person("张三")
    with ThreadPoolExecutor() as pool:
        first = pool.submit(raw, "getUpdates", timeout=20)
        fake.wait(lambda: fake.gateway.polls.waiting)
        second = pool.submit(raw, "getUpdates", timeout=20)
        status, body = first.result(PATIENCE)
        assert status == 409
        assert body["description"].startswith("Conflict: terminated by other getUpdates request")
        user.say("您好")
        assert len(second.result(PATIENCE)[1]["result"]) == 1
    assert [v.code for v in fake.violations] == [409]


def test_a_client_that_went_away_waits_no_more(raw: Raw, fake: FakeTelegram) -> None:
    with httpx.Client(trust_env=False) as client, pytest.raises(httpx.ReadTimeout):
        url = f"{fake.base_url}{fake.token}/getUpdates"
        client.post(url, json={"timeout": 50}, timeout=0.2)
    fake.wait(lambda: not fake.gateway.polls.waiting)
    fake.person("张三").say("您好")
    assert len(raw("getUpdates")[1]["result"]) == 1
    assert fake.violations == []


def test_webhook_and_polling_exclude_each_other(
    raw: Raw, with_bot: Callable[..., None], fake: FakeTelegram
) -> None:
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(raw, "getUpdates", timeout=20)
        fake.wait(lambda: fake.gateway.polls.waiting)
        raw("setWebhook", url="http://127.0.0.1:9/")
        told = waiting.result(PATIENCE)[1]["description"]
        assert told == "Conflict: terminated by setWebhook request"

    async def work(bot: Bot) -> None:
        with pytest.raises(Conflict, match="while webhook is active"):
            await bot.get_updates()
        await bot.delete_webhook()
        assert await bot.get_updates() == ()

    with_bot(work)


def test_allowed_updates(raw: Raw, fake: FakeTelegram) -> None:
    user = fake.person("张三")
    raw("getUpdates", allowed_updates=["callback_query"])
    user.say("您好")
    user.send_callback("x", 1)
    (update,) = raw("getUpdates")[1]["result"]
    assert "callback_query" in update
    raw("getUpdates", allowed_updates=[], offset=update["update_id"] + 1)
    user.say("您好")
    assert fake.pending == 1
    status, body = raw("getUpdates", allowed_updates=["letters"])
    assert (status, "unknown type of update" in body["description"]) == (400, True)


def test_queue_and_inject(raw: Raw, fake: FakeTelegram) -> None:
    user, other = fake.person("张三"), fake.person("李四")
    ids = fake.queue([(user, "一"), (other, "二"), {"message": {"raw": True}}])
    assert len(ids) == fake.pending == 3
    assert fake.inject({"update_id": ids[0], "message": {"again": True}}) == ids[0]
    assert fake.inject({"message": {}}) == ids[-1] + 1
    got = raw("getUpdates")[1]["result"]
    assert [update["message"].get("text") for update in got][:2] == ["一", "二"]
    assert [update["update_id"] for update in got] == [*ids, ids[0], ids[-1] + 1]


def test_ptb_application_polls(fake: FakeTelegram, with_bot: Callable[..., None]) -> None:
    async def echo(update: Update, _: object) -> None:
        assert update.message is not None
        await update.message.reply_text(update.message.text or "")

    async def work(bot: Bot) -> None:
        application = Application.builder().bot(bot).build()
        application.add_handler(MessageHandler(filters.TEXT, echo))
        user = fake.person("张三")
        fake.queue((user, f"{number}") for number in range(20))
        async with application:
            assert application.updater is not None
            await application.updater.start_polling(timeout=5)
            await application.start()
            await to_thread(fake.wait, lambda: len(fake.journal.sent(user)) == 20)
            user.say("还有")
            assert (await to_thread(user.wait, "还有")).text == "还有"
            await application.updater.stop()
            await application.stop()
        assert fake.pending == 0

    with_bot(work)
    assert fake.violations == []
