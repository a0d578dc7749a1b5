"""Connections that never say the whole of a request: they end, and keep nobody else out."""

from __future__ import annotations

import logging
import selectors
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from threading import Event
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.house import House
from bot.web import connections
from bot.web.connections import MOST_BEGUN
from tests.bot.pages import csrf_of, served
from tests.bot.tellers import house, published, time

__all__ = ["house", "published", "time"]  # the fixtures

PATIENCE = 60.0  # seconds until a connection counts as one that is never ended
HEAD = b"GET / HTTP/1.1\r\nHost: page\r\nX-Slow: "
FORM = (
    b"POST /sign-in HTTP/1.1\r\nHost: page\r\nContent-Length: 100\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n\r\ncsrf="
)


@contextmanager
def begun(base: str, *starts: bytes) -> Iterator[list[socket.socket]]:
    """Connections that have sent no more than these."""
    address = urlsplit(base)
    assert address.hostname
    assert address.port
    with ExitStack() as stack:
        opened = []
        for start in starts:
            one = socket.create_connection((address.hostname, address.port))
            opened.append(stack.enter_context(one))
            one.sendall(start)
        yield opened


def ended(opened: list[socket.socket], wanted: int, drip: float | None = None) -> set[int]:
    """Waits until ``wanted`` of them are ended; which. ``drip``: seconds after which each
    sends one byte more, again and again."""
    over: set[int] = set()
    with selectors.DefaultSelector() as ready:
        for number, one in enumerate(opened):
            ready.register(one, selectors.EVENT_READ, number)
        for _ in range(int(PATIENCE / drip) if drip else 1000):
            if len(over) >= wanted:
                break
            for key, _ in (found := ready.select(drip or PATIENCE)):
                if is_over(opened[key.data]):
                    over.add(key.data)
                    ready.unregister(opened[key.data])
            if not found and not drip:
                break
            for number in set(range(len(opened))) - over if drip else ():
                try:
                    opened[number].send(b"x")
                except OSError:
                    over.add(number)
                    ready.unregister(opened[number])
    return over


def is_over(one: socket.socket) -> bool:
    try:
        return not one.recv(4096)
    except ConnectionError:
        return True


@pytest.mark.parametrize("drip", [None, 0.2])
def test_half_a_request_is_not_waited_for(
    house: House,
    drip: float | None,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Neither for its head nor for its body, nor after a whole one; the log is quiet."""
    monkeypatch.setattr(connections, "REQUEST_SECONDS", 1.0)
    whole = b"GET /healthz HTTP/1.1\r\nHost: page\r\n\r\n"
    starts = [HEAD, FORM, b"", whole + FORM, whole + HEAD] * 20
    with caplog.at_level(logging.WARNING), served(house) as base, begun(base, *starts) as opened:
        assert ended(opened, len(starts), drip) == set(range(len(starts)))
        monkeypatch.undo()
        assert httpx.get(f"{base}/healthz", timeout=PATIENCE).status_code == 200
    assert not [one for one in caplog.records if one.levelno > logging.WARNING or one.exc_info]


def test_who_begins_many_keeps_nobody_out(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest make room, long before their time."""
    monkeypatch.setattr(connections, "REQUEST_SECONDS", 3600.0)
    starts = [HEAD, FORM] * (MOST_BEGUN // 2) + [HEAD] * 50
    with served(house) as base, begun(base, *starts) as opened:
        over = ended(opened, 50)
        assert len(over) >= 50
        assert over.isdisjoint(range(MOST_BEGUN, MOST_BEGUN + 50)), "the newest are kept"
        with httpx.Client(base_url=base, timeout=PATIENCE) as browser:
            csrf = csrf_of(browser.get("/sign-in").text)
            answer = browser.post("/sign-in", data={**csrf, "code": "ABCDEFGH"})
        assert answer.status_code < 500


def test_an_answer_takes_its_time(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only who asks has to be quick."""
    asked, go_on = Event(), Event()

    def slow(_: Request) -> Response:
        asked.set()
        go_on.wait(PATIENCE)
        return Response("done")

    with served(house, [Route("/slow", slow)]) as base, ThreadPoolExecutor() as threads:
        answer = threads.submit(httpx.get, f"{base}/slow", timeout=PATIENCE)
        assert asked.wait(PATIENCE)
        monkeypatch.setattr(connections, "REQUEST_SECONDS", 0.5)
        with begun(base, HEAD) as opened:
            assert ended(opened, 1), "begun after it, ended before it"
        go_on.set()
        assert answer.result().text == "done"


def test_what_a_page_may_do(house: House) -> None:
    """And only a page that came by https says that it is to be asked for by https."""
    outside = replace(house.settings, public_url="https://page.example")
    strict = "strict-transport-security"
    with served(house) as base:
        plain = httpx.get(f"{base}/sign-in")
        assert "camera=()" in plain.headers["permissions-policy"]
        told = httpx.get(f"{base}/sign-in", headers={"x-forwarded-proto": "https"})
        assert strict not in plain.headers
        assert strict not in told.headers, "nobody's word is taken who is no proxy of ours"
    with served(replace(house, settings=outside)) as base:
        assert "max-age" in httpx.get(f"{base}/static/page.css").headers[strict]
    proxied = replace(house.settings, proxies=("127.0.0.1",))
    with served(replace(house, settings=proxied)) as base:
        told = httpx.get(f"{base}/sign-in", headers={"x-forwarded-proto": "https"})
        assert "max-age" in told.headers[strict]
