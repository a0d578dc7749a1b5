"""What is only a button, a large word or a file: on the page, on Telegram, in the terminal."""

from __future__ import annotations

import asyncio
from functools import partial
from html import unescape
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page

from bot import terminal
from bot.house import House
from bot.people.roles import OPERATOR
from bot.screens.reply import Big, Block, Button, Copy, Draft, File, Fold, Reply, Say, Text
from bot.store.keys import CODE
from bot.telegram.channel import Channel, Sending
from bot.telegram.drawing import MAX_COPY_BUTTONS, draw
from bot.telegram.sending import MARK, Sender
from bot.topics.topic import SCREENS, Turn
from bot.web.gate import COOKIE
from bot.web.pages import preview_page, screen_page
from tests.bot.houses import house, signed_in, snapshot
from tests.bot.on_telegram import serving, settings
from tests.bot.pages import browsing, served
from tests.bot.senders import with_sender
from tests.fake_telegram import FakeTelegram, Fault

__all__ = ["house"]  # the fixture

NOTES = File("处置记录 0123.txt", "text/plain", "第一行 <b>\n✓ 第二行\n", "kept")
PRINTED = File("处置记录.html", "text/html", "<p>印出来</p>", "kept/page")


def screen(*blocks: Block) -> Reply:
    return Draft().add(*blocks).row(Button("首页", "home")).reply()


def page(*blocks: Block) -> str:
    return screen_page(screen(*blocks), "csrf")


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """A screen with two files at ``kept``, and with everything else; ``kept/page``: the second."""

    def show(turn: Turn, rest: tuple[str, ...]) -> Reply:
        if rest:
            return screen(PRINTED)
        copied = Copy("复制全部", '1. 伞是谁的？\n2. 写着"伞"吗？')
        return screen(Text("导出"), copied, Fold("为什么", "伞多"), NOTES, PRINTED)

    monkeypatch.setitem(SCREENS, "kept", show)


# ---- Copy


def test_copy_on_the_page() -> None:
    shown = page(Copy("复制 1–2 题", '1. "谁"<伞>\n2. 哪里'))
    assert 'class="copy-text"' in shown
    told = shown.partition('data-text="')[2].partition('"')[0]
    assert unescape(told) == '1. "谁"<伞>\n2. 哪里'
    assert ">复制 1–2 题</button>" in shown
    assert "复制" not in preview_page([screen(Copy("复制全部", "伞"))]), "nothing to press there"


def test_copy_on_telegram() -> None:
    drawn = draw(screen(Text("笔录提纲"), Say("请收伞"), Copy("复制全部", "1. 伞是谁的？")))
    assert drawn.text == "笔录提纲\n\n🗣 <code>请收伞</code>"
    assert drawn.keyboard == [
        [{"text": "📋 请收伞", "copy_text": {"text": "请收伞"}}],
        [{"text": "📋 复制全部", "copy_text": {"text": "1. 伞是谁的？"}}],
        [{"text": "首页", "callback_data": "home"}],
    ]


def test_copy_on_telegram_only_what_fits() -> None:
    fitting, long, wide = Copy("伞", "字" * 256), Copy("伞", "字" * 257), Copy("伞", "☂😀" * 86)
    assert len(draw(screen(fitting)).keyboard) == 2
    assert len(draw(screen(long)).keyboard) == 1
    assert len(draw(screen(wide)).keyboard) == 1, "counted in UTF-16 units"
    many = [Say(f"话 {n}") for n in range(4)] + [Copy(f"题 {n}", "字") for n in range(4)]
    labels = [row[0]["text"] for row in draw(screen(long, *many)).keyboard]
    assert labels == [*(f"📋 话 {n}" for n in range(4)), "📋 题 0", "📋 题 1", "首页"]
    assert len(labels) == MAX_COPY_BUTTONS + 1


def test_copy_in_the_terminal() -> None:
    assert terminal.draw(screen(Text("提纲"), Copy("复制全部", "伞"))) == "提纲\n  [1] 首页"


# ---- Big


def test_big_on_the_page() -> None:
    shown = page(Big("请<收>伞\n谢谢"))
    assert '<section class="big">请&lt;收&gt;伞\n谢谢</section>' in shown
    assert '<main id="screen" class="showing">' in shown
    assert "showing" not in page(Text("伞"))


