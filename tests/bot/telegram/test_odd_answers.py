"""Whatever Telegram or what stands before it answers: it is asked again, and nothing is lost."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from bot.house import assemble
from bot.pauses import Pauses
from bot.telegram.sending import MARK
from bot.telegram.service import Service
from bot.watch import Watch
from tests.bot.odd_answers import NOT_DONE, ODD_ANSWERS, UNCERTAIN
from tests.bot.odd_updates import NO_UPDATES
from tests.bot.on_telegram import clock, eventually, serving, settings, unanswered
from tests.fake_telegram import FakeTelegram, Fault, Person, Screen


class Sleeps:
    """Sleeps hardly at all, and remembers how long it should have."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        await asyncio.sleep(0.001)


async def shows(person: Person, words: str, why: str) -> Screen:
    try:
        return await asyncio.to_thread(person.wait, words)
    except TimeoutError as error:
        raise AssertionError(f"{why}: {error}") from None


def test_getting_updates(
    tmp_path: Path, library: Path, fake: FakeTelegram, caplog: pytest.LogCaptureFixture
) -> None:
    officer, sleeps = fake.person("张三"), Sleeps()
    answers = dict(ODD_ANSWERS)
    for name, update in NO_UPDATES.items():
        body = json.dumps({"ok": True, "result": [update]}).encode()
        answers[f"an update that is {name}"] = 200, body
    drops = [Fault.DROP_BEFORE, Fault.DROP_AFTER]

    async def work() -> None:
        async with serving(settings(fake, tmp_path, library), sleeps) as (house, service):
            for number, (name, (status, body)) in enumerate(answers.items(), start=1):
                fake.faults.answer("getUpdates", status, body)
                officer.say("雨伞太重")  # ends the call that waits; the next one is answered so
                await shows(officer, "收缴雨伞", name)
                await eventually(
                    lambda n=number: fake.faults.injected("getUpdates") == n,  # type: ignore[misc]
                    lambda: fake.faults.injected("getUpdates"),
                )
                officer.say("雨伞太重")
                await shows(officer, "收缴雨伞", name)
            for kind in drops:
                fake.faults.next("getUpdates", kind)
                for _ in range(2):
                    officer.say("雨伞太重")
                    await shows(officer, "收缴雨伞", kind.value)
            await eventually(lambda: not service.trouble, lambda: service.trouble)
            await eventually(lambda: not unanswered(house), lambda: unanswered(house))

    asyncio.run(work())
    assert len(fake.journal.sent(officer)) == 2 * (len(answers) + len(drops))
    assert sleeps.seconds.count(60.0) == 2, "401 and 404: every minute"
    waits = [seconds for seconds in sleeps.seconds if seconds not in (60.0, 5.0)]
    assert set(waits) == {1.0}, "the pause goes back after a good one"
    assert "TELEGRAM_BOT_TOKEN" in caplog.text
    for odd in (fake.token, "nginx", "Sign in", "Traceback"):
        assert odd not in caplog.text


def marks(fake: FakeTelegram, person: Person) -> list[bool]:
    return [text.startswith(MARK) for text in fake.journal.texts(person)]


@pytest.mark.parametrize("done", [False, True], ids=["not done", "done"])
def test_sending(tmp_path: Path, library: Path, fake: FakeTelegram, done: bool) -> None:
    """Answered once; where an answer was lost that had arrived, a second time, marked."""
    people = {name: fake.person(f"民警{number}") for number, name in enumerate(ODD_ANSWERS)}

    async def work() -> None:
        async with serving(settings(fake, tmp_path, library), Sleeps()) as (house, _):
            for name, (status, body) in ODD_ANSWERS.items():
                if done and name in NOT_DONE:
                    continue  # then the Bot API would be lying
                if not name.startswith("429 for"):  # which holds the chat for seconds, see below
                    fake.faults.answer("sendMessage", status, body, done=done)
                officer = people[name]
                officer.say("雨伞太重")
                await shows(officer, "收缴雨伞", name)
                uncertain = name in UNCERTAIN
                wanted = [False, True] if done else [uncertain]
                await eventually(
                    lambda o=officer, w=wanted: marks(fake, o) == w,  # type: ignore[misc]
                    lambda n=name, o=officer: (n, marks(fake, o)),  # type: ignore[misc]
                )
            await eventually(lambda: not unanswered(house), lambda: unanswered(house))

    asyncio.run(work())


