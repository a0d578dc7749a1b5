"""Warnings through kill -9: none lost, none a second time without a mark.

    python -m benchmarks.outbox [--count 10000] [--kills 20] [--database URL] [--processes N]

Workers with the real dispatcher and sender run against the fake API (real HTTP, 20 to 60 ms a
call) and are killed while they send. Without options: SQLite and PostgreSQL, one and two workers
each. Ends with 1 when a warning was lost or came again unmarked.
"""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
import tempfile
import time
from argparse import SUPPRESS, ArgumentParser, Namespace
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from select import select
from threading import Thread
from types import TracebackType
from typing import IO

from rich.console import Console
from rich.progress import Progress

from bot.message import Message
from bot.store.database import Database
from bot.store.outbox import Outbox
from tests import postgresql
from tests.fake_telegram import FakeTelegram

ROOT = Path(__file__).parent.parent
LATENCY = 0.02, 0.06  # seconds, from and to
CHATS = 500
LEASE = 5.0  # seconds; a minute in earnest
SECONDS = 300  # a run that takes longer has failed: what did not come is lost


@dataclass(frozen=True)
class Outcome:
    """What came of ``count`` warnings. ``marked``: messages with the mark, repeats or not."""

    count: int
    kills: int
    lost: int
    unmarked_repeats: int
    marked_repeats: int
    marked: int
    seconds: float

    def __str__(self) -> str:
        return (
            f"{self.count} warnings, {self.kills} x kill -9: {self.lost} lost, "
            f"{self.unmarked_repeats} unmarked repeats, {self.marked_repeats} marked repeats "
            f"({self.marked} marked in all), {self.count / self.seconds:.0f}/s"
        )

    @property
    def sound(self) -> bool:
        return not self.lost and not self.unmarked_repeats


def run(
    url: str,
    count: int,
    kills: int,
    processes: int,
    *,
    seed: int = 8,
    lease: float = LEASE,
    tell: Callable[[int], object] = lambda sent: None,
) -> Outcome:
    """Send ``count`` warnings from the empty database at ``url`` with ``processes`` workers.

    ``kills`` times, after a random number of messages, one that sends is killed and started
    again.
    ``tell`` hears how many messages were sent. RuntimeError when a worker ends by itself.
    """
    random = Random(seed)
    database = Database(url)
    database.migrate()
    outbox = Outbox(database)
    with FakeTelegram(latency=LATENCY[0]) as fake:
        outbox.put(list(_warnings([fake.person(f"民警{n}").id for n in range(CHATS)], count)))
        moments = sorted(random.uniform(0.02, 0.98) * count for _ in range(kills))
        with Crew(fake, url, lease, processes) as crew:
            started = time.monotonic()
            while time.monotonic() < started + SECONDS:
                fake.latency = random.uniform(*LATENCY)
                sent = len(fake.calls)
                tell(sent)
                if moments and sent >= moments[0] and (busy := crew.sending()):
                    del moments[0]
                    time.sleep(random.uniform(0, 0.1))
                    crew.kill(random.choice(busy))
                elif not moments and sent >= count and not outbox.waiting(datetime.now(UTC)):
                    break
                crew.look()
                time.sleep(0.02)
            seconds = time.monotonic() - started
        outcome = _outcome(fake, count, kills - len(moments), seconds)
    database.close()
    return outcome


def _warnings(chats: list[int], count: int) -> Iterator[Message]:
    due = datetime.now(UTC) - timedelta(minutes=1)
    for number in range(count):
        person = f"telegram:{chats[number % len(chats)]}"
        body = {"text": f"时限提醒第 {number} 号"}
        yield Message(f"warning/{number}", person, "warning", f"clock-{number}", body, due)


def _outcome(fake: FakeTelegram, count: int, kills: int, seconds: float) -> Outcome:
    from bot.telegram.sending import MARK

    times: Counter[int] = Counter()
    unmarked_repeats = marked_repeats = marked = 0
    for call in fake.journal.sent():
        text = call.text or ""
        found = re.search(r"第 (\d+) 号", text)
        if found is None:
            raise RuntimeError(f"a message nobody ordered: {text!r}")
        has_mark = text.startswith(MARK)
        again = times[int(found[1])] > 0
        times[int(found[1])] += 1
        marked += has_mark
        marked_repeats += again and has_mark
        unmarked_repeats += again and not has_mark
    lost = count - len(times)
    return Outcome(count, kills, lost, unmarked_repeats, marked_repeats, marked, seconds)


