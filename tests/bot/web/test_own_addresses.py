"""A form is answered by the way to the screen's own address: it tells how things stand now."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import func, select

from bot.house import House, assemble
from bot.people.rates import Rates
from bot.people.roles import Role
from bot.screens.sentences import IN_LEDGER
from bot.settings import Settings
from bot.store.ledger import Ledger
from bot.store.schema import refusals
from bot.topics.topic import CHANGING, SCREENS, changes
from bot.web.gate import COOKIE
from index.answers import NOT_ALLOWED
from tests.bot.houses import signed_in
from tests.bot.members import let_in
from tests.bot.pages import browsing, csrf_of, served
from tests.bot.tellers import MINUTE, Time, house, published, started, time
from tests.small_library import change, revise

__all__ = ["house", "published", "time"]  # the fixtures


class Phone:
    """A browser that follows where a form leads."""

    def __init__(self, browser: httpx.Client) -> None:
        self.browser = browser
        self.text = ""
        self.at = ""
        self.open("/")

    def open(self, path: str) -> str:
        answer = self.browser.get(path, follow_redirects=True)
        assert answer.status_code == 200, answer.status_code
        self.at = answer.url.path
        self.text = unescape(answer.text)
        return self.text

    def post(self, path: str, **data: str) -> str:
        answer = self.browser.post(path, data={**csrf_of(self.text), **data})
        assert answer.status_code == 303, unescape(answer.text)
        return self.open(answer.headers["location"])

    def press(self, label: str) -> str:
        form = rf'action="(/s/[^"]+)">(?:<input[^>]*>)*<button[^>]*>{re.escape(label)}'
        if found := re.search(form, self.text):
            return self.post(found[1])
        found = re.search(rf'href="(/s/[^"]+)">{re.escape(label)}', self.text)
        assert found, (label, self.text)
        return self.open(found[1])

    @property
    def toast(self) -> str:
        found = re.search(r'class="toast"[^>]*>([^<]*)', self.text)
        return found[1] if found else ""


@pytest.fixture
def phone(house: House) -> Iterator[Phone]:
    officer = let_in(house, None, Role.OFFICER)
    with browsing(house, signed_in(house, officer.person)) as browser:
        yield Phone(browser)


def test_the_time_left_is_right_after_a_reload(phone: Phone, time: Time) -> None:
    phone.open("/s/l/umbrella-8h")
    phone.press("开始计时、到点提醒")
    assert "还有 8 小时" in phone.text
    assert phone.at.startswith("/s/clock/")
    time.now += timedelta(minutes=3)
    assert "还有 7 小时 57 分" in phone.open(phone.at)
    phone.open("/s/begin/umbrella")
    phone.press("开始（")
    phone.press("✓ 办好了")
    assert phone.at.startswith("/s/when/umbrella-8h/")
    phone.press("从现在起算")
    phone.press("‹ 警情B 的步骤")
    phone.press("✓ 办好了")
    assert (phone.at.startswith("/s/walk/"), phone.toast) == (True, "已记下")
    time.now += timedelta(minutes=5)
    assert "还有 7 小时 55 分" in phone.open(phone.at)
    assert phone.toast == "", "said once, not at every look"


def test_back_to_the_start_of_a_clock_that_runs_shows_the_walk(phone: Phone) -> None:
    phone.open("/s/begin/umbrella")
    phone.press("开始（")
    phone.press("✓ 办好了")
    asked = phone.at
    phone.press("从现在起算")
    assert "已办 1 步" in phone.open(asked)
    assert "从什么时候起算" not in phone.text


def test_what_does_not_apply_is_said_on_the_walk(tmp_path: Path, library: Path) -> None:
    path = library / "scene" / "umbrella.yaml"
    change(path, "    do: 看清", "    if: 下雨的\n    do: 看清")
    revise(path)
    house = assemble(Settings(data=tmp_path / "var", library=library), Time())
    house.serving.refresh(house.clock())
    officer = let_in(house, None, Role.OFFICER)
    with closing(house.database), browsing(house, signed_in(house, officer.person)) as browser:
        phone = Phone(browser)
        phone.open("/s/begin/umbrella")
        phone.press("开始（")
        phone.press("不适用")
        assert (phone.at.startswith("/s/walk/"), phone.toast) == (True, "已记下：不适用")
        assert "不适用 1 步" in phone.text


def test_what_went_wrong_is_said_above_the_screen_as_it_is(phone: Phone, time: Time) -> None:
    phone.open("/s/l/umbrella-8h")
    phone.press("开始计时、到点提醒")
    clock = phone.at
    phone.press("延长")
    extend = re.search(r'action="(/s/longer/[^"]+)"', phone.text)
    assert extend
    time.now += timedelta(hours=9)
    phone.post(extend[1])
    assert phone.at == clock
    assert "过了期的不能再延长" in phone.toast
    assert "已超 1 小时" in phone.text


def test_a_question_is_answered_anew_and_counted_once(phone: Phone, house: House) -> None:
    ledger = Ledger(house.database)
    phone.post("/ask", q="火星土豆")
    where = phone.at
    for _ in range(3):
        assert IN_LEDGER in phone.open(where)
    assert [miss.question for miss in ledger.misses()] == ["火星土豆"]
    phone.post("/ask", q="好看的顺走那把偷偷拿回家")
    assert phone.at == "/s/redline/steal-umbrella", "nothing of what was asked is kept"
    phone.open(phone.at)
    assert NOT_ALLOWED in phone.text
    assert _refusals(ledger) == 1
    phone.post("/ask", q="   ")
    assert "没有看到文字" in phone.toast


def _refusals(ledger: Ledger) -> int:
    with ledger.database.read() as connection:
        return connection.scalar(select(func.sum(refusals.c.total))) or 0


def test_none_of_these_counts_once_however_one_comes_back(phone: Phone, house: House) -> None:
    phone.post("/ask", q="雨伞太重")
    where = phone.at
    for _ in range(2):
        phone.open(where)
        phone.post("/s/none")
        assert "没有找到" in phone.text
    assert [miss.outcome for miss in Ledger(house.database).misses()] == ["none_of_these"]


def test_a_follow_up_is_answered_in_its_guide_again(phone: Phone) -> None:
    phone.open("/s/g/umbrella")
    phone.post("/ask", q="那家属呢")
    where = phone.at
    assert "通知家属" in phone.text
    phone.open("/s/g/whistle")
    assert "通知家属" in phone.open(where), "not in the guide that was opened since"
    phone.press("不是问这个，重新找")
    assert "没有找到" in phone.text
    assert "没有找到" in phone.open(phone.at)


def test_a_typed_time_has_an_address(phone: Phone, time: Time) -> None:
    phone.open("/s/l/umbrella-8h")
    phone.post("/ask", q="09:05")
    assert "2026-11-21 17:05 到期" in phone.text
    time.now += timedelta(hours=1)
    assert "2026-11-21 17:05 到期" in phone.open(phone.at)
    phone.open("/s/l/umbrella-3d")
    phone.post("/ask", q="2019-03-01")
    assert "2019-03-04" in phone.text, "before 2020, too"
    phone.open("/s/l/umbrella-8h")
    phone.post("/ask", q="昨晚十点半左右")
    assert phone.at == "/s/l/umbrella-8h", "asked again where it was asked"
    assert "没看懂" in phone.toast


def test_what_is_kept_says_so_on_its_card(phone: Phone) -> None:
    phone.open("/s/g/umbrella")
    phone.press("收藏")
    assert (phone.at, phone.toast) == ("/s/g/umbrella", "已收藏")
    phone.press("取消收藏")
    assert (phone.at, phone.toast) == ("/s/g/umbrella", "已取消收藏")
    phone.press("收藏")
    phone.open("/s/fav")
    phone.press("取消收藏")
    assert phone.at == "/s/fav"


def test_what_was_made_is_shown_while_it_is_good(house: House, time: Time) -> None:
    legal = let_in(house, None, Role.LEGAL, "分局")
    with browsing(house, signed_in(house, legal.person)) as browser:
        phone = Phone(browser)
        phone.post("/s/code")
        shown = re.search(r'class="words">([A-Z2-9]{8})<', phone.text)
        assert shown
        assert shown[1] in phone.open(phone.at)
        assert shown[1] not in phone.at
        assert house.membership.enter(shown[1], None, "x", time.now).person
        assert "用过了或者过期了" in phone.open(phone.at)
        phone.post("/s/invited/officer/20")
        link = re.search(r"/invite/([A-Z2-9]{16})", phone.text)
        assert link
        assert "20 人可用" in phone.text
        assert house.membership.enter(link[1], "telegram:5", "x", time.now).person
        assert "19 人可用" in phone.open(phone.at)
        phone.open("/s/begin/umbrella")
        phone.press("开始（")
        phone.press("交接")
        handed = phone.at
        assert "/s/take/" in phone.open(handed)
        time.now += timedelta(minutes=31)
        assert "用过了或者过期了" in phone.open(handed)


def test_screens_that_ask_are_looked_at_and_those_that_do_are_posted_to() -> None:
    assert set(CHANGING) <= set(SCREENS)
    for asks in ("stop/a/1", "finish/a", "longer/a/1", "move/a/1", "halt/a/1/0", "wipe", "fb/a"):
        assert not changes(asks), asks
        assert not changes(f"{asks}~2")
    for does in ("stop/a/1/yes", "finish/a/yes", "halt/a/1/0/now", "wipe/all", "tick/a", "code~1"):
        assert changes(does), does


def test_what_nobody_can_do_is_said_at_once(phone: Phone) -> None:
    """Without an address of its own it is no screen to come back to."""
    answer = phone.browser.post("/s/tick/nosuch/look/1", data=csrf_of(phone.text))
    assert answer.status_code == 200
    assert "已经失效" in answer.text


def test_words_are_kept_for_an_hour_and_of_the_last_thirty(house: House, time: Time) -> None:
    lately = house.assistant.conversation("page", "a").lately
    first = lately.keep(time.now, "一")
    assert lately.find(first, time.now + timedelta(minutes=59)) == ("一",)
    house.assistant.memory.conversations.sweep(time.now + timedelta(minutes=60))
    assert lately.find(first, time.now) == ()
    tokens = [lately.keep(time.now, str(number)) for number in range(31)]
    assert lately.find(tokens[0], time.now) == ()
    assert lately.find(tokens[1], time.now) == ("1",)
    assert len(set(tokens)) == 31
    house.assistant.memory.conversations.forget("a")
    assert house.assistant.conversation("page", "a").lately.find(tokens[2], time.now) == ()


def test_a_restart_forgets_and_says_so(phone: Phone, house: House) -> None:
    phone.post("/ask", q="雨伞太重")
    house.assistant.memory.conversations.forget(house.membership.people.all()[0].id)
    assert "再问一次" in phone.open(phone.at)


# -- in a real browser --------------------------------------------------------------------------


def test_an_open_page_counts_down_by_itself(house: House, time: Time, chromium: Browser) -> None:
    """It says when it could not ask, and shows what was changed elsewhere."""
    officer = let_in(house, None, Role.OFFICER).person
    clock = started(house, officer)
    look = "document.dispatchEvent(new Event('visibilitychange'))"
    with served(house) as base:
        context = chromium.new_context(viewport={"width": 390, "height": 844}, base_url=base)
        context.add_cookies([{"name": COOKIE, "value": signed_in(house, officer), "url": base}])
        page = context.new_page()
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(f"/s/clock/{clock.id}")
        expect(page.locator("h1")).to_contain_text("还有 8 小时")
        time.now += 3 * MINUTE
        page.evaluate(look)
        expect(page.locator("h1")).to_contain_text("还有 7 小时 57 分")
        expect(page.locator("#stale")).to_be_hidden()
        context.set_offline(True)
        time.now += 3 * MINUTE
        page.evaluate(look)
        expect(page.locator("#stale")).to_contain_text("问不到最新的情况")
        context.set_offline(False)
        page.evaluate(look)
        expect(page.locator("h1")).to_contain_text("还有 7 小时 54 分")
        expect(page.locator("#stale")).to_be_hidden()
        later = replace(clock, tiers=1, version=2)
        assert house.incidents.change(later, house.serving.release.library.calendar, time.now)
        page.evaluate(look)
        expect(page.locator("h1")).to_contain_text("还有 23 小时")
        page.goto("/s/clocks")
        time.now += 3 * MINUTE
        page.evaluate(look)
        expect(page.locator("main .button").first).to_contain_text("还有 23 小时 51 分")
        assert problems == []
        context.close()


def test_buttons_never_take_each_others_place(house: House, time: Time, chromium: Browser) -> None:
    """A line more above them, or one less, draws the page anew."""
    officer = let_in(house, None, Role.OFFICER).person
    guide = house.serving.release.library.guide("umbrella")
    assert guide is not None
    walk = house.incidents.walks.start(officer, guide, "警情A", time.now)
    first = started(house, officer, walk=walk.id)
    look = "document.dispatchEvent(new Event('visibilitychange'))"
    drawn = """() => [...document.querySelectorAll('main form')].map(
        one => one.getAttribute('action') + ' ' + one.querySelector('button').textContent)"""
    with served(house) as base:
        context = chromium.new_context(viewport={"width": 390, "height": 844}, base_url=base)
        context.add_cookies([{"name": COOKIE, "value": signed_in(house, officer), "url": base}])
        page = context.new_page()
        page.goto(f"/s/walk/{walk.id}")
        lines = page.locator("main li")
        before, buttons = lines.count(), page.evaluate(drawn)
        assert any("办好了" in one for one in buttons)
        started(house, officer, walk=walk.id, id="clock456")
        page.evaluate(look)
        expect(lines).to_have_count(before + 1)
        assert page.evaluate(drawn) == buttons
        assert house.incidents.change(
            replace(first, stopped=time.now, version=2),
            house.serving.release.library.calendar,
            time.now,
        )
        page.evaluate(look)
        expect(lines).to_have_count(before)
        assert page.evaluate(drawn) == buttons
        expect(page.locator("#stale")).to_be_hidden()
        context.clear_cookies()
        page.evaluate(look)
        expect(page.get_by_role("button", name="进入")).to_be_visible()
        context.close()


def test_a_time_is_for_the_page_it_was_typed_on(house: House) -> None:
    """Two pages are open, of two clocks; the second one was opened last."""
    officer = let_in(house, None, Role.OFFICER).person
    first, second = started(house, officer), started(house, officer, id="clock456")
    with browsing(house, signed_in(house, officer)) as browser:
        one, other = Phone(browser), Phone(browser)
        one.open(f"/s/since/{first.id}")
        other.open(f"/s/since/{second.id}")
        one.post("/ask", q="09:00")
        assert one.at == f"/s/clock/{first.id}"
        moved, kept = (house.incidents.clocks.get(clock.id) for clock in (first, second))
        assert moved and kept
        assert moved.started != first.started
        assert kept.started == second.started
        other.open("/s/home")
        other.post("/ask", q="09:30")
        assert "22:30 传唤到案" in other.text, "nothing on that page waits for a time"


def test_what_was_done_is_seen_however_much_was_asked_before(house: House) -> None:
    officer = let_in(house, None, Role.OFFICER).person
    hasty = replace(house, rates=Rates(60.0))
    with browsing(hasty, signed_in(house, officer)) as browser:
        phone = Phone(browser)
        phone.open("/s/g/umbrella")
        assert 429 in [browser.get("/s/home").status_code for _ in range(100)]
        assert "已收藏" in phone.press("收藏")
        assert browser.get("/s/home").status_code == 429


def test_a_toast_is_gone_after_a_reload(house: House, chromium: Browser) -> None:
    officer = let_in(house, None, Role.OFFICER).person
    with served(house) as base:
        context = chromium.new_context(viewport={"width": 390, "height": 844}, base_url=base)
        context.add_cookies([{"name": COOKIE, "value": signed_in(house, officer), "url": base}])
        page = context.new_page()
        page.goto("/s/g/umbrella")
        page.get_by_role("button", name="收藏", exact=True).click()
        expect(page.locator(".toast")).to_have_text("已收藏")
        expect(page).to_have_url(f"{base}/s/g/umbrella")
        page.reload()
        expect(page.locator(".toast")).to_have_count(0)
        context.close()
