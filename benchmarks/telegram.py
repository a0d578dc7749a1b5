"""Answers a second on Telegram: ours beside a bare echo bot with python-telegram-bot's
defaults and with our lean request class, against the fake API with 100 ms a call.

    python -m benchmarks.telegram

Fake and bot run in processes of their own, one after the other on the same machine.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from guides.folder import read_folder
from tests.fake_telegram import FakeTelegram, Person

ROOT = Path(__file__).parent.parent
LATENCY = 0.1
CHATS, EACH = 150, 10  # answered as fast as can be
PACED, PACE = 150, 30.0  # questions, questions a second
SECONDS = 120


def echo(lean: bool) -> None:
    """The peer: a bare python-telegram-bot application that sends back what it gets."""
    from telegram import Update
    from telegram.ext import Application, ContextTypes, MessageHandler, filters

    from bot.telegram.request import LeanRequest

    async def answer(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        if update.effective_message:
            await update.effective_message.reply_text(update.effective_message.text or "-")

    made = Application.builder().token(os.environ["TELEGRAM_BOT_TOKEN"])
    made = made.base_url(os.environ["TELEGRAM_BASE_URL"]).concurrent_updates(64)
    if lean:
        made = made.request(LeanRequest()).get_updates_request(LeanRequest(40))
    application = made.build()
    application.add_handler(MessageHandler(filters.TEXT, answer))
    application.run_polling()


def questions() -> list[str]:
    """Phrasings spread over all guides."""
    folder = read_folder(ROOT / "guides" / "library")
    asked = [text for guide in folder.library().guidelines() for text in guide.asked]
    return asked[:: max(len(asked) // 400, 1)]


def measure(name: str, command: list[str], asked: list[str]) -> tuple[str, float, float, float]:
    """(name, answers/s, p50, p99 in seconds at ``PACE`` questions a second)."""
    with FakeTelegram(latency=LATENCY) as fake, tempfile.TemporaryDirectory() as data:
        people = [fake.person(f"民警{number}") for number in range(CHATS)]
        env = {
            **os.environ,
            "TELEGRAM_BOT_TOKEN": fake.token,
            "TELEGRAM_BASE_URL": fake.base_url,
            "TELEGRAM_BASE_FILE_URL": fake.base_file_url,
            "MINGBAI_DATA": data,
            "MINGBAI_ACCESS": "open",
            "MINGBAI_PORT": "0",
            "MINGBAI_TELEGRAM_RATE": "0",
        }
        quiet = subprocess.DEVNULL
        process = subprocess.Popen(command, env=env, cwd=ROOT, stdout=quiet, stderr=quiet)
        try:
            people[0].say(asked[0])
            people[0].wait(timeout=SECONDS)
            rate = _burst(fake, people, asked)
            waits = _paced(fake, people, asked)
        finally:
            process.terminate()
            process.wait(20)
    cut = statistics.quantiles(waits, n=100)
    return name, rate, statistics.median(waits), cut[98]


def _burst(fake: FakeTelegram, people: list[Person], asked: list[str]) -> float:
    before = len(fake.journal.sent())
    due = before + CHATS * EACH
    started = time.perf_counter()
    fake.queue(
        [
            (person, asked[(turn * CHATS + number) % len(asked)])
            for turn in range(EACH)
            for number, person in enumerate(people)
        ]
    )
    while len(fake.journal.sent()) < due:
        if time.perf_counter() - started > SECONDS:
            break
        time.sleep(0.02)
    return (len(fake.journal.sent()) - before) / (time.perf_counter() - started)


def _paced(fake: FakeTelegram, people: list[Person], asked: list[str]) -> list[float]:
    """Seconds from a question to its answer, one chat a question, ``PACE`` a second."""
    fake.journal.clear()
    said: dict[int, float] = {}
    for number in range(PACED):
        person = people[number % CHATS]
        said[person.id] = time.monotonic()
        person.say(asked[(number * 7) % len(asked)])
        time.sleep(1 / PACE)
    fake.wait(lambda: len(fake.journal.sent()) >= PACED, timeout=30)
    return [call.at - said[call.chat] for call in fake.journal.sent() if call.chat in said]


def main() -> None:
    asked = questions()
    python = sys.executable
    rows = [
        measure("echo, PTB as it comes", [python, "-m", "benchmarks.telegram", "echo"], asked),
        measure("echo, lean request", [python, "-m", "benchmarks.telegram", "lean"], asked),
        measure("Mingbai", [python, "run_bot.py"], asked),
    ]
    shown = Table("bot", "answers/s", "p50 ms", "p99 ms", "of the lean echo")
    for name, rate, median, slowest in rows:
        share = f"{rate / rows[1][1]:.2f}"
        shown.add_row(name, f"{rate:.0f}", f"{median * 1000:.0f}", f"{slowest * 1000:.0f}", share)
    Console().print(shown)
    Console().print(
        f"{CHATS} chats, {CHATS * EACH} questions at once; then {PACE:.0f} questions/s; "
        f"{LATENCY * 1000:.0f} ms a call of the API; {os.cpu_count()} cores"
    )


if __name__ == "__main__":
    if sys.argv[1:] in (["echo"], ["lean"]):
        echo(lean=sys.argv[1] == "lean")
    else:
        main()
