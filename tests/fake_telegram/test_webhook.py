"""Webhooks: posting in order, the secret, retries, settings."""

import time
from collections.abc import Callable

import pytest
from telegram import Bot

from . import FakeTelegram
from .conftest import Raw, Receiver

Refused = Callable[..., str]


def test_posts_each_update_with_the_secret(
    with_bot: Callable[..., None], fake: FakeTelegram, receiver: Receiver
) -> None:
    user = fake.person("张三")
    user.say("早")

    async def work(bot: Bot) -> None:
        assert await bot.set_webhook(receiver.url, secret_token="s3cret", max_connections=1)
        info = await bot.get_webhook_info()
        assert (info.url, info.max_connections) == (receiver.url, 1)

    with_bot(work)
    user.say("晚")
    fake.drained()
    assert [update["message"]["text"] for update in receiver.updates] == ["早", "晚"]
    assert receiver.secrets == ["s3cret", "s3cret"]
    assert fake.confirmed == [update["update_id"] for update in receiver.updates]


def test_retries_in_order_until_2xx(raw: Raw, fake: FakeTelegram, receiver: Receiver) -> None:
    user = fake.person("张三")
    receiver.statuses = [500, 302, 404, 200]
    raw("setWebhook", url=receiver.url)
    fake.queue((user, str(number)) for number in range(10))
    fake.drained()
    assert [update["message"]["text"] for update in receiver.updates] == list("0123456789")
    assert [delivery.status for delivery in fake.deliveries][:4] == [500, 302, 404, 200]
    waits = [
        later.at - earlier.at
        for earlier, later in zip(fake.deliveries, fake.deliveries[1:4], strict=False)
    ]
    assert waits[0] >= 0.05
    assert waits[2] >= 0.2
    info = raw("getWebhookInfo")[1]["result"]
    assert info["last_error_message"] == "Wrong response from the webhook: 404 Not Found"
    assert receiver.secrets == [None] * 10


def test_order_holds_inside_each_chat(raw: Raw, fake: FakeTelegram, receiver: Receiver) -> None:
    people = [fake.person(str(number)) for number in range(5)]
    fake.queue((user, f"{step}") for step in range(20) for user in people)
    raw("setWebhook", url=receiver.url, max_connections=5)
    fake.drained(10)
    for user in people:
        own = [u["message"]["text"] for u in receiver.updates if u["message"]["from"] == user.card]
        assert own == [str(step) for step in range(20)]


def test_one_connection_means_order_overall(
    raw: Raw, fake: FakeTelegram, receiver: Receiver
) -> None:
    people = [fake.person(str(number)) for number in range(4)]
    ids = fake.queue((user, "x") for _ in range(5) for user in people)
    receiver.statuses = [500]
    raw("setWebhook", url=receiver.url, max_connections=1)
    fake.drained()
    assert [update["update_id"] for update in receiver.updates] == ids


def test_nobody_listens(raw: Raw, fake: FakeTelegram) -> None:
    raw("setWebhook", url="http://127.0.0.1:9/hook")
    fake.person("张三").say("您好")
    fake.wait(lambda: len(fake.deliveries) >= 2)
    info = raw("getWebhookInfo")[1]["result"]
    assert info["pending_update_count"] == 1
    assert info["last_error_message"] == "Connection refused"
    assert {delivery.status for delivery in fake.deliveries} == {None}


def test_a_slow_receiver_times_out(raw: Raw, fake: FakeTelegram) -> None:
    fake.courier.timeout = 0.1
    with FakeTelegram(latency=30) as silent:
        raw("setWebhook", url=f"{silent.base_url}{silent.token}/getMe")
        fake.person("张三").say("您好")
        fake.wait(lambda: bool(fake.webhook and fake.webhook.last_error))
        assert fake.webhook is not None
        assert fake.webhook.last_error is not None
        assert fake.webhook.last_error[1] == "Read timeout expired"


def test_delete_stops_delivery(raw: Raw, fake: FakeTelegram, receiver: Receiver) -> None:
    receiver.statuses = [500] * 100
    raw("setWebhook", url=receiver.url)
    fake.person("张三").say("您好")
    fake.wait(lambda: len(fake.deliveries) >= 1)
    assert raw("deleteWebhook")[1]["description"] == "Webhook was deleted"
    assert raw("deleteWebhook")[1]["description"] == "Webhook is already deleted"
    assert fake.webhook is None
    time.sleep(0.15)
    tries = len(fake.deliveries)
    time.sleep(0.3)
    assert len(fake.deliveries) == tries
    assert len(raw("getUpdates")[1]["result"]) == 1


def test_drop_pending_updates(raw: Raw, fake: FakeTelegram, receiver: Receiver) -> None:
    user = fake.person("张三")
    user.say("旧")
    raw("setWebhook", url=receiver.url, drop_pending_updates=True)
    user.say("新")
    fake.drained()
    assert [update["message"]["text"] for update in receiver.updates] == ["新"]
    raw("deleteWebhook")
    user.say("旧")
    raw("deleteWebhook", drop_pending_updates=True)
    assert fake.pending == 0


def test_set_again_and_unset(raw: Raw, fake: FakeTelegram) -> None:
    url = "https://bot.example/hook"
    fake.courier.first_pause = 1.0
    assert raw("setWebhook", url=url)[1]["description"] == "Webhook was set"
    assert raw("setWebhook", url=url)[1]["description"] == "Webhook is already set"
    raw("setWebhook", url=url, allowed_updates=["message"])
    assert raw("getWebhookInfo")[1]["result"]["allowed_updates"] == ["message"]
    assert raw("setWebhook", url="")[1]["description"] == "Webhook was deleted"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"url": "http://bot.example/"}, "An HTTPS URL must be provided"),
        ({"url": "https://"}, "Invalid webhook URL"),
        ({"url": "https://a.example", "secret_token": "a b"}, "unallowed characters"),
        ({"url": "https://a.example", "secret_token": "a" * 257}, "too long"),
        ({"url": "https://a.example", "max_connections": 101}, "max_connections"),
        ({"url": "https://a.example", "max_connections": 0}, "max_connections"),
        ({"url": "https://a.example", "allowed_updates": ["x"]}, "unknown type of update"),
    ],
)
def test_bad_webhooks(refusal: Refused, arguments: dict[str, object], complaint: str) -> None:
    assert complaint in refusal("setWebhook", **arguments)


def test_a_webhook_may_answer_with_a_method(
    raw: Raw, fake: FakeTelegram, receiver: Receiver
) -> None:
    user = fake.person("张三")
    raw("setWebhook", url=receiver.url)
    receiver.reply = {"method": "sendMessage", "chat_id": user.id, "text": "收到"}
    user.say("您好")
    assert user.wait().text == "收到"
    receiver.reply = {"method": "sendMessage", "chat_id": user.id, "text": ""}
    user.say("您好")
    fake.wait(lambda: len(fake.violations) == 1)


def test_updates_without_a_chat_are_posted_too(
    raw: Raw, fake: FakeTelegram, receiver: Receiver
) -> None:
    raw("setWebhook", url=receiver.url)
    fake.inject({"poll": {"id": "1"}})
    fake.inject({"inline_query": {"id": "1", "from": {"id": 3}}})
    fake.inject({"odd": 1})
    fake.drained()
    assert len(receiver.updates) == 3
