"""The ways in: codes, invites, links; a thousand wrong tries, all answered alike."""

from __future__ import annotations

import hmac
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from bot.assembly import House
from bot.codes import new_code
from bot.lockout import FREE
from bot.membership import WRONG_CODE
from bot.roles import OPERATOR, Role
from bot.store.database import StoreError
from bot.web.app import one_time_link
from bot.web.forms import COOKIE
from tests.bot.gone import Gone
from tests.bot.members import invite, let_in
from tests.bot.pages import browsing, served
from tests.bot.test_access_matrix import csrf_of, house, signed_in

__all__ = ["house"]  # the fixture


class Clock:
    """A clock that a test sets forward."""

    def __init__(self, house: House) -> None:
        self.now: datetime = house.clock()

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(house: House) -> Clock:
    return Clock(house)


@pytest.fixture
def timed(house: House, clock: Clock) -> House:
    return replace(house, clock=clock)


def test_by_an_invite(timed: House) -> None:
    code = invite(timed, Role.OFFICER)
    with browsing(timed) as browser:
        shown = browser.get(f"/invite/{code}")
        assert shown.status_code == 200
        assert code in shown.text
        assert timed.membership.invites.open(timed.clock()), "looking at it does not use it up"
        typed = f" {code[:4]}-{code[4:8]} {code[8:].lower()} "
        assert browser.post("/sign-in", data={"code": typed}).status_code == 303
        assert "执法指引" in browser.get("/").text
    with browsing(timed) as other:
        assert other.post("/sign-in", data={"code": code}).status_code == 403


def test_by_a_code_that_the_bot_sends(timed: House, clock: Clock) -> None:
    member = let_in(timed, "telegram:7", Role.LEGAL)
    code = timed.membership.sign_in_code(member.person, clock())
    with browsing(timed) as browser:
        assert browser.post("/sign-in", data={"code": code.lower()}).status_code == 303
        assert "人员、邀请" in browser.get("/").text, "the same person in the same role"
        assert browser.post("/sign-in", data={"code": code}).status_code == 403, "used once"
    late = timed.membership.sign_in_code(member.person, clock())
    clock.now += timedelta(minutes=11)
    with browsing(timed) as browser:
        assert browser.post("/sign-in", data={"code": late}).status_code == 403


def test_signing_out(timed: House) -> None:
    cookie = signed_in(timed, OPERATOR)
    with browsing(timed, cookie) as browser:
        page = browser.get("/").text
        browser.post("/sign-out")
        assert browser.get("/").status_code == 200, "not without the form's own token"
        assert browser.post("/sign-out", data=csrf_of(page)).status_code == 303
    with browsing(timed, cookie) as browser:
        assert browser.get("/").status_code == 401


def test_a_thousand_wrong_tries(timed: House, clock: Clock) -> None:
    """Missing, wrong, used, expired and replayed codes: all refused, in the same words."""
    random.seed(6)
    used, ended = invite(timed, Role.ADMIN), invite(timed, Role.ADMIN)
    assert timed.membership.enter(used, "telegram:1", "x", clock()).person
    ended_on = timed.membership.invites.open(clock())[0]
    timed.membership.invites.close(ended_on.id, OPERATOR, clock())
    good = invite(timed, Role.ADMIN)
    member = let_in(timed, "telegram:2", Role.ADMIN)
    replayed = timed.membership.sign_in_code(member.person, clock())
    assert timed.membership.enter(replayed, None, "x", clock()).person
    kinds: list[Callable[[], str]] = [
        lambda: "",
        new_code,
        lambda: new_code(8),
        lambda: used,
        lambda: ended,
        lambda: replayed,
        lambda: good[:-1],
        lambda: "' OR 1=1 --",
        lambda: "telegram:2",
        lambda: member.person,
    ]
    shown: set[tuple[int, str, str]] = set()
    paused = 0
    with browsing(timed) as browser:
        for number in range(1000):
            code = kinds[number % len(kinds)]()
            if number % 3:
                answer = browser.post("/sign-in", data={"code": code})
            else:
                answer = browser.get("/enter", params={"key": code})
            assert answer.status_code in (403, 429)
            assert not answer.cookies
            if answer.status_code == 429:
                paused += 1
                assert int(answer.headers["retry-after"]) > 0
                if number % 20 == 0:
                    assert browser.post("/sign-in", data={"code": good}).status_code == 429
                clock.now += timedelta(seconds=int(answer.headers["retry-after"]))
            else:
                shown.add((answer.status_code, answer.text, str(dict(answer.headers))))
        assert paused > 400
        assert len({text for _, text, _ in shown}) == 1, "one page for whatever is wrong"
        assert all(WRONG_CODE in text for _, text, _ in shown)
        clock.now += timedelta(hours=7)
        assert browser.post("/sign-in", data={"code": good}).status_code == 403, "expired by now"
    assert [p.id for p in timed.membership.people.all()].count(member.person) == 1
    assert len(timed.membership.people.all()) == 2, "nobody got in"


