"""The ways in: codes, invites, links; a thousand wrong tries, all answered alike."""

from __future__ import annotations

import hmac
import random
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.house import House
from bot.people.codes import SIGN_IN_LENGTH, new_code
from bot.people.lockout import ADDRESS
from bot.people.roles import OPERATOR, Role
from bot.services.membership import WRONG_CODE
from bot.store.database import StoreError
from bot.store.keys import SESSION, SESSION_LIFE
from bot.web.app import one_time_link
from bot.web.gate import COOKIE
from tests.bot.gone import Gone
from tests.bot.houses import house, signed_in
from tests.bot.members import invite, let_in
from tests.bot.pages import browsing, csrf_of, follow, sign_in, visiting
from tests.bot.timed import Clock, clock, timed

__all__ = ["clock", "house", "timed"]  # the fixtures


def test_by_an_invite(timed: House) -> None:
    code = invite(timed, Role.OFFICER)
    with browsing(timed) as browser:
        shown = browser.get(f"/invite/{code}")
        assert shown.status_code == 200
        assert code in shown.text
        assert timed.membership.invites.open(timed.clock()), "looking at it does not use it up"
        typed = f" {code[:4]}-{code[4:8]} {code[8:].lower()} "
        assert sign_in(browser, typed).status_code == 303
        assert "执法指引" in browser.get("/").text
    with browsing(timed) as other:
        assert sign_in(other, code).status_code == 403


def test_by_a_code_that_the_bot_sends(timed: House, clock: Clock) -> None:
    member = let_in(timed, "telegram:7", Role.LEGAL)
    code = timed.membership.sign_in_code(member.person, clock())
    with browsing(timed) as browser:
        assert sign_in(browser, code.lower()).status_code == 303
        assert "人员、邀请" in browser.get("/").text, "the same person in the same role"
        assert sign_in(browser, code).status_code == 403, "used once"
    late = timed.membership.sign_in_code(member.person, clock())
    clock.now += timedelta(minutes=11)
    with browsing(timed) as browser:
        assert sign_in(browser, late).status_code == 403


def test_a_wrong_code_stays_to_be_mended(timed: House) -> None:
    with browsing(timed) as browser:
        told = sign_in(browser, "abcd-efg<")
        assert told.status_code == 403
        assert 'value="abcd-efg&lt;"' in told.text
        assert WRONG_CODE in told.text


def test_the_operators_link_works_once_and_by_its_button(timed: House) -> None:
    link = one_time_link(timed).partition("8080")[2]
    with browsing(timed) as browser:
        for look in (browser.get, browser.head, browser.get):
            assert look(link).status_code == 200, "looking at it does not use it up"
        assert browser.get("/").status_code == 401
        assert follow(browser, link).status_code == 303
        assert "人员、邀请" in browser.get("/").text
    with browsing(timed) as other:
        assert follow(other, link).status_code == 403


def test_a_link_takes_no_code_and_changes_nobody(timed: House, clock: Clock) -> None:
    """A colleague's own code in a link must not sign somebody in as him."""
    victim, colleague = let_in(timed, None, Role.LEGAL), let_in(timed, None, Role.OFFICER)
    code = timed.membership.sign_in_code(colleague.person, clock())
    good = invite(timed, Role.OFFICER)
    with browsing(timed, signed_in(timed, victim.person)) as browser:
        for key in (code, good):
            shown = browser.get("/enter", params={"key": key})
            assert "已经登录了：法制民警" in shown.text
            assert not shown.cookies
            assert follow(browser, f"/enter?key={key}").status_code == 403
        assert "人员、邀请" in browser.get("/").text, "still who they were"


