"""A form is answered by the way to its screen: nothing is drawn there, all else is the same."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.house import House
from bot.people.roles import Role
from bot.screens.reply import Event, EventKind, Reply
from bot.web.pages import screen_page
from index.answers import Answer
from index.releases import Release
from tests.bot.houses import house, signed_in
from tests.bot.members import let_in
from tests.bot.pages import browsing, csrf_of
from tests.bot.timed import Clock, clock, timed

__all__ = ["clock", "house", "timed"]  # the fixtures
QUESTION = "黑伞挡路了太重"
# Ids of a walk, of a clock and of what is not begun yet: for who does not go on, and for who does.
WALKS = (("walk0000", "clock000", "fresh000"), ("walk1111", "clock111", "fresh111"))


def done(house: House, address: str, leads: bool) -> Reply:
    """Pressed by somebody with a walk and a clock under way."""
    member = let_in(house, None, Role.OFFICER)
    walk, clock, fresh = WALKS[leads]
    for first in (f"start/umbrella/{walk}", f"run/umbrella-3d/{clock}/-"):
        house.assistant.handle(Event.of(member, "page", EventKind.PRESS, first))
    assert house.incidents.walks.get(walk) and house.incidents.clocks.get(clock)
    pressed = address.format(walk=walk, clock=clock, fresh=fresh)
    event = Event.of(member, "page", EventKind.PRESS, pressed)
    reply = house.assistant.handle(replace(event, leads=leads))
    return replace(reply, at=reply.at.replace(walk, "W").replace(clock, "C").replace(fresh, "F"))


@pytest.mark.parametrize(
    "address",
    [
        "start/umbrella/{fresh}",
        "start/gone/{fresh}",
        "run/umbrella-8h/{fresh}/-",
        "run/umbrella-8h/{fresh}/-/{walk}",
        "run/gone/{fresh}/-",
        "tick/{walk}/look/1",
        "tick/{walk}/family/1",
        "tick/{walk}/family/1/l",
        "tick/{walk}/gone/1",
        "pause/{walk}",
        "finish/{walk}",
        "stop/{clock}/1",
        "stop/{clock}/7",
        "keep/umbrella",
        "drop/umbrella/card",
        "drop/umbrella",
        "none",
    ],
)
def test_who_goes_on_is_led_to_the_same_screen(house: House, address: str) -> None:
    leading, drawn = (done(house, address, leads) for leads in (True, False))
    assert (leading.at, leading.toast) == (drawn.at, drawn.toast)
    if not leading.at:
        assert leading.blocks == drawn.blocks, "what has no screen is shown at once"


def test_a_walk_is_led_on_without_being_drawn(house: House) -> None:
    leading, drawn = (done(house, "tick/{walk}/family/1", leads) for leads in (True, False))
    assert leading.at == drawn.at == "walk/W"
    assert drawn.blocks
    assert not leading.blocks


def test_a_question_is_looked_for_once(timed: House, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    real = Release.ask

    def counted(self: Release, text: str, *more: object) -> Answer:
        asked.append(text)
        return real(self, text, *more)  # type: ignore[arg-type]

    drawn: list[Reply] = []

    def noted(reply: Reply, *more: Any) -> str:
        drawn.append(reply)
        return screen_page(reply, *more)

    monkeypatch.setattr(Release, "ask", counted)
    monkeypatch.setattr("bot.web.app.screen_page", noted)
    member = let_in(timed, None, Role.OFFICER)
    with browsing(timed, signed_in(timed, member.person)) as browser:
        home = browser.get("/").text
        answer = browser.post("/ask", data={**csrf_of(home), "q": QUESTION})
        assert answer.status_code == 303
        assert len(drawn) == 1, "only the first screen"
        shown = browser.get(answer.headers["location"]).text
        assert "收缴雨伞" in shown
        assert len(asked) == 1


def test_an_answer_is_looked_for_again_on_another_day(
    timed: House, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.now = clock.now.replace(hour=23, minute=50)
    asked: list[str] = []
    real = Release.ask

    def counted(self: Release, text: str, *more: object) -> Answer:
        asked.append(text)
        return real(self, text, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(Release, "ask", counted)
    member = let_in(timed, None, Role.OFFICER)
    with browsing(timed, signed_in(timed, member.person)) as browser:
        home = browser.get("/").text
        where = browser.post("/ask", data={**csrf_of(home), "q": QUESTION}).headers["location"]
        clock.now += timedelta(minutes=20)
        assert "收缴雨伞" in browser.get(where).text
    assert len(asked) == 2


def test_who_is_revoked_is_out_at_the_next_press(timed: House, clock: Clock) -> None:
    """Also in the middle: the form went through, the screen it leads to does not."""
    member = let_in(timed, None, Role.OFFICER)
    with browsing(timed, signed_in(timed, member.person)) as browser:
        home = browser.get("/").text
        where = browser.post("/ask", data={**csrf_of(home), "q": QUESTION}).headers["location"]
        timed.membership.people.remove(member.person, "operator", clock())
        assert browser.get(where).status_code == 401
        assert not re.search("收缴", browser.get(where).text)


def test_a_session_of_somebody_revoked_does_not_live_on(timed: House, clock: Clock) -> None:
    member = let_in(timed, None, Role.OFFICER)
    cookie = signed_in(timed, member.person)
    timed.membership.people.remove(member.person, "operator", clock())
    before = timed.membership.keys.sessions(member.person, clock())
    clock.now += timedelta(days=20)
    with browsing(timed, cookie) as browser:
        answer = browser.get("/")
        assert answer.status_code == 401
    assert timed.membership.keys.sessions(member.person, clock()) == before


def test_an_ended_session_is_not_made_to_live_again(timed: House, clock: Clock) -> None:
    member = let_in(timed, None, Role.OFFICER)
    cookie = signed_in(timed, member.person)
    clock.now += timedelta(days=31)
    assert not timed.membership.keys.prolong(cookie, clock())
    assert timed.access.session(cookie, clock()) is None
