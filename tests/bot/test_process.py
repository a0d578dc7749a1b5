"""The running program: bad input, broken guides, strangers, retired buttons."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.bot.conftest import Running, start
from tests.bot.pages import follow
from tests.bot.patience import eventually
from tests.fake_telegram import FakeTelegram, Person
from tests.small_library import change, revise


@pytest.fixture
def officer(fake: FakeTelegram) -> Person:
    return fake.person("李四")


@pytest.fixture
def running(
    released: Path, library: Path, fake: FakeTelegram, officer: Person
) -> Iterator[Running]:
    bot = start(
        released,
        library,
        TELEGRAM_BOT_TOKEN=fake.token,
        TELEGRAM_BASE_URL=fake.base_url,
        TELEGRAM_BASE_FILE_URL=fake.base_file_url,
        MINGBAI_ADMINS=str(officer.id),
    )
    yield bot
    bot.stop()


@contextmanager
def signed_in(running: Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=running.base, follow_redirects=True) as client:
        assert follow(client, running.link).status_code == 200
        yield client


def _forge(address: str) -> Callable[[Person], object]:
    return lambda person: person.send_callback(address, person.screen().message_id)


BAD: dict[str, tuple[Callable[[Person], object], str]] = {
    "control characters": (lambda p: p.say("\x01\x02雨\x07伞\x00太重"), "收缴雨伞"),
    "right to left": (lambda p: p.say("\u202e重太伞雨\u202c"), "收缴雨伞"),
    "ten thousand characters": (lambda p: p.say("字" * 4096), "内容太长"),
    "only spaces": (lambda p: p.say("\u200b\u200b"), "没有看到文字"),
    "emoji": (lambda p: p.say("🚓"), "没有看懂"),
    "markup": (lambda p: p.say("<b>&雨伞</b><script>"), "收缴雨伞"),
    "a sticker": (lambda p: p.send_sticker(), "贴纸"),
    "a voice message": (lambda p: p.send_voice(), "语音转文字"),
    "a file": (lambda p: p.send_file("笔录.docx", b"x"), "不要把案件材料"),
    "a photo": (lambda p: p.send_photo(), "不要把案件材料"),
    "a place": (lambda p: p.send_location(39.9, 116.4), "看不懂"),
    "a contact": (lambda p: p.send_contact("10000"), "看不懂"),
    "an unknown command": (lambda p: p.say("/nosuch"), "怎么用"),
    "a forged button": (
        lambda p: p.send_callback("../../etc/passwd", p.screen().message_id),
        "已经失效",
    ),
    "another command": (lambda p: p.say("/menu"), "执法指引"),
    "a very long forged button": (_forge("g/" + "x" * 62), "已经失效"),
    "a broken page number": (
        lambda p: p.send_callback("home~²", p.screen().message_id),
        "执法指引",
    ),
}


def test_bad_input_gets_a_polite_answer(
    running: Running, fake: FakeTelegram, officer: Person
) -> None:
    officer.start("")
    officer.wait()
    eventually(lambda: "已接入，机器人是 @" in running.text(), "contact is not said")
    for name, (send, words) in BAD.items():
        send(officer)
        screen = officer.wait()
        shown = screen.text + "".join(screen.buttons)
        assert words in shown, f"{name}: {shown}"
    running.stop()
    assert fake.violations == []
    for bad in ("Traceback", "ERROR", fake.token):
        assert bad not in running.text()


def test_a_broken_guide_keeps_the_last_good_release(running: Running, library: Path) -> None:
    path = library / "scene" / "umbrella.yaml"
    with signed_in(running) as page:
        revise(path)
        change(path, "title: 收缴雨伞", "titel: 收缴大伞")
        eventually(lambda: "umbrella.yaml:2:1" in running.text(), "the problem is not said")
        assert "收缴雨伞" in page.get("/s/g/umbrella").text
        change(path, "titel: 收缴大伞", "title: 收缴大伞")
        eventually(lambda: "收缴大伞" in page.get("/s/g/umbrella").text, "not served")


def test_an_old_button_of_a_deleted_guide(running: Running, library: Path, officer: Person) -> None:
    officer.start("whistle")
    old = officer.wait("吹口哨检查")
    (library / "traffic" / "whistle.yaml").unlink()
    (library / "asked" / "whistle.txt").unlink()
    change(library / "scene" / "umbrella.yaml", "see_also: [whistle]", "see_also: []")
    eventually(lambda: "第 2 号发布" in running.text(), "not published")
    officer.press("一步一步走", on=old)
    screen = officer.wait()
    assert "已经失效" in screen.text
    assert screen.buttons == ["首页"]


def test_strangers_get_one_sentence_and_no_guidance(running: Running, fake: FakeTelegram) -> None:
    stranger = fake.person("王五")
    stranger.start("umbrella")
    screen = stranger.wait()
    assert "受邀请" in screen.text
    assert screen.buttons == []
    stranger.send_callback("g/umbrella", screen.message_id)
    assert "受邀请" in stranger.toast()
    stranger.say("雨伞太重")
    assert "受邀请" in stranger.wait().text
    assert not any("雨伞" in text for text in fake.journal.texts(stranger.id))


def test_the_page_is_closed_without_the_link(running: Running) -> None:
    with httpx.Client(base_url=running.base) as client:
        for path in ("/", "/s/g/umbrella", "/s/home"):
            answer = client.get(path)
            assert answer.status_code == 401
            assert "雨伞" not in answer.text
        assert follow(client, f"{running.base}/enter?key=wrong").status_code == 403
        posted = client.post("/ask", data={"q": "雨伞", "csrf": "x"})
        assert posted.status_code == 401
        assert "雨伞" not in posted.text
        assert follow(client, running.link).status_code == 303
    with httpx.Client(base_url=running.base) as other:
        assert follow(other, running.link).status_code == 403, "the link works once"


def test_the_page_refuses_foreign_forms_and_bad_addresses(running: Running) -> None:
    with signed_in(running) as page:
        foreign = page.post("/ask", data={"q": "雨伞太重", "csrf": "guessed"})
        assert "收缴雨伞" not in foreign.text
        assert "已经失效" in page.get("/s/<script>alert(1)</script>").text
        assert "<script>alert" not in page.get("/s/<script>alert(1)</script>").text
        assert page.get("/nosuch").status_code == 404
        assert page.get("/static/../app.py").status_code == 404
        home = page.get("/")
        assert home.headers["content-security-policy"].startswith("default-src 'none'")
        assert home.headers["cache-control"] == "no-store"
        told = page.get("/healthz").json()
        assert (told["ok"], told["release"], told["telegram"]) == (True, 1, "ok")


def test_open_to_all_needs_no_link(released: Path, library: Path) -> None:
    running = start(released, library, MINGBAI_ACCESS="open")
    try:
        with httpx.Client(base_url=running.base) as client:
            assert "执法指引" in client.get("/").text
            assert "收缴雨伞" in client.get("/s/g/umbrella").text
            assert "收缴雨伞" in client.get("/s/recent").text, "an open page remembers as well"
    finally:
        running.stop()


def test_a_wrong_token_is_told_plainly_and_the_page_goes_on(
    released: Path, library: Path, fake: FakeTelegram
) -> None:
    running = start(
        released,
        library,
        TELEGRAM_BOT_TOKEN="1:wrong",
        TELEGRAM_BASE_URL=fake.base_url,
    )
    try:
        eventually(lambda: "TELEGRAM_BOT_TOKEN" in running.text(), "no advice")
        told = httpx.get(running.base + "/healthz").json()
        assert (told["ok"], told["telegram"]) == (True, "down")
    finally:
        running.stop()
    assert "Traceback" not in running.text()
    assert "1:wrong" not in running.text()
    assert "已接入" not in running.text()
