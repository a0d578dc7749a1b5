"""No update ends anything, however it comes: polled, posted, or left over by an earlier run."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from bot.house import assemble
from bot.settings import Settings
from bot.store.inbox import Inbox
from bot.store.lease import LEASE
from bot.telegram.incoming import KINDS, Said, Unreadable, read
from bot.telegram.service import Service, received
from bot.telegram.webhook import HEADER, webhook_route
from tests.bot.odd_updates import NO_UPDATES, ODD_UPDATES, message
from tests.bot.on_telegram import clock, eventually, serving, settings, unanswered
from tests.fake_telegram import FakeTelegram, Person

FIRST = 500_000_000  # the number of the first odd update


def for_one(fake: FakeTelegram, tmp_path: Path, library: Path, **more: object) -> Settings:
    """Only the officer is invited; whoever sends the odd ones is not."""
    return settings(fake, tmp_path, library, open_to_all=False, **more)


def numbered() -> dict[str, dict[str, Any]]:
    every = enumerate(ODD_UPDATES.items(), FIRST)
    return {name: {"update_id": number, **update} for number, (name, update) in every}


async def answered(officer: Person, after: str) -> None:
    officer.say("雨伞太重")
    try:
        await asyncio.to_thread(officer.wait, "收缴雨伞")
    except TimeoutError:
        raise AssertionError(after) from None


def test_polled(
    tmp_path: Path, library: Path, fake: FakeTelegram, caplog: pytest.LogCaptureFixture
) -> None:
    officer = fake.person("张三")
    chosen = for_one(fake, tmp_path, library, admins=frozenset({officer.id}))

    numbers: dict[str, int] = {}

    async def work() -> None:
        async with serving(chosen) as (house, service):
            for name, update in ODD_UPDATES.items():
                numbers[name] = fake.inject(update)
                await answered(officer, name)
            await eventually(lambda: not unanswered(house), lambda: unanswered(house))
            assert not service.trouble

    asyncio.run(work())
    number = numbers["an empty message"]
    assert f"第 {number} 号更新（message）读不懂，跳过" in caplog.text
    assert "Traceback" not in caplog.text
    for words in ("雨伞", "乙", "hologram"):
        assert words not in caplog.text


def test_of_the_officer_and_left_over(tmp_path: Path, library: Path, fake: FakeTelegram) -> None:
    """By somebody who is invited, and found in the inbox at the start."""
    officer = fake.person("张三")
    chosen = settings(fake, tmp_path, library)

    kept = [one for update in numbered().values() if (one := received(update))]
    assert len(kept) == len(ODD_UPDATES)

    async def work() -> None:
        house = assemble(chosen, clock)
        inbox = Inbox(house.database, int(fake.token.partition(":")[0]), "who died")
        inbox.take(kept, clock() - LEASE)
        assert len(unanswered(house)) == len(ODD_UPDATES)
        house.database.close()
        async with serving(chosen) as (house, _):
            await answered(officer, "the start")
            await eventually(lambda: not unanswered(house), lambda: unanswered(house))

    asyncio.run(work())


async def hang_up(service: Service) -> None:
    """Post half a body, and be gone."""
    parts = [{"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}]

    async def receive() -> Any:
        return parts.pop(0)

    async def send(_: Any) -> None: ...

    headers = [(HEADER.encode(), b"secret")]
    scope = {"type": "http", "method": "POST", "path": "/hook", "headers": headers}
    await webhook_route(service).handle(scope, receive, send)


def test_posted(
    tmp_path: Path, library: Path, fake: FakeTelegram, caplog: pytest.LogCaptureFixture
) -> None:
    hook = "https://bot.example/hook"
    chosen = settings(
        fake, tmp_path, library, telegram_webhook_url=hook, telegram_webhook_secret="secret"
    )
    officer = fake.person("张三")
    bodies = {name: json.dumps(update) for name, update in NO_UPDATES.items()}
    bodies |= {
        "nothing": "",
        "no JSON": "{",
        "nested beyond JSON": '{"update_id": 1, "message": ' + "[" * 100_000,
        "a number of 5,000 digits": '{"update_id": ' + "9" * 5000 + "}",
    }

    async def work() -> None:
        async with serving(chosen) as (house, service):
            transport = httpx.ASGITransport(Starlette(routes=[webhook_route(service)]))
            async with httpx.AsyncClient(transport=transport, base_url="http://bot") as client:

                async def post(body: str) -> int:
                    sent = await client.post("/hook", content=body, headers={HEADER: "secret"})
                    return sent.status_code

                for name, update in numbered().items():
                    assert await post(json.dumps(update)) == 200, name
                for name, body in bodies.items():
                    assert await post(body) == 400, name
                await hang_up(service)
                good = {"update_id": 1, **officer.draft("雨伞太重")}
                assert await post(json.dumps(good)) == 200
                await asyncio.to_thread(officer.wait, "收缴雨伞")
            await eventually(lambda: not unanswered(house), lambda: unanswered(house))

    asyncio.run(work())
    assert "Traceback" not in caplog.text


# Nothing can be answered where it is not known who speaks, or where.
UNREADABLE = {
    *("an empty message", "a message that is none", "a message that is a word"),
    *("a message that is a list", "an edit that is none"),
    *("no message_id", "an enormous message_id", "no sender", "no chat"),
    *("a sender without a number", "a sender that is a fraction", "a sender that is true"),
    *("an enormous sender", "an enormous chat", "a chat without a type"),
    *("a chat without a number", "a press without a sender", "a press without a number"),
    *("an inline query without a sender", "an inline query without a query"),
}


def test_what_nobody_reads_does_no_harm() -> None:
    """A question is a question, whatever else stands in the message."""
    skipped, asked = set(), 0
    for name, update in ODD_UPDATES.items():
        for kind in set(KINDS) & set(update):
            try:
                said = read(kind, update[kind])
            except Unreadable:
                skipped.add(name)
                continue
            if kind == "message" and update[kind].get("text") == "问":
                asked += 1
                assert isinstance(said, Said)
                assert (said.words, said.holds) == ("问", ""), name
    assert skipped == UNREADABLE
    assert asked > 15
    half = read("message", message(text="雨伞\ud83d太重")["message"])
    assert isinstance(half, Said)
    assert half.words == "雨伞?太重"
