"""Answers go before pushes, however many of those wait already."""

from __future__ import annotations

import asyncio

from bot.telegram.pace import Pace

PUSHES = 20


def test_an_answer_passes_the_pushes_that_wait() -> None:
    done: list[str] = []

    async def one(pace: Pace, name: str, push: bool) -> None:
        await pace.wait(hash(name), push)
        done.append(name)

    async def work() -> None:
        pace = Pace(50)
        pushes = [asyncio.create_task(one(pace, f"push {n}", True)) for n in range(PUSHES)]
        await asyncio.sleep(0)
        answer = asyncio.create_task(one(pace, "answer", False))
        await asyncio.gather(answer, *pushes)

    asyncio.run(work())
    assert len(done) == PUSHES + 1
    assert done.index("answer") <= 2, done
