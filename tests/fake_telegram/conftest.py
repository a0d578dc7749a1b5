"""Fixtures: a running server, raw calls, PTB's own bot, and a webhook receiver."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, TypeVar

import httpx
import pytest
from telegram import Bot

from . import FakeTelegram

T = TypeVar("T")
Raw = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture(autouse=True)
def _modern_durations(monkeypatch: pytest.MonkeyPatch) -> None:
    """PTB 22.8 warns at every 429 unless it is told to use ``timedelta``."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


@pytest.fixture
def fake() -> Iterator[FakeTelegram]:
    """A running server."""
    with FakeTelegram() as server:
        yield server


@pytest.fixture
def raw(fake: FakeTelegram) -> Iterator[Raw]:
    """``raw(method, **arguments)`` posts JSON; HTTP status and body."""
    with httpx.Client(trust_env=False, timeout=30) as client:

        def call(method: str, **arguments: Any) -> tuple[int, dict[str, Any]]:
            reply = client.post(f"{fake.base_url}{fake.token}/{method}", json=arguments)
            return reply.status_code, reply.json()

        yield call


@pytest.fixture
def refusal(raw: Raw) -> Callable[..., str]:
    """``refusal(method, **arguments)``: the description of a 400; fails when accepted."""

    def call(method: str, **arguments: Any) -> str:
        status, body = raw(method, **arguments)
        assert status == body.get("error_code") == 400, body
        assert body["ok"] is False
        return str(body["description"])

    return call


@pytest.fixture
def with_bot(fake: FakeTelegram) -> Callable[[Callable[[Bot], Awaitable[T]]], T]:
    """``with_bot(work)`` runs ``await work(bot)`` with PTB's Bot and returns its result."""

    def run(work: Callable[[Bot], Awaitable[T]]) -> T:
        async def main() -> T:
            bot = Bot(fake.token, base_url=fake.base_url, base_file_url=fake.base_file_url)
            async with bot:
                return await work(bot)

        return asyncio.run(main())

    return run


class Receiver:
    """An HTTP endpoint for webhooks; ``statuses`` are answered first, then 200."""

    def __init__(self) -> None:
        self.updates: list[dict[str, Any]] = []
        self.secrets: list[str | None] = []
        self.statuses: list[int] = []
        self.reply: dict[str, Any] | None = None
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = receiver.statuses.pop(0) if receiver.statuses else 200
                if status == 200:
                    receiver.secrets.append(self.headers["X-Telegram-Bot-Api-Secret-Token"])
                    receiver.updates.append(json.loads(body))
                answer = json.dumps(receiver.reply).encode() if receiver.reply else b""
                receiver.reply = None
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/hook"
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A running webhook receiver."""
    endpoint = Receiver()
    yield endpoint
    endpoint.close()