def test_editing_and_answering_a_press(tmp_path: Path, library: Path, fake: FakeTelegram) -> None:
    """The press is answered with its screen, in place, whatever is said to the toast."""
    officer = fake.person("张三")

    async def work() -> None:
        async with serving(settings(fake, tmp_path, library), Sleeps()) as (house, _):
            officer.start("umbrella")
            await shows(officer, "收缴雨伞", "the start")
            there = True
            for name, (status, body) in ODD_ANSWERS.items():
                if name.startswith("429 for"):
                    continue
                for done in (False, True):
                    fake.faults.answer("answerCallbackQuery", status, body)
                    fake.faults.answer("editMessageText", status, body, done=done)
                    officer.press("首页" if there else "现场")
                    await shows(officer, "执法指引" if there else "首页 › 现场", name)
                    there = not there
            await eventually(lambda: not unanswered(house), lambda: unanswered(house))

    asyncio.run(work())
    assert len(fake.journal.sent(officer)) == 1, "all else in place"


def test_one_chat_told_to_wait_keeps_nobody_else_waiting(
    tmp_path: Path, library: Path, fake: FakeTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.service._GRACE", 0.1)
    slow, others = fake.person("张三"), [fake.person(f"民警{number}") for number in range(20)]

    async def work() -> None:
        async with serving(settings(fake, tmp_path, library, telegram_rate=30.0)) as (house, _):
            slow.start("umbrella")
            await shows(slow, "收缴雨伞", "the start")
            fake.faults.next("editMessageText", Fault.FLOOD, retry_after=3600)
            slow.press("首页")
            await asyncio.to_thread(
                fake.wait, lambda: bool(fake.faults.injected("editMessageText"))
            )
            slow.say("雨伞太重")
            for other in others:
                other.say("雨伞太重")
                await shows(other, "收缴雨伞", "another")
            # The slow one's two wait in their line.
            await eventually(lambda: len(unanswered(house)) == 2, lambda: unanswered(house))

    asyncio.run(work())
    assert len(fake.journal.sent(slow)) == 1


def test_a_webhook_is_looked_after(
    tmp_path: Path, library: Path, fake: FakeTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing else would tell that Telegram does not know us any more."""
    monkeypatch.setattr("bot.telegram.service._MINUTE", 0.01)
    hook = "https://bot.example/hook"
    chosen = settings(
        fake, tmp_path, library, telegram_webhook_url=hook, telegram_webhook_secret="secret"
    )

    async def work() -> None:
        async with serving(chosen, Sleeps()) as (_, service):
            for number, (name, (status, body)) in enumerate(ODD_ANSWERS.items(), start=1):
                await eventually(
                    lambda n=number: len(fake.journal.of("setWebhook")) == n,  # type: ignore[misc]
                    lambda n=name: n,  # type: ignore[misc]
                )
                await eventually(lambda: service.state() == "ok", lambda: service.trouble)
                if not number % 2:
                    fake.faults.answer("getMe", 502, b"")
                fake.faults.answer("getMe" if number % 2 else "setWebhook", status, body)
            await eventually(lambda: service.state() == "ok", lambda: service.trouble)

    asyncio.run(work())


def test_a_service_that_breaks_is_begun_again(
    tmp_path: Path, library: Path, fake: FakeTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By whatever fault of ours; what it had in hand is answered by the next one."""
    officer, other = fake.person("张三"), fake.person("李四")
    house = assemble(settings(fake, tmp_path, library), clock)
    house.serving.refresh(clock())
    breaks = asyncio.Event()
    real = Service._hold

    async def hold(service: Service) -> None:
        if breaks.is_set():
            await real(service)
        await breaks.wait()
        raise KeyError

    monkeypatch.setattr(Service, "_hold", hold)
    monkeypatch.setattr("bot.telegram.service._GRACE", 0.1)

    async def work() -> None:
        service, watch = Service(house), Watch(lambda _: asyncio.sleep(0.01))
        watch.start("Telegram", service.run)
        officer.say("雨伞太重")
        await shows(officer, "收缴雨伞", "the start")
        fake.faults.next("sendMessage", Fault.FLOOD, retry_after=2)
        other.say("雨伞太重")
        await eventually(
            lambda: fake.faults.injected("sendMessage") == 1, lambda: unanswered(house)
        )
        breaks.set()
        await shows(other, "收缴雨伞", "what was in hand")
        officer.say("口哨半夜响")
        await shows(officer, "吹口哨检查", "the next one")
        await watch.stop()

    asyncio.run(work())
    house.database.close()
    assert marks(fake, other) == [True], "it was begun"
    assert marks(fake, officer) == [False, False]


def test_pauses_grow_and_go_back() -> None:
    pauses = Pauses(1, 30)
    assert [pauses.next() for _ in range(7)] == [1, 2, 4, 8, 16, 30, 30]
    pauses.good()
    assert pauses.next() == 1
