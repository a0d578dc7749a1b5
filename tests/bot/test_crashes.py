"""SIGKILL at random moments: every update is answered, none twice unmarked, in order.

A few kills, at other moments in each run; ``make stress`` kills more often."""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from bot.telegram.sending import MARK
from guides.citation import chinese_number
from tests.bot.conftest import ROOT, environment, free_port
from tests.fake_telegram import PATIENCE, FakeTelegram, Person

FEW, MANY = 3, 20
CHATS = 6
QUEUED = 60  # new updates before each kill


def _ask_everyone(fake: FakeTelegram, people: list[Person], asked: int) -> int:
    """Each asks for the next articles; the answer names the article, so it can be told apart."""
    each = QUEUED // CHATS
    fake.queue(
        [
            (person, f"刑法第{number}条")
            for number in range(asked + 1, asked + each + 1)
            for person in people
        ]
    )
    return asked + each


def _answers(fake: FakeTelegram, person: Person) -> list[tuple[int, bool]]:
    """(article, marked) of every message sent to a person, in order."""
    found = []
    for call in fake.journal.sent(person.id):
        text = call.text or ""
        named = re.search(r"《刑法》第([一二三四五六七八九十百零]+)条", text)
        assert named, text
        found.append((chinese_number(named[1]), text.startswith(MARK)))
    return found


def _eventually(holds: Callable[[], bool], what: Callable[[], str]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, what()
        time.sleep(0.05)


@pytest.mark.parametrize("kills", [FEW, pytest.param(MANY, marks=pytest.mark.stress)])
@pytest.mark.parametrize("webhook", [False, True], ids=["polling", "webhook"])
def test_kill_nine(
    tmp_path: Path, library: Path, fake: FakeTelegram, chance: Random, webhook: bool, kills: int
) -> None:
    # The small library has too few articles to tell the answers apart: real laws on top.
    laws = library / "laws.yaml"
    small = textwrap.dedent(laws.read_text(encoding="utf-8").partition("laws:\n")[2])
    real = (ROOT / "guides" / "library" / "laws.yaml").read_text(encoding="utf-8")
    laws.write_text(f"{real}\n{small}", encoding="utf-8")
    people = [fake.person(f"民警{number}") for number in range(CHATS)]
    port = free_port()
    settings = {
        "TELEGRAM_BOT_TOKEN": fake.token,
        "TELEGRAM_BASE_URL": fake.base_url,
        "MINGBAI_ACCESS": "open",
        "MINGBAI_PORT": str(port),
    }
    if webhook:
        settings["TELEGRAM_WEBHOOK_URL"] = f"http://127.0.0.1:{port}/telegram"
        fake.courier.first_pause = 0.02
        fake.courier.longest_pause = 0.2
    fake.latency = 0.02
    env = environment(tmp_path / "var", library, **settings)

    def begin() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, str(ROOT / "run_bot.py")],
            env=env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    asked = 0
    for _ in range(kills):
        asked = _ask_everyone(fake, people, asked)
        process = begin()
        answered = len(fake.journal.sent())
        # Dead within moments of its first answers, or at any time before.
        deadline = time.monotonic() + chance.uniform(0.5, 3.0)
        while time.monotonic() < deadline and len(fake.journal.sent()) < answered + 5:
            time.sleep(0.01)
        time.sleep(chance.uniform(0.0, 0.15))
        assert process.poll() is None, "the bot ended by itself"
        process.kill()
        process.wait()
    process = begin()
    try:
        wanted = set(range(1, asked + 1))
        _eventually(
            lambda: all({n for n, _ in _answers(fake, p)} == wanted for p in people),
            lambda: str([wanted - {n for n, _ in _answers(fake, p)} for p in people]),
        )
    finally:
        process.kill()
        process.wait()
    repeats = 0
    for person in people:
        answers = _answers(fake, person)
        numbers = [number for number, _ in answers]
        assert numbers == sorted(numbers), "the order in the chat was not kept"
        seen: set[int] = set()
        for number, marked in answers:
            assert number not in seen or marked, f"article {number} was sent twice unmarked"
            repeats += number in seen
            seen.add(number)
    print(f"{kills} kills, {asked * CHATS} updates, {repeats} marked repeats")
