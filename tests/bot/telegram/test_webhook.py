"""A thousand posts to the webhook that Telegram did not send, and those it sends twice."""

from __future__ import annotations

import asyncio
import json
import random
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette

from bot.house import assemble
from bot.telegram.sending import MARK
from bot.telegram.service import Service, received
from bot.telegram.webhook import HEADER, webhook_route
from tests.bot.on_telegram import clock, eventually, serving, settings, unanswered
from tests.fake_telegram import FakeTelegram, Fault

SECRET = "a-secret_of-the-webhook"


def test_a_thousand_forged_posts(tmp_path: Path, library: Path, fake: FakeTelegram) -> None:
    hook = "https://bot.example/hook"
    chosen = settings(
        fake, tmp_path, library, telegram_webhook_url=hook, telegram_webhook_secret=SECRET
    )
    update = fake.person("张三").draft("雨伞太重")
    tell = random.Random(6)

    def forged(number: int) -> dict[str, str]:
        """Missing, empty, cut, lengthened, another case, another header, one letter off."""
        place = tell.randrange(len(SECRET))
        wrong: list[Any] = [
            {},
            {HEADER: ""},
            {HEADER: SECRET[:-1]},
            {HEADER: SECRET + "x"},
            {HEADER: SECRET.upper()},
            {"authorization": f"Bearer {SECRET}"},
            {HEADER: SECRET[:place] + "#" + SECRET[place + 1 :]},
            {HEADER: fake.token},
        ]
        return dict(wrong[number % len(wrong)])

    async def work() -> None:
        house = assemble(chosen, clock)
        house.serving.refresh(clock())
        service = Service(house)
        transport = httpx.ASGITransport(Starlette(routes=[webhook_route(service)]))
        async with httpx.AsyncClient(transport=transport, base_url="http://bot") as client:
            shown = set()
            for number in range(1000):
                body = json.dumps({**update, "update_id": 10_000 + number % 7})
                answer = await client.post("/hook", content=body, headers=forged(number))
                shown.add((answer.status_code, answer.content, str(answer.headers)))
            assert len(shown) == 1, "whatever is wrong with it, the same answer"
            assert next(iter(shown))[0] == 403
            assert unanswered(house) == []
            assert service.workers._lines == {}, "nothing was taken up"
            with house.database.read() as connection:
                taken = connection.exec_driver_sql("SELECT count(*) FROM updates").scalar()
            assert taken == 0
        house.database.close()

    asyncio.run(work())
    assert fake.journal.calls == []


def test_a_replica_that_starts_leaves_alone_what_another_has_in_hand(
    tmp_path: Path, library: Path, fake: FakeTelegram
) -> None:
    """And what is posted to both is answered by one."""
    chosen = settings(
        fake,
        tmp_path,
        library,
        telegram_webhook_url="https://bot.example/hook",
        telegram_webhook_secret=SECRET,
        database_url=f"sqlite:///{tmp_path / 'shared.db'}",
    )
    officer, other = fake.person("张三"), fake.person("李四")
    update = {"update_id": 1, **officer.draft("雨伞太重")}

    async def work() -> None:
        async with serving(chosen) as (house, first):
            fake.faults.next("sendMessage", Fault.FLOOD, retry_after=2)
            await first.receive([known for one in [update] if (known := received(one))])
            wait = partial(fake.wait, lambda: bool(fake.faults.injected("sendMessage")))
            await asyncio.to_thread(wait)
            async with serving(replace(chosen, data=tmp_path / "other")) as (_, second):
                for number, service in enumerate((second, first, second)):
                    again = {"update_id": 2 + number // 2, **other.draft("口哨半夜响")}
                    both = [known for one in (update, again) if (known := received(one))]
                    await service.receive(both)
                await asyncio.to_thread(officer.wait, "收缴雨伞")
                await eventually(lambda: not unanswered(house), lambda: unanswered(house))

    asyncio.run(work())
    assert len(fake.journal.sent(officer)) == 1
    assert len(fake.journal.sent(other)) == 2
    assert not any(text.startswith(MARK) for text in fake.journal.texts())