def test_big_on_telegram_and_in_the_terminal() -> None:
    assert draw(screen(Big("请<收>伞\n“谢谢”"))).text == "<b>请&lt;收&gt;伞\n“谢谢”</b>"
    assert terminal.draw(screen(Big("请收伞\n谢谢"))) == "请收伞\n谢谢\n  [1] 首页"


# ---- File


def test_file_on_the_page() -> None:
    shown = page(NOTES, PRINTED)
    link = '<a class="button" href="/file/kept{}" download>下载 {}</a>'
    assert link.format("", NOTES.name) in shown
    assert link.format("/page", PRINTED.name) in shown
    assert "第二行" not in shown
    assert '<button type="button" class="print">打印</button>' in shown
    assert "打印" not in page(Text("伞"))
    assert "/file/" not in preview_page([screen(NOTES)])


def test_file_in_the_terminal() -> None:
    first, *between, last, button = terminal.draw(screen(NOTES)).split("\n")
    assert NOTES.name in first
    assert between == ["第一行 <b>", "✓ 第二行"]
    assert set(last) == {"─"}
    assert button == "  [1] 首页"


@pytest.mark.usefixtures("kept")
def test_a_file_is_downloaded(house: House) -> None:
    with browsing(house, signed_in(house, OPERATOR)) as browser:
        first, second = browser.get("/file/kept"), browser.get("/file/kept/page")
        assert first.content == NOTES.text.encode()
        assert first.headers["content-type"] == "text/plain; charset=utf-8"
        name = "%E5%A4%84%E7%BD%AE%E8%AE%B0%E5%BD%95%200123.txt"
        assert first.headers["content-disposition"] == f"attachment; filename*=UTF-8''{name}"
        assert first.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in first.headers["content-security-policy"]
        assert second.content == PRINTED.text.encode()
        assert second.headers["content-disposition"].startswith("attachment;")
        for path in ("home", "nothing", "", "k" * 100):
            answer = browser.get(f"/file/{path}")
            assert (answer.status_code, "没有这一页" in answer.text) == (404, True), path
        assert browser.post("/file/kept").status_code == 403, "only to be got"


@pytest.mark.usefixtures("kept")
def test_a_file_is_for_who_is_signed_in(house: House) -> None:
    with browsing(house) as browser:
        answer = browser.get("/file/kept")
    assert answer.status_code == 401
    assert "第二行" not in answer.text


@pytest.mark.parametrize("path", ["/file/code", "/file/code~1", "/s/code", "/s/code~1"])
def test_a_link_changes_nothing(path: str, house: House) -> None:
    """Neither by the route of files nor as a page of a long screen."""
    with browsing(house, signed_in(house, OPERATOR)) as browser:
        answer = browser.get(path)
    assert answer.status_code == (404 if path.startswith("/file") else 303)
    kinds = [row[1] for row in snapshot(house)["keys"]]
    assert kinds
    assert CODE not in kinds


@pytest.mark.usefixtures("kept")
def test_a_file_over_telegram(tmp_path: Path, library: Path, fake: FakeTelegram) -> None:
    """Pressed on an older screen, and again; the files stand below a message of their own."""
    officer = fake.person("张三")
    fake.faults.next("sendDocument", Fault.SERVER_ERROR)

    async def work() -> None:
        async with serving(settings(fake, tmp_path, library)):
            officer.start("")
            menu = await asyncio.to_thread(officer.wait, "执法指引")
            for wanted in (2, 4):
                officer.send_callback("kept", menu.message_id)
                await asyncio.to_thread(fake.wait, partial(_sent, fake, wanted))

    asyncio.run(work())
    _, told, first, second, *again = officer.screens()
    assert told.text.startswith("导出")
    assert NOTES.name in told.text
    assert "📋 复制全部" in told.buttons
    for shown, sent in ((first, NOTES), (second, PRINTED)):
        assert shown.file is not None
        assert shown.file.data == sent.text.encode()
        assert shown.file.mime_type.startswith(sent.mime)
    assert [bool(screen.file) for screen in again] == [False, True, True]
    assert fake.journal.of("editMessageText") == []
    assert fake.violations == []


def _sent(fake: FakeTelegram, documents: int) -> bool:
    return len(fake.journal.of("sendDocument")) == documents


