"""kill -9 around ticks and clocks: what was confirmed to the officer must be there.

    python -m benchmarks.ticks [--kills 500] [--database URL] [--seed N]

Each round a child process presses buttons on the assistant and says over a pipe what it is
about to do and what was confirmed; it is killed at a random moment. Then the database is
compared: whatever was confirmed last, and not under way again, must stand there.
"""

from __future__ import annotations

import os
import random
import selectors
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.progress import track
from sqlalchemy import select

from bot.house import House, assemble
from bot.people.roles import Member
from bot.screens.reply import Event, EventKind, plain
from bot.settings import Settings
from bot.store.schema import outbox
from tests.postgresql import fresh, programs, server
from tests.small_library import write_library

ME = Member("me")
STEPS = ("look", "family", "carry", "release")
_ZONE = ZoneInfo("Asia/Shanghai")


def _now() -> datetime:
    return datetime.now(_ZONE)


@dataclass
class Told:
    """``confirmed``: what -> its last confirmed state; ``open``: under way when killed."""

    confirmed: dict[str, str] = field(default_factory=dict)
    open: dict[str, str] = field(default_factory=dict)
    count: int = 0

    def hear(self, line: str) -> None:
        sign, what, state = line.split()
        if sign == "?":
            self.open[what] = state
        else:
            self.open.pop(what, None)
            self.confirmed[what] = state
            self.count += 1


def press(house: House, address: str) -> str:
    return plain(house.assistant.handle(Event.of(ME, "page", EventKind.PRESS, address)))


def _work(settings: Settings, walk: str, seed: int, say: int) -> None:
    """In the child: tick, untick and start clocks until killed."""
    tell = random.Random(seed)
    house = assemble(settings, _now)
    house.serving.refresh(_now())
    number = 0
    while True:
        number += 1
        if tell.random() < 0.2:
            clock = "".join(tell.choice("abcdefghijkl") for _ in range(8))
            what, state, address = f"clock/{clock}", "1", f"run/umbrella-8h/{clock}/-"
        else:
            step, state = tell.choice(STEPS), tell.choice("01")
            what, address = f"step/{step}", f"tick/{walk}/{step}/{state}/l"
        os.write(say, f"? {what} {state}\n".encode())
        shown = press(house, address)
        if "故障" in shown or "没有做成" in shown:
            raise RuntimeError(shown)
        os.write(say, f"! {what} {state}\n".encode())


def _round(settings: Settings, walk: str, seed: int) -> Told:
    """One child from its start to its death; what it had said."""
    tell = random.Random(seed)
    hear, say = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(hear)
            _work(settings, walk, seed, say)
        finally:
            os._exit(3)
    os.close(say)
    told, rest = Told(), b""
    listening = selectors.DefaultSelector()
    listening.register(hear, selectors.EVENT_READ)
    dies_at: float | None = None
    while True:
        wait = 30.0 if dies_at is None else max(dies_at - time.monotonic(), 0.0)
        ready = listening.select(wait)
        data = os.read(hear, 65536) if ready else b""
        if ready and not data:
            break
        if not ready:
            os.kill(child, signal.SIGKILL)
            dies_at = time.monotonic() + 30
        *lines, rest = (rest + data).split(b"\n")
        for line in lines:
            told.hear(line.decode())
        if dies_at is None and told.count:
            dies_at = time.monotonic() + tell.uniform(0.0, 0.06)
    listening.close()
    os.close(hear)
    os.waitpid(child, 0)
    return told


def _missing(house: House, walk: str, told: Told) -> Iterator[str]:
    known = house.incidents.walks.get(walk)
    marks = known.marks if known else {}
    for what, state in told.confirmed.items():
        kind, name = what.split("/")
        if what in told.open:
            continue  # another press of it was under way: either is right
        if kind == "step" and (name in marks) != (state == "1"):
            yield what
        if kind == "clock":
            clock = house.incidents.clocks.get(name)
            with house.database.read() as connection:
                query = select(outbox.c.name).where(outbox.c.subject == name)
                waiting = connection.scalars(query).all()
            if clock is None or not waiting:
                yield what


def kill_ticks(
    url: str, kills: int, folder: Path, quiet: bool = False, seed: int = 0
) -> tuple[int, list[str]]:
    """(confirmed presses, those that were lost) over ``kills`` deaths."""
    library = write_library(folder)
    settings = Settings(data=folder / "var", library=library, database_url=url)
    house = assemble(settings, _now)
    house.serving.refresh(_now())
    press(house, "start/umbrella/aaaaaaaa")
    house.database.close()
    confirmed, lost = 0, []
    rounds = (
        range(kills) if quiet else track(range(kills), f"kill -9, {url.split(':', maxsplit=1)[0]}")
    )
    for number in rounds:
        told = _round(settings, "aaaaaaaa", seed + number)
        confirmed += told.count
        lost += list(_missing(house, "aaaaaaaa", told))
        house.database.close()  # nothing open when the next child is made
    return confirmed, lost


def main(
    kills: Annotated[int, typer.Option(help="how many times")] = 500,
    database: Annotated[str, typer.Option(help="one database instead of both")] = "",
    seed: Annotated[int, typer.Option(help="other moments, other presses")] = 0,
) -> None:
    screen = Console()
    failed = False

    def run(name: str, url: str) -> None:
        nonlocal failed
        with tempfile.TemporaryDirectory() as folder:
            where = url or f"sqlite:///{folder}/state.db"
            confirmed, lost = kill_ticks(where, kills, Path(folder), seed=seed)
        screen.print(f"{name}: {kills} kills, {confirmed} confirmed presses, {len(lost)} lost")
        failed |= bool(lost)

    if database:
        run("database", database)
    else:
        run("SQLite", "")
        if programs() is not None:
            with server(durable=True) as url:
                run("PostgreSQL", fresh(url))
    if failed:
        sys.exit(1)


if __name__ == "__main__":
    typer.run(main)
