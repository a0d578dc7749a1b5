"""Answers go before pushes, and nobody waits for a chat that is told to wait but itself."""

from __future__ import annotations

import asyncio

from bot.telegram.pace import Pace
from tests.fake_telegram import PATIENCE

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


def test_a_chat_that_is_held_holds_nobody_else() -> None:
    """Neither an answer nor a push, though an answer waits in the chat that is held."""

    async def work() -> None:
        pace = Pace(1000)
        pace.hold(1, 3600)
        waiting = asyncio.create_task(pace.wait(1))
        editing = asyncio.create_task(pace.free(1))
        for chat in range(2, 12):
            await asyncio.wait_for(pace.wait(chat), PATIENCE)
            await asyncio.wait_for(pace.free(chat), PATIENCE)
            await asyncio.wait_for(pace.wait(chat + 100, push=True), PATIENCE)
        assert not waiting.done()
        assert not editing.done()
        waiting.cancel()
        editing.cancel()

    asyncio.run(work())


def test_several_chats_that_are_held_hold_all() -> None:
    """Then it is all messages together that come too fast."""
    now = 1000.0

    async def work() -> None:
        pace = Pace(1000, lambda: now)
        pace.hold(1, 3600)
        pace.hold(2, 3600)
        await asyncio.wait_for(pace.wait(4), PATIENCE)
        pace.hold(3, 1800)
        waiting = asyncio.create_task(pace.wait(5))
        await asyncio.sleep(0.05)
        assert not waiting.done()
        waiting.cancel()

    asyncio.run(work())


def test_without_a_limit_a_chat_is_held_all_the_same() -> None:
    async def work() -> None:
        pace = Pace(0)
        pace.hold(1, 3600)
        waiting = asyncio.create_task(pace.wait(1))
        for _ in range(100):
            await pace.wait(2)
        assert not waiting.done()
        waiting.cancel()

    asyncio.run(work())