def test_a_pause_is_one_browsers_own(timed: House, clock: Clock) -> None:
    good = invite(timed, Role.OFFICER)
    with browsing(timed) as browser:
        for _ in range(FREE):
            assert browser.post("/sign-in", data={"code": new_code()}).status_code == 403
        assert browser.post("/sign-in", data={"code": good}).status_code == 429
        other = {"x-forwarded-for": "10.0.0.9"}  # as our own proxy passes it on
        assert browser.post("/sign-in", data={"code": good}, headers=other).status_code == 303


def test_the_operators_link_works_once(timed: House) -> None:
    with served(timed) as base:
        link = one_time_link(timed)
        key = link.partition("key=")[2]
        first = httpx.get(f"{base}/enter", params={"key": key})
        assert first.status_code == 303
        assert httpx.get(f"{base}/enter", params={"key": key}).status_code == 403


def test_a_form_is_answered_by_the_way_to_its_screen(timed: House) -> None:
    """Back and reload show it again and post nothing; nobody else can open it."""
    with browsing(timed, signed_in(timed, OPERATOR)) as browser:
        csrf = csrf_of(browser.get("/").text)
        answer = browser.post("/ask", data={**csrf, "q": "雨伞太重"})
        assert answer.status_code == 303
        where = answer.headers["location"]
        assert "收缴雨伞" in browser.get(where).text
        assert "收缴雨伞" in browser.get(where).text
        assert "执法指引" in browser.get("/shown/forgotten").text
        other = let_in(timed, None, Role.OFFICER)
        stolen = signed_in(timed, other.person)
        browser.cookies.clear()
        browser.cookies.set(COOKIE, stolen)
        assert "执法指引" in browser.get(where).text


def test_the_last_word_is_shown_to_who_has_left(timed: House) -> None:
    member = let_in(timed, None, Role.OFFICER)
    with browsing(timed, signed_in(timed, member.person)) as browser:
        csrf = csrf_of(browser.get("/").text)
        answer = browser.post("/s/wipe/all", data=csrf)
        assert (answer.status_code, "已全部删除" in answer.text) == (200, True)
        assert browser.get("/").status_code == 401


def test_forms_from_other_sites_are_refused(timed: House) -> None:
    code = invite(timed, Role.OFFICER)
    with browsing(timed) as browser:
        foreign = {"sec-fetch-site": "cross-site"}
        answer = browser.post("/sign-in", data={"code": code}, headers=foreign)
        assert (answer.status_code, answer.text) == (403, "")
        large = browser.post("/sign-in", data={"code": "x" * 200_000})
        assert large.status_code == 403


def test_cookies_are_secure_behind_https(timed: House) -> None:
    public = replace(timed.settings, public_url="https://guide.example")
    with browsing(replace(timed, settings=public)) as browser:
        answer = browser.post("/sign-in", data={"code": invite(timed, Role.OFFICER)})
    kept = answer.headers["set-cookie"].lower()
    assert all(word in kept for word in ("secure", "httponly", "samesite=lax"))


def test_secrets_are_compared_in_constant_time(
    timed: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = []
    real = hmac.compare_digest

    def counted(one: Any, other: Any) -> bool:
        compared.append(other)
        return real(one, other)

    monkeypatch.setattr(hmac, "compare_digest", counted)
    with browsing(timed, signed_in(timed, OPERATOR)) as browser:
        browser.post("/s/wipe/data", data={"csrf": "wrong"})
    assert compared


def test_who_was_let_in_is_served_while_the_database_is_away(
    timed: House, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = let_in(timed, "telegram:7", Role.OFFICER)
    access = timed.access
    assert access.telegram(7, clock()) == member

    monkeypatch.setattr(timed.database, "engine", Gone())
    assert access.telegram(7, clock()) == member
    assert access.telegram(8, clock()) is None, "nobody else is"
    assert access.telegram(7, clock() + timedelta(hours=13)) is None
    with pytest.raises(StoreError):
        access.active(member.person, clock())