def test_one_browser_has_one_session(timed: House, clock: Clock) -> None:
    first, second = let_in(timed, None, Role.OFFICER), let_in(timed, None, Role.OFFICER)
    old = signed_in(timed, first.person)
    with browsing(timed, old) as browser:
        assert "已经登录了：民警" in browser.get("/sign-in").text
        code = timed.membership.sign_in_code(second.person, clock())
        assert sign_in(browser, code).status_code == 303
    assert timed.access.session(old, clock()) is None
    assert timed.membership.keys.sessions(first.person, clock()) == []
    assert len(timed.membership.keys.sessions(second.person, clock())) == 1


def test_signing_in_leads_to_what_was_asked_for(timed: House) -> None:
    with browsing(timed) as browser:
        shown = browser.get("/s/take/ABCDEFGHJKLMNPQRS")
        assert shown.status_code == 401
        assert 'name="wanted" value="/s/take/ABCDEFGHJKLMNPQRS"' in shown.text
    for wanted, where in {
        "/s/take/ABCDEFGHJKLMNPQRS": "/s/take/ABCDEFGHJKLMNPQRS",
        "/s/g/umbrella": "/s/g/umbrella",
        "/s/wipe": "/s/wipe",
        "/s/wipe/all": "/",
        "/s/tick/a/b/1": "/",
        "//evil.example/s/home": "/",
        "https://evil.example/s/home": "/",
        "/s/../enter": "/",
        "/s/home\r\nX: y": "/",
        "": "/",
    }.items():
        with visiting(timed) as browser:
            answer = sign_in(browser, invite(timed, Role.OFFICER), wanted=wanted)
            assert (answer.status_code, answer.headers["location"]) == (303, where), wanted


def test_signing_out_is_asked_for_where_ones_data_is(timed: House) -> None:
    member = let_in(timed, None, Role.OFFICER)
    cookie = signed_in(timed, member.person)
    other = timed.membership.keys
    other.add(SESSION, "another", member.person, timed.clock(), SESSION_LIFE)
    with browsing(timed, cookie) as browser:
        csrf = csrf_of(browser.get("/").text)
        browser.post("/s/start/umbrella/walk0001", data=csrf)
        browser.post("/s/run/umbrella-8h/clock001/-/walk0001", data=csrf)
        for path in ("/", "/s/walk/walk0001", "/s/g/umbrella"):
            assert "退出登录" not in browser.get(path).text, path
        assert "/s/signout" in browser.get("/s/privacy").text
        asked = browser.get("/s/signout").text
        assert "还有 1 个时限在走" in asked
        assert "看伞8小时" in asked
        assert "1 次处置没有完成" in asked
        assert browser.get("/").status_code == 200, "asked only"
        out = re.search(r'action="(/s/unsession/\w+)"', asked)
        assert out
        assert "已退出登录" in browser.post(out[1], data=csrf).text
        assert browser.get("/").status_code == 401
    assert len(other.sessions(member.person, timed.clock())) == 1, "the other browser stays"
    assert timed.incidents.clocks.of(member.person), "and so does what runs"


def test_hundreds_of_wrong_tries(timed: House, clock: Clock) -> None:
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
    with visiting(timed) as browser:
        csrf = csrf_of(browser.get("/sign-in").text)
        for number in range(500):
            code = kinds[number % len(kinds)]()
            if number % 3:
                answer = browser.post("/sign-in", data={**csrf, "code": code})
            else:
                answer = browser.post("/enter", data={**csrf, "key": code})
            assert answer.status_code in (403, 429)
            assert not answer.cookies
            if answer.status_code == 429:
                paused += 1
                assert int(answer.headers["retry-after"]) > 0
                clock.now += timedelta(seconds=int(answer.headers["retry-after"]))
            else:
                text = re.sub(r'value="[^"]*" autocomplete', "", answer.text)
                shown.add((answer.status_code, text, str(dict(answer.headers))))
        assert paused > 20
        assert len({text for _, text, _ in shown}) == 1, "one page for whatever is wrong"
        assert all(WRONG_CODE in text for _, text, _ in shown)
    assert [p.id for p in timed.membership.people.all()].count(member.person) == 1
    assert len(timed.membership.people.all()) == 2, "nobody got in"


