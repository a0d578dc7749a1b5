"""First come, first served, by when a press came, whatever its steps."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from threading import Event

import pytest
from httpx import Client

from bot.house import House
from bot.people.roles import Role
from bot.web.gate import COOKIE
from bot.web.line import Line
from tests.bot.houses import house, signed_in
from tests.bot.members import let_in
from tests.bot.pages import browsing, csrf_of
from tests.fake_telegram import PATIENCE

__all__ = ["house"]  # the fixture


def test_who_pressed_first_is_served_first() -> None:
    async def work() -> None:
        line, free, served = Line(1, "test"), Event(), list[str]()
        busy = asyncio.create_task(line.run(lambda: free.wait(PATIENCE), 0.0))
        await asyncio.sleep(0)
        later = [
            asyncio.create_task(line.run(lambda: served.append("new"), 3.0)),
            asyncio.create_task(line.run(lambda: served.append("halfway"), 1.0)),
            asyncio.create_task(line.run(lambda: served.append("as early, after it"), 1.0)),
            asyncio.create_task(line.run(lambda: served.append("gone"), 2.0)),
        ]
        await asyncio.sleep(0)
        gone = later.pop()
        gone.cancel()
        with suppress(asyncio.CancelledError):
            await gone
        free.set()
        await asyncio.gather(busy, *later)
        assert served == ["halfway", "as early, after it", "new"]

    asyncio.run(work())


def test_what_fails_fails_for_who_waits_for_it() -> None:
    async def work() -> None:
        line = Line(1, "test")
        with pytest.raises(ZeroDivisionError):
            await line.run(lambda: 1 / 0, 0.0)
        assert await line.run(lambda: 1, 0.0) == 1

    asyncio.run(work())


def test_the_screen_that_a_form_leads_to_belongs_to_its_press(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    presses: list[float] = []
    real = Line.run

    async def noted(self, function, since):  # type: ignore[no-untyped-def]
        presses.append(since)
        return await real(self, function, since)

    monkeypatch.setattr(Line, "run", noted)
    mine, other = (signed_in(house, let_in(house, None, Role.OFFICER).person) for _ in range(2))
    with browsing(house, mine) as browser, Client(cookies={COOKIE: other}) as another:
        form = csrf_of(browser.get("/s/g/umbrella").text)
        presses.clear()
        answer = browser.post("/s/keep/umbrella", data=form)
        assert answer.status_code == 303
        another.get(browser.base_url.join("/s/home"))
        browser.get("/warnings")
        browser.get(answer.headers["location"])
        browser.get("/s/home")
    steps = dict.fromkeys(presses)  # in the order of their coming
    of_form, _others, _asked, _home = steps
    assert presses.count(of_form) == 2 * presses.count(_home), "the form and its screen"
    assert presses[-1] == _home
