"""The page of a house in this process, over real HTTP."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Thread

import httpx
import uvicorn
from starlette.routing import BaseRoute

from bot.assembly import House
from bot.web.app import make_app
from tests.bot.conftest import free_port


@contextmanager
def served(house: House, more: Sequence[BaseRoute] = ()) -> Iterator[str]:
    """The address of the page while it is served."""
    port = free_port()
    config = uvicorn.Config(make_app(house, more), port=port, log_config=None, access_log=False)
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(20)


@contextmanager
def browsing(house: House, cookie: str = "") -> Iterator[httpx.Client]:
    """A browser that follows nothing; ``cookie``: the secret of its session."""
    from bot.web.forms import COOKIE

    cookies = {COOKIE: cookie} if cookie else {}
    with served(house) as base, httpx.Client(base_url=base, cookies=cookies) as client:
        yield client
