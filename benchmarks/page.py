"""Three hundred people on the phone page at once: how long each of them waits for a screen.

    python -m benchmarks.page [--people 300] [--rounds 3] [--database URL]

The page is the program as it is run, in a process of its own; the people press from this one.
All begin in the same moment, and nobody pauses to read: every person sends the next request as
soon as the last is answered. A form is counted with the screen it leads to.

The peer, measured in the same run by the same people, is a bare Starlette under the same uvicorn:
it knows nobody, keeps nothing and draws nothing, but answers pages of the mean size of ours, and
forms by the way to one.
"""

from __future__ import annotations

import asyncio
import os
import re
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Annotated, NamedTuple

import aiohttp
import typer
import uvicorn
import uvloop
from rich.console import Console
from rich.table import Table
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from benchmarks.telegram import questions
from bot.store.database import Database
from bot.store.keys import SESSION, SESSION_LIFE, Keys
from bot.store.schema import people as members
from bot.web.gate import COOKIE
from tests.bot.conftest import ROOT, free_port, start

GUIDE, LIMIT = "admin-summons", "za-summons-8h"
SECONDS = 120
_CSRF = re.compile(r'name="csrf" value="(\w+)"')
_START = re.compile(rf'action="/s/(start/{GUIDE}/\w+)"')
_TICK = re.compile(r'action="/s/((?:tick|pick)/[^"]+)"')
_RUN = re.compile(rf'action="/s/(run/{LIMIT}/\w+/-)"')


class Wait(NamedTuple):
    what: str
    seconds: float
    size: int  # of the screen, in bytes


class Phone:
    """One person, who does what officers do: ask, open, walk, start a clock."""

    def __init__(self, client: aiohttp.ClientSession, waits: list[Wait], random: Random) -> None:
        self.client = client
        self.waits = waits
        self.random = random
        self.page = ""

    async def work(self, asked: Sequence[str]) -> None:
        """Each question with all the rest, in an order of this person's own."""
        await self.get("home", "/")
        for question in asked:
            parts = [self.ask(question), self.read(), self.walk(), self.count_down()]
            self.random.shuffle(parts)
            for part in parts:
                await part

    async def ask(self, question: str) -> None:
        await self.post("question", "/ask", q=question)

    async def read(self) -> None:
        await self.get("guide", f"/s/g/{GUIDE}")

    async def walk(self) -> None:
        await self.get("before a walk", f"/s/begin/{GUIDE}")
        await self.press("begin a walk", _START)
        await self.press("tick", _TICK)

    async def count_down(self) -> None:
        await self.get("limit", f"/s/l/{LIMIT}")
        await self.press("start a clock", _RUN)
        await self.get("clocks", "/s/clocks")

    async def press(self, what: str, button: re.Pattern[str]) -> None:
        found = button.search(self.page)
        assert found, (what, self.page[-3000:])
        await self.post(what, f"/s/{found[1]}")

    async def get(self, what: str, path: str) -> None:
        await self._send(what, "GET", path)

    async def post(self, what: str, path: str, **form: str) -> None:
        csrf = _CSRF.search(self.page)
        assert csrf, self.page
        await self._send(what, "POST", path, {"csrf": csrf[1], **form})

    async def _send(
        self, what: str, method: str, path: str, form: dict[str, str] | None = None
    ) -> None:
        began = time.perf_counter()
        async with self.client.request(method, path, data=form) as answer:
            body = await answer.read()
            assert answer.status == 200, (path, answer.status)
        self.waits.append(Wait(what, time.perf_counter() - began, len(body)))
        self.page = body.decode()


async def _crowd(url: str, cookies: Sequence[str], asked: Sequence[str], rounds: int) -> list[Wait]:
    """Everybody at once, each with a connection and a session of their own."""
    waits: list[Wait] = []
    connector = aiohttp.TCPConnector(limit=0)
    clients = [
        aiohttp.ClientSession(
            url,
            connector=connector,
            connector_owner=False,
            cookies={COOKIE: cookie},
            cookie_jar=aiohttp.CookieJar(unsafe=True),  # the host is a number
        )
        for cookie in cookies
    ]
    try:
        work = [
            Phone(client, waits, Random(number)).work(  # the same mix in each run
                [asked[(number * rounds + round) % len(asked)] for round in range(rounds)]
            )
            for number, client in enumerate(clients)
        ]
        async with asyncio.timeout(SECONDS):
            await asyncio.gather(*work)
    finally:
        for client in clients:
            await client.close()
        await connector.close()
    return waits


