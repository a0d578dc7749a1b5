"""Warnings on the page: who gets which, what marks them, and the banner in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from bot.house import House
from bot.people.rates import BURST, Rates
from bot.people.roles import Role
from bot.screens.reply import Event, EventKind, plain
from bot.services.links import Links
from bot.store.outbox import DUE, SENT
from bot.web.gate import COOKIE
from tests.bot.houses import signed_in
from tests.bot.members import let_in, revoke
from tests.bot.pages import browsing, csrf_of, served
from tests.bot.patience import eventually
from tests.bot.tellers import HOUR, NOW, Time, house, published, rows, started, time

__all__ = ["house", "published", "time"]  # the fixtures


@pytest.fixture
def officer(house: House, time: Time) -> str:
    """Without Telegram, and with a warning that came due this minute."""
    person = let_in(house, None, Role.OFFICER).person
    started(house, person)
    time.now = NOW + 6 * HOUR
    return person


def warned(house: House) -> str:
    return str(next(row.state for row in rows(house) if row.body["stage"] == "before-2h"))


def noticed(page: Page) -> bool:
    """Whether the page has written down that it warns. Asked again and again from here: its policy
    forbids a script to ask."""
    return bool(page.evaluate("localStorage.getItem('mingbai-warnings') !== null"))


@pytest.mark.parametrize("state", ["unlisted", "revoked", "expired"])
@pytest.mark.parametrize(("method", "path"), [("GET", "/warnings"), ("POST", "/warnings/seen")])
def test_closed_without_a_word(
    house: House, officer: str, time: Time, state: str, method: str, path: str
) -> None:
    cookie = ""
    if state != "unlisted":
        member = let_in(house, None, Role.ADMIN, ends=time.now + timedelta(days=1))
        if state == "revoked":
            revoke(house, member)
        cookie = signed_in(house, member.person)
        time.now += timedelta(days=2 * (state == "expired"))
    with browsing(house, cookie) as browser:
        data = {"csrf": "x", "ids": "1"} if method == "POST" else None
        answer = browser.request(method, path, data=data)
    assert (answer.status_code, answer.content) == (401, b"")
    assert warned(house) == DUE


def test_ones_own_warnings_as_json(house: House, officer: str) -> None:
    other = let_in(house, None, Role.ADMIN).person
    with browsing(house, signed_in(house, officer)) as browser:
        (told,) = browser.get("/warnings").json()
        page = browser.get("/")
        assert "connect-src 'self'" in page.headers["content-security-policy"]
    assert told == {
        "id": rows(house)[0].id,
        "title": "🔴 〔警情A〕看伞8小时还有 2 小时",
        "text": "2026-11-21 18:00 到期\n到时必须：放人",
        "address": "clock/clock123",
        "stage": "before-2h",
    }
    with browsing(house, signed_in(house, other)) as browser:
        assert browser.get("/warnings").json() == []


def test_seen_is_a_form_of_ones_own_page(house: House, officer: str) -> None:
    other = let_in(house, None, Role.ADMIN).person
    ids, cookie = str(rows(house)[0].id), signed_in(house, officer)
    with browsing(house, cookie) as browser:
        csrf = csrf_of(browser.get("/").text)
        assert browser.post("/warnings/seen", data={"ids": ids}).status_code == 403
        foreign = {"sec-fetch-site": "cross-site"}
        form = {**csrf, "ids": ids}
        assert browser.post("/warnings/seen", data=form, headers=foreign).status_code == 403
        for nothing in ("", "0", "-1", "x,y", "9" * 30, "９９", f"{ids};{ids}", "1.0"):
            answer = browser.post("/warnings/seen", data={**csrf, "ids": nothing})
            assert answer.status_code == 204, nothing
        assert browser.get("/warnings/seen").status_code == 404
    with browsing(house, signed_in(house, other)) as browser:
        csrf = csrf_of(browser.get("/").text)
        assert browser.post("/warnings/seen", data={**csrf, "ids": ids}).status_code == 204
    assert warned(house) == DUE
    with browsing(house, cookie) as browser:
        csrf = csrf_of(browser.get("/").text)
        answer = browser.post("/warnings/seen", data={**csrf, "ids": f"x,{ids},999"})
        assert answer.status_code == 204
    assert warned(house) == SENT


def test_looking_does_not_use_up_what_one_may_ask(house: House, officer: str) -> None:
    limited = replace(house, rates=Rates(1.0))
    with browsing(limited, signed_in(house, officer)) as browser:
        told = [browser.get("/warnings").status_code for _ in range(BURST + 1)]
        assert told == [200] * BURST + [429]
        assert browser.get("/").status_code == 200


# -- in a real browser --------------------------------------------------------------------------


@contextmanager
def opened(house: House, chromium: Browser, person: str, first: str = "") -> Iterator[Page]:
    """The page of ``person``; ``first`` is run before any script of ours."""
    with served(house) as base:
        context = chromium.new_context(viewport={"width": 390, "height": 844}, base_url=base)
        context.add_cookies([{"name": COOKIE, "value": signed_in(house, person), "url": base}])
        if first:
            context.add_init_script(first)
        page = context.new_page()
        page.goto("/")
        try:
            yield page
        finally:
            context.close()


def test_a_banner(house: House, officer: str, chromium: Browser) -> None:
    """Shown once, above everything, read out; then it is known to have arrived."""
    with opened(house, chromium, officer) as page:
        refused: list[str] = []
        page.on("console", lambda said: refused.append(said.text) if said.type == "error" else None)
        banner = page.get_by_role("alert")
        expect(banner).to_contain_text("〔警情A〕看伞8小时还有 2 小时")
        expect(banner).to_contain_text("到时必须：放人")
        box = banner.bounding_box()
        assert box is not None
        assert box["y"] < 30
        eventually(lambda: noticed(page), "the page warns")
        assert warned(house) == SENT
        assert house.incidents.outbox.claim(house.clock(), 5) == []
        page.reload()
        page.wait_for_load_state("networkidle")
        expect(page.get_by_role("alert")).to_have_count(0)
        page.evaluate("localStorage.clear()")
        page.reload()
        page.get_by_role("alert").get_by_role("link").click()
        page.wait_for_url("**/s/clock/clock123")
        expect(page.locator("#screen")).to_contain_text("看伞8小时")
        assert not [text for text in refused if "Content Security Policy" in text]


def test_what_nobody_can_notice_stays_unseen(house: House, officer: str, chromium: Browser) -> None:
    hidden = (
        "Object.defineProperty(document, 'visibilityState', {get: () => window.state ?? 'hidden'})"
    )
    with opened(house, chromium, officer, hidden) as page:
        asked: list[str] = []

        def note(request: Request) -> None:
            asked.append(request.url)

        page.on("request", note)
        page.reload()
        page.wait_for_load_state("networkidle")
        assert asked
        assert not any("/warnings" in url and "static" not in url for url in asked)
        assert warned(house) == DUE
        page.evaluate(
            "window.state = 'visible'; document.dispatchEvent(new Event('visibilitychange'))"
        )
        expect(page.get_by_role("alert")).to_be_visible()
        eventually(lambda: noticed(page), "the page warns")
        assert warned(house) == SENT


ALLOW, NOT_ALLOWED = "网页开着时弹出通知", "浏览器没有允许通知"
FAKED = """
window.notified = [];
window.Notification = class extends EventTarget {
  static permission = sessionStorage.getItem("permission") ?? "default";
  static async requestPermission() {
    sessionStorage.setItem("permission", "granted");
    Notification.permission = "granted";
  }
  constructor(title, options) { super(); if (options) window.notified.push(title + options.body); }
};
Object.defineProperty(window, "localStorage", { get() { throw new Error("switched off"); } });
"""


def test_notifications_when_they_are_allowed(house: House, officer: str, chromium: Browser) -> None:
    """And where nothing can be stored: a banner on each page, while it is new."""
    with opened(house, chromium, officer, FAKED) as page:
        expect(page.get_by_role("alert")).to_be_visible()
        button = page.get_by_role("button", name=ALLOW)
        assert page.evaluate("window.notified") == []
        button.click()
        expect(button).to_be_hidden()
        page.reload()
        expect(page.get_by_role("alert")).to_be_visible()
        expect(page.get_by_role("button", name=ALLOW)).to_be_hidden()
        (told,) = page.evaluate("window.notified")
        assert told.startswith("🔴 〔警情A〕看伞8小时还有 2 小时2026-11-21 18:00 到期")


PHONE = """
window.Notification = class {
  static permission = "default";
  static async requestPermission() {}
  constructor() { throw new TypeError("Illegal constructor"); }
};
"""
CANNOT = {
    "a phone": PHONE,
    "none": "delete window.Notification;",
    "denied": "Object.defineProperty(Notification, 'permission', { get: () => 'denied' });",
    "no https": FAKED + "Object.defineProperty(window, 'isSecureContext', { get: () => false });",
}


@pytest.mark.parametrize("browser", CANNOT)
def test_nothing_is_offered_that_a_browser_cannot_do(
    house: House, officer: str, chromium: Browser, browser: str
) -> None:
    with opened(house, chromium, officer, CANNOT[browser]) as page:
        expect(page.get_by_role("alert")).to_be_visible()
        expect(page.locator("#allow-warnings")).to_be_hidden()


def test_who_does_not_allow_it_is_told_what_that_means(
    house: House, officer: str, chromium: Browser
) -> None:
    refused = FAKED.replace('"granted"', '"denied"')
    with opened(house, chromium, officer, refused) as page:
        expect(page.get_by_text(NOT_ALLOWED)).to_be_hidden()
        page.get_by_role("button", name=ALLOW).click()
        expect(page.get_by_text(NOT_ALLOWED)).to_be_visible()
        expect(page.get_by_role("button", name=ALLOW)).to_be_hidden()


def test_who_has_no_telegram_reads_what_to_do(house: House, officer: str, time: Time) -> None:
    """Wherever a warning is promised; not those whom Telegram reaches."""
    connected = replace(house.settings, telegram_token="1:x")
    both = let_in(house, "telegram:5", Role.OFFICER).person
    started(house, both, id="clock124")
    told = "开着才提醒得到"
    for person, clock, has, says in (
        (officer, "clock123", connected, True),
        (both, "clock124", connected, False),
        (both, "clock124", house.settings, True),
    ):
        house.assistant.links = Links(has)
        for channel in ("page", "terminal", "telegram"):
            for address in ("clocks", f"clock/{clock}", "help", "remind"):
                event = Event(person, EventKind.PRESS, address, channel=channel)
                shown = plain(house.assistant.handle(event))
                wanted = says and channel != "telegram"
                assert (told in shown) == wanted, (person, channel, address)
                assert ("日历文件" in shown) == wanted, (person, channel, address)
