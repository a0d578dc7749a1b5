"""The page of a house in this process, over real HTTP."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from threading import Thread
from typing import Any

import httpx
from playwright.sync_api import Page
from starlette.routing import Route

from bot.house import House
from bot.web.app import make_app, make_server
from bot.web.gate import COOKIE
from tests.bot.conftest import free_port
from tests.fake_telegram import PATIENCE


@contextmanager
def served(house: House, more: Sequence[Route] = ()) -> Iterator[str]:
    """The address of the page while it is served."""
    settings = replace(house.settings, port=free_port())
    server = make_server(replace(house, settings=settings), more)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{settings.port}"
    finally:
        server.should_exit = True
        thread.join(PATIENCE)


@contextmanager
def browsing(house: House, cookie: str = "") -> Iterator[httpx.Client]:
    """A browser that follows nothing; ``cookie``: the secret of its session."""
    cookies = {COOKIE: cookie} if cookie else {}
    with served(house) as base, httpx.Client(base_url=base, cookies=cookies) as client:
        yield client


class Visitor:
    """As a browser that follows nothing, in this process: thousands of requests take seconds."""

    def __init__(self, client: httpx.AsyncClient, runner: asyncio.Runner) -> None:
        self._client = client
        self._runner = runner
        self.get, self.head = partial(self.request, "GET"), partial(self.request, "HEAD")
        self.post = partial(self.request, "POST")

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        return self._runner.run(self._client.request(method, path, **more))


@contextmanager
def visiting(house: House, cookie: str = "") -> Iterator[Visitor]:
    """``cookie``: the secret of the session."""
    transport = httpx.ASGITransport(make_app(house))
    cookies = {COOKIE: cookie} if cookie else {}
    with asyncio.Runner() as runner:
        client = httpx.AsyncClient(transport=transport, base_url="http://page", cookies=cookies)
        yield Visitor(client, runner)
        runner.run(client.aclose())


def csrf_of(page: str) -> dict[str, str]:
    """What a form of ``page`` sends with whatever is typed."""
    found = re.search(r'name="csrf" value="(\w+)"', page)
    assert found
    below = re.search(r'name="below" value="([^"]*)"', page)
    return {"csrf": found[1]} | ({"below": below[1]} if below else {})


def sign_in(browser: httpx.Client | Visitor, code: str, **more: str) -> httpx.Response:
    """Type a code on the page that asks for one."""
    csrf = csrf_of(browser.get("/sign-in").text)
    return browser.post("/sign-in", data={**csrf, "code": code, **more})


def follow(browser: httpx.Client | Visitor, link: str) -> httpx.Response:
    """Open the operator's link and press its button."""
    page = browser.get(link).text
    key = link.partition("key=")[2]
    return browser.post(link.partition("?")[0], data={**csrf_of(page), "key": key})


def enter(page: Page, link: str) -> None:
    """The same in a real browser."""
    page.goto(link)
    page.get_by_role("button", name="进入").click()
    page.wait_for_load_state()