def test_wrong_codes_of_some_keep_no_building_out(timed: House, clock: Clock) -> None:
    """Behind one address: whoever has an invite or the operator's link gets in at once, whoever
    has a code within seconds."""
    member = let_in(timed, "telegram:7", Role.OFFICER)
    with visiting(timed) as browser:
        csrf = csrf_of(browser.get("/sign-in").text)

        def enter(code: str) -> int:
            return browser.post("/sign-in", data={**csrf, "code": code}).status_code

        told = [enter(new_code(SIGN_IN_LENGTH)) for _ in range(ADDRESS.most + 5)]
        assert told == [403] * ADDRESS.most + [429] * 5
        right = timed.membership.sign_in_code(member.person, clock())
        assert enter(right) == 429, "or else guessing would go on"
    with visiting(timed) as browser:
        assert sign_in(browser, invite(timed, Role.OFFICER)).status_code == 303
    with visiting(timed) as browser:
        link = one_time_link(timed).partition("8080")[2]
        assert follow(browser, link).status_code == 303
    clock.now += ADDRESS.every
    with visiting(timed) as browser:
        assert sign_in(browser, right).status_code == 303


@pytest.mark.parametrize("believed", [False, True], ids=["anybody", "our own proxy"])
def test_a_proxy_is_believed_when_it_is_configured(timed: House, believed: bool) -> None:
    """Whoever invents addresses has one all the same."""
    settings = replace(timed.settings, proxies=("127.0.0.1",) if believed else ())
    with browsing(replace(timed, settings=settings)) as browser:
        csrf = csrf_of(browser.get("/sign-in").text)
        told = [
            browser.post(
                "/sign-in",
                data={**csrf, "code": new_code(SIGN_IN_LENGTH)},
                headers={"x-forwarded-for": f"10.0.{number}.1"},
            ).status_code
            for number in range(ADDRESS.most + 2)
        ]
    assert told == [403] * ADDRESS.most + [403 if believed else 429] * 2


def test_a_form_is_answered_by_the_way_to_its_screen(timed: House, clock: Clock) -> None:
    """Back and reload draw it anew and post nothing; nobody else can open it, and an hour later
    the question is forgotten."""
    other = let_in(timed, None, Role.OFFICER)
    with browsing(timed, signed_in(timed, OPERATOR)) as browser:
        csrf = csrf_of(browser.get("/").text)
        answer = browser.post("/ask", data={**csrf, "q": "雨伞太重"})
        assert answer.status_code == 303
        where = answer.headers["location"]
        assert where.startswith("/s/q/")
        assert "收缴雨伞" in browser.get(where).text
        assert "收缴雨伞" in browser.get(where).text
        assert "已经收起" in browser.get("/s/q/forgotten").text
        clock.now += timedelta(minutes=61)
        assert "已经收起" in browser.get(where).text
        answer = browser.post("/ask", data={**csrf, "q": "雨伞太重"})
        where = answer.headers["location"]
        browser.cookies.clear()
        browser.cookies.set(COOKIE, signed_in(timed, other.person))
        assert "已经收起" in browser.get(where).text


def test_the_last_word_is_shown_to_who_has_left(timed: House) -> None:
    member = let_in(timed, None, Role.OFFICER)
    with browsing(timed, signed_in(timed, member.person)) as browser:
        csrf = csrf_of(browser.get("/").text)
        answer = browser.post("/s/wipe/all", data=csrf)
        assert (answer.status_code, "已全部删除" in answer.text) == (200, True)
        assert browser.get("/").status_code == 401


FOREIGN = {
    "another site": {"sec-fetch-site": "cross-site"},
    "a sibling of ours": {"sec-fetch-site": "same-site"},
    "an old browser, another site": {"origin": "https://evil.example"},
    "an old browser, another port": {"origin": "http://127.0.0.1:1"},
    "an old browser, a file": {"origin": "null"},
}