class Measured(NamedTuple):
    waits: list[Wait]
    seconds: float

    @property
    def rate(self) -> float:
        return len(self.waits) / self.seconds

    def slowest(self, what: str = "") -> list[float]:
        return sorted(one.seconds for one in self.waits if what in ("", one.what))


def measure(url: str, cookies: Sequence[str], rounds: int) -> Measured:
    asked = questions()
    began = time.perf_counter()
    waits = uvloop.run(_crowd(url, cookies, asked, rounds))
    return Measured(waits, time.perf_counter() - began)


def let_in(url: str, count: int) -> list[str]:
    """So many new members, each signed in with a browser; the cookies."""
    database = Database(url)
    database.migrate()
    now, keys = datetime.now(UTC), Keys(database)
    cookies = [secrets.token_urlsafe(24) for _ in range(count)]
    about = {"role": "officer", "unit": "", "label": "", "joined": now}
    with database.begin() as connection:
        rows = [{"id": f"bench{number}", **about} for number in range(count)]
        connection.execute(members.insert(), rows)
    for number, cookie in enumerate(cookies):
        keys.add(SESSION, cookie, f"bench{number}", now, SESSION_LIFE)
    database.close()
    return cookies


@contextmanager
def served(data: Path, database: str) -> Iterator[str]:
    """The program itself; its URL."""
    running = start(data, ROOT / "guides" / "library", MINGBAI_DATABASE_URL=database)
    try:
        yield running.base
    finally:
        running.stop()


@contextmanager
def served_bare(size: int) -> Iterator[str]:
    """The peer, with pages of ``size`` bytes; its URL."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.page", "peer", str(port), str(size)]
    process = subprocess.Popen(command)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            with suppress(aiohttp.ClientConnectionError):
                asyncio.run(_look(url))
                break
            time.sleep(0.05)
        yield url
    finally:
        process.terminate()
        process.wait(20)


async def _look(url: str) -> None:
    async with aiohttp.ClientSession(url) as client, client.get("/") as answer:
        await answer.read()


def bare(size: int) -> Starlette:
    """Every page has every button, so that the same people find the same way through it."""
    addresses = (f"start/{GUIDE}/x", "tick/x/x/1", f"run/{LIMIT}/x/-")
    forms = "".join(f'<form method="post" action="/s/{address}"></form>' for address in addresses)
    page = f'<!doctype html><input name="csrf" value="x">{forms}'
    page += "x" * (size - len(page))

    async def answer(request: Request) -> Response:
        if request.method == "POST":
            async with request.form() as form:
                assert form["csrf"] == "x"
            return RedirectResponse("/s/page", 303)
        return HTMLResponse(page)

    return Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST"])])


def serve_bare(port: int, size: int) -> None:
    # As bot/web/app.py and bot/process.py serve the page.
    config = uvicorn.Config(
        bare(size), port=port, log_config=None, access_log=False, server_header=False
    )
    uvloop.run(uvicorn.Server(config).serve())


def _row(what: str, waits: list[float], rate: str = "") -> tuple[str, ...]:
    p99 = statistics.quantiles(waits, n=100)[98]
    shown = (statistics.median(waits), p99, max(waits))
    return (what, str(len(waits)), *(f"{value:.2f}" for value in shown), rate)


def main(
    people: Annotated[int, typer.Option(help="how many at once")] = 300,
    rounds: Annotated[int, typer.Option(help="how often each does it all")] = 3,
    database: Annotated[str, typer.Option(help="an empty one, instead of SQLite")] = "",
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "var"
        data.mkdir()
        cookies = let_in(database or f"sqlite:///{data / 'mingbai.db'}", people)
        with served(data, database) as url:
            ours = measure(url, cookies, rounds)
    size = round(statistics.fmean(one.size for one in ours.waits))
    with served_bare(size) as url:
        peer = measure(url, cookies, rounds)
    shown = Table("what", "n", "p50 s", "p99 s", "max s", "a second")
    for what in dict.fromkeys(one.what for one in ours.waits):
        shown.add_row(*_row(what, ours.slowest(what)))
    shown.add_row(*_row("Mingbai, all", ours.slowest(), f"{ours.rate:.0f}"))
    shown.add_row(*_row("bare peer, all", peer.slowest(), f"{peer.rate:.0f}"))
    Console().print(shown)
    Console().print(
        f"{people} people at once for {ours.seconds:.0f} s; pages of {size / 1000:.1f} kB; "
        f"{ours.rate / peer.rate:.2f} of the bare peer's rate; {os.cpu_count()} cores"
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["peer"]:
        serve_bare(int(sys.argv[2]), int(sys.argv[3]))
    else:
        typer.run(main)