class Crew:
    """Worker processes; they end with the ``with`` block, or with this process."""

    def __init__(self, fake: FakeTelegram, url: str, lease: float, processes: int) -> None:
        self._command = [sys.executable, "-m", "benchmarks.outbox", "--worker"]
        self._command += ["--database", url, "--lease", str(lease)]
        self._command += ["--token", fake.token, "--api", fake.base_url]
        self._processes = processes
        self._workers: list[subprocess.Popen[bytes]] = []
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed on leaving

    def __enter__(self) -> Crew:
        self._workers = [self._begin() for _ in range(self._processes)]
        return self

    def _begin(self) -> subprocess.Popen[bytes]:
        pipe = subprocess.PIPE
        return subprocess.Popen(
            self._command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=self._errors
        )

    def sending(self) -> list[int]:
        """The numbers of those that have begun to send."""
        pipes = [worker.stdout for worker in self._workers if worker.stdout]
        said, _, _ = select(pipes, [], [], 0)
        return [n for n, worker in enumerate(self._workers) if worker.stdout in said]

    def kill(self, number: int) -> None:
        """kill -9, and another one in its place."""
        _end(self._workers[number])
        self._workers[number] = self._begin()

    def look(self) -> None:
        """RuntimeError, with what it said, when a worker has ended by itself."""
        if any(worker.poll() is not None for worker in self._workers):
            self._errors.seek(0)
            said = self._errors.read().decode(errors="replace")
            raise RuntimeError(f"a worker ended by itself: {said}")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for worker in self._workers:
            _end(worker)
        self._errors.close()


def _end(worker: subprocess.Popen[bytes]) -> None:
    worker.kill()
    worker.wait()
    for pipe in (worker.stdin, worker.stdout):
        if pipe:
            pipe.close()


async def work(url: str, token: str, api: str, lease: float) -> None:
    """A worker: the dispatcher with the real sender, until killed."""
    from telegram import Bot

    from bot.services.dispatcher import Delivery, Dispatcher
    from bot.store.outbox import Claimed
    from bot.telegram.drawing import Drawn
    from bot.telegram.pace import Pace
    from bot.telegram.request import LeanRequest
    from bot.telegram.sending import Sender

    request = LeanRequest()
    await request.initialize()
    sender = Sender(Bot(token, base_url=api, request=request), Pace(0), Random())

    begun = False

    async def deliver(claimed: Claimed) -> Delivery:
        nonlocal begun
        if not begun:
            begun = True
            print("sending", flush=True)  # once: nobody empties the pipe
        chat = int(claimed.message.person.partition(":")[2])
        drawn = Drawn(claimed.message.body["text"], [])
        await sender.push(chat, drawn, claimed.repeated, patience=30)
        return Delivery.DELIVERED

    dispatcher = Dispatcher(
        Outbox(Database(url)),
        deliver,
        lambda: datetime.now(UTC),
        lambda claimed: (),
        lease=timedelta(seconds=lease),
    )
    running = asyncio.ensure_future(dispatcher.run())
    loop = asyncio.get_running_loop()

    def watch() -> None:
        sys.stdin.buffer.read()  # ends with the process that started this one
        loop.call_soon_threadsafe(running.cancel)

    Thread(target=watch, daemon=True).start()
    await asyncio.wait([running])


@contextmanager
def _databases(name: str) -> Iterator[Callable[[], str]]:
    """Gives the URL of an empty database as often as asked."""
    if name == "SQLite":
        with tempfile.TemporaryDirectory() as folder:
            yield lambda: f"sqlite:///{tempfile.mkdtemp(dir=folder)}/state.db"
    elif name == "PostgreSQL":
        with postgresql.server(durable=True) as url:
            yield lambda: postgresql.fresh(url)
    else:
        yield lambda: name


def _shown(name: str, url: str, processes: int, chosen: Namespace, console: Console) -> Outcome:
    """One run with a bar while it lasts and a line at its end."""
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        bar = progress.add_task(f"{name}, {processes}", total=chosen.count)
        outcome = run(
            url,
            chosen.count,
            chosen.kills,
            processes,
            lease=chosen.lease,
            tell=lambda sent: progress.update(bar, completed=sent),
        )
    console.print(f"{name}, {processes} worker(s): {outcome}", highlight=False)
    return outcome


def main() -> int:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--database", default="", help="the URL of an empty database")
    parser.add_argument("--processes", type=int, default=0)
    parser.add_argument("--lease", type=float, default=LEASE, help="seconds")
    parser.add_argument("--worker", action="store_true", help=SUPPRESS)
    parser.add_argument("--token", help=SUPPRESS)
    parser.add_argument("--api", help=SUPPRESS)
    chosen = parser.parse_args()
    if chosen.worker:
        asyncio.run(work(chosen.database, chosen.token, chosen.api, chosen.lease))
        return 0
    console = Console(width=160)
    names, crews = ["SQLite", "PostgreSQL"], [1, 2]
    if chosen.database:
        names, crews = [chosen.database], [1]  # empty only once
    elif postgresql.programs() is None:
        console.print("PostgreSQL is not installed: only SQLite is measured")
        names.remove("PostgreSQL")
    if chosen.processes:
        crews = [chosen.processes]
    sound = True
    for name in names:
        with _databases(name) as fresh:
            for processes in crews:
                sound &= _shown(name, fresh(), processes, chosen, console).sound
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())