@pytest.mark.parametrize("headers", FOREIGN.values(), ids=FOREIGN)
def test_forms_from_elsewhere_are_refused(timed: House, headers: dict[str, str]) -> None:
    """Even with the right token, at every form."""
    code = invite(timed, Role.OFFICER)
    with browsing(timed, signed_in(timed, OPERATOR)) as browser:
        csrf = csrf_of(browser.get("/").text)
        data = {**csrf, "code": code, "key": "x", "q": "雨伞太重", "ids": "1"}
        for path in ("/sign-in", "/enter", "/ask", "/s/wipe/data", "/warnings/seen"):
            assert browser.post(path, data=data, headers=headers).status_code == 403, path
        own = {
            "origin": str(browser.base_url).rstrip("/"),
            "host": browser.base_url.netloc.decode(),
        }
        for mine in ({"sec-fetch-site": "same-origin"}, {"sec-fetch-site": "none"}, own):
            assert browser.post("/ask", data=data, headers=mine).status_code == 303, mine
    assert timed.membership.invites.open(timed.clock())


def test_without_the_token_nobody_is_signed_in(timed: House) -> None:
    """A browser too old to say where a form comes from."""
    code = invite(timed, Role.OFFICER)
    with browsing(timed) as browser:
        assert browser.post("/sign-in", data={"code": code}).status_code == 403
        csrf = csrf_of(browser.get("/sign-in").text)
        browser.cookies.clear()  # another browser's
        assert browser.post("/sign-in", data={**csrf, "code": code}).status_code == 403
        large = browser.post("/sign-in", data={"code": "x" * 200_000})
        assert large.status_code == 413
    assert timed.membership.invites.open(timed.clock())


def test_no_redirect_follows_the_host_that_is_named(timed: House) -> None:
    forged = {"host": "evil.example"}
    with browsing(timed, signed_in(timed, OPERATOR)) as browser:
        csrf = csrf_of(browser.get("/").text)
        for path in ("/ask/", "/ask", "/s/tick/a/b/1", "/static", "/static/", "/healthz/"):
            where = browser.get(path, headers=forged).headers.get("location", "/")
            assert where.startswith("/"), path
            assert not where.startswith("//")
        answer = browser.post("/ask", data={**csrf, "q": "雨伞太重"}, headers=forged)
        assert answer.headers["location"].startswith("/s/q/")


def test_cookies_are_secure_behind_https(timed: House) -> None:
    public = replace(timed.settings, public_url="https://guide.example")
    with browsing(replace(timed, settings=public)) as browser:
        page = browser.get("/sign-in")
        visitor = page.headers["set-cookie"]
        cookie = {"cookie": visitor.partition(";")[0]}  # over http it is not sent by itself
        data = {**csrf_of(page.text), "code": invite(timed, Role.OFFICER)}
        answer = browser.post("/sign-in", data=data, headers=cookie)
    for kept in (visitor.lower(), answer.headers["set-cookie"].lower()):
        assert all(word in kept for word in ("secure", "httponly", "samesite=lax"))


def test_a_session_lives_on_while_it_is_used(timed: House, clock: Clock) -> None:
    member = let_in(timed, None, Role.OFFICER)
    with browsing(timed, signed_in(timed, member.person)) as browser:
        assert not browser.get("/").headers.get("set-cookie"), "not at every look"
        for _ in range(4):
            clock.now += timedelta(days=20)
            assert "max-age=2592000" in browser.get("/").headers["set-cookie"].lower()
        clock.now += timedelta(days=29)
        browser.get("/warnings")  # an open page by itself is no use of it
        clock.now += timedelta(days=1)
        assert browser.get("/").status_code == 401


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
    with pytest.raises(StoreError):  # nobody else is, and nobody can say that they may not
        access.telegram(8, clock())
    with pytest.raises(StoreError):
        access.telegram(7, clock() + timedelta(hours=13))
    with pytest.raises(StoreError):
        access.active(member.person, clock())
