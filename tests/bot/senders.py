"""A sender of pushes whose pauses are short."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from random import Random
from typing import TypeVar

from telegram import Bot

from bot.telegram.pace import Pace
from bot.telegram.request import LeanRequest
from bot.telegram.sending import Sender
from tests.fake_telegram import FakeTelegram

T = TypeVar("T")


def with_sender(
    fake: FakeTelegram, work: Callable[[Sender], Awaitable[T]], pace: Pace | None = None
) -> T:
    """What ``work`` returns, given a sender whose pauses are short."""

    async def whole() -> T:
        request = LeanRequest()
        await request.initialize()
        bot = Bot(fake.token, base_url=fake.base_url, request=request)
        try:
            return await work(
                Sender(bot, pace or Pace(0), Random(1), lambda _: asyncio.sleep(0.01))
            )
        finally:
            await request.shutdown()

    return asyncio.run(whole())