@pytest.mark.usefixtures("kept")
def test_a_file_keeps_its_name_on_telegram(
    tmp_path: Path, library: Path, fake: FakeTelegram
) -> None:
    officer = fake.person("张三")

    async def work() -> None:
        async with serving(settings(fake, tmp_path, library)):
            officer.start("")
            menu = await asyncio.to_thread(officer.wait, "执法指引")
            officer.send_callback("kept", menu.message_id)
            await asyncio.to_thread(fake.wait, partial(_sent, fake, 2))

    asyncio.run(work())
    names = [screen.file.name for screen in officer.screens() if screen.file]
    assert names == [NOTES.name, PRINTED.name]


def test_a_repeated_file_is_marked(fake: FakeTelegram) -> None:
    """The update was begun before the program ended: it may have gone out already."""
    chat = fake.person("张三").id

    async def work(sender: Sender) -> None:
        async def before() -> None: ...

        channel = Channel(None, sender)  # type: ignore[arg-type]  # sends without asking
        await channel._send(chat, screen(NOTES), Sending(True, before))

    with_sender(fake, work)
    assert [call.text for call in fake.journal.sent()][1] == MARK


@pytest.mark.usefixtures("kept")
def test_in_a_real_browser(house: House, chromium: Chromium) -> None:
    cookie = signed_in(house, OPERATOR)
    with served(house) as base:
        context = chromium.new_context(viewport={"width": 390, "height": 844})
        context.grant_permissions(["clipboard-read", "clipboard-write"], origin=base)
        context.add_cookies([{"name": COOKIE, "value": cookie, "url": base}])
        tab = context.new_page()
        problems: list[str] = []
        tab.on("console", lambda said: problems.append(said.text))
        tab.on("pageerror", lambda error: problems.append(str(error)))
        tab.goto(f"{base}/s/kept")
        _copies(tab)
        _downloads(tab)
        _prints(tab)
        _is_large(tab, f"{base}/s/big/umbrella/look/1")
        problems = [told for told in problems if "404" not in told]  # there is no favicon
        assert problems == [], "nothing that the policy of the page forbids"
        context.close()


def _copies(tab: Page) -> None:
    tab.click("button.copy-text")
    tab.wait_for_selector("text=已复制")
    assert tab.evaluate("navigator.clipboard.readText()") == '1. 伞是谁的？\n2. 写着"伞"吗？'


def _downloads(tab: Page) -> None:
    for sent in (NOTES, PRINTED):
        with tab.expect_download() as started:
            tab.click(f"text=下载 {sent.name}")
        assert started.value.suggested_filename == sent.name
        assert Path(started.value.path()).read_text(encoding="utf-8") == sent.text


def _prints(tab: Page) -> None:
    """Only what is to be read, black on white, with everything open."""
    tab.evaluate("window.print = () => document.body.dataset.printed = 'yes'")
    tab.click("button.print")
    assert tab.get_attribute("body", "data-printed") == "yes"
    tab.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert tab.locator("details").get_attribute("open") is not None
    tab.emulate_media(media="print", color_scheme="dark")
    for hidden in ("form.ask", ".button", "button"):
        assert not any(one.is_visible() for one in tab.locator(hidden).all()), hidden
    assert tab.locator("details p").is_visible()
    ink, paper = (
        tab.locator("body").evaluate(f"one => getComputedStyle(one).{name}")
        for name in ("color", "backgroundColor")
    )
    assert (ink, paper) == ("rgb(0, 0, 0)", "rgb(255, 255, 255)")
    tab.emulate_media(media="screen", color_scheme="light")


def _is_large(tab: Page, address: str) -> None:
    tab.goto(address)
    words = tab.locator(".big")
    assert words.text_content() == "请把伞收起来。"
    assert not tab.locator("form.ask").is_visible()
    for text in ("", "伞" * 200, "https://guide.example/" + "x" * 200):
        words.evaluate("(one, text) => { if (text) one.textContent = text }", text)
        size = words.evaluate("one => parseFloat(getComputedStyle(one).fontSize)")
        assert size >= 28
        assert tab.evaluate("document.documentElement.scrollWidth") <= 390
        assert words.evaluate("one => one.scrollWidth <= one.clientWidth")
        assert words.evaluate("one => one.clientWidth") > 350, "as wide as the phone"
    colours = "one => [getComputedStyle(one).color, getComputedStyle(one).backgroundColor]"
    tab.emulate_media(color_scheme="dark")
    assert words.evaluate(colours) == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
