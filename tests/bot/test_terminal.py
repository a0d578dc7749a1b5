"""Warnings at the terminal: each once, before a prompt or at one, the numbers left as they are."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier, Event, Thread
from zoneinfo import ZoneInfo

import pytest

from bot.house import House, assemble
from bot.people.roles import OPERATOR
from bot.screens.reply import Button, Caution, Draft, Reply, Text, Title
from bot.screens.reply import Event as Said
from bot.settings import Settings
from bot.store.outbox import DUE, SENT
from bot.terminal import PROMPT, Bell, chat, draw, draw_aside
from tests.bot.conftest import ROOT, environment
from tests.bot.drivers import Terminal
from tests.bot.tellers import rows, started
from tests.fake_telegram import PATIENCE


def warning(words: str) -> Reply:
    return Draft().add(Text(words)).row(Button("看时限", "clock/abc")).reply()


class Desk:
    """A bell over a list of warnings, and what it printed and marked."""

    def __init__(self) -> None:
        self.waiting: list[tuple[int, Reply]] = []
        self.shown = ""
        self.marked: list[int] = []
        self.bell = Bell(lambda: list(self.waiting), self._mark, self.show)

    def show(self, text: str) -> None:
        self.shown += text

    def _mark(self, ids: Sequence[int]) -> None:
        assert "到期" in self.shown, "printed before it is marked"
        self.marked += ids


def test_buttons_of_what_breaks_in_are_addresses() -> None:
    told = draw_aside(warning("到期了"))
    assert "/clock/abc  看时限" in told
    assert "[1]" not in told, "1 still means the screen before"


def test_each_once_before_a_prompt() -> None:
    desk = Desk()
    typed: list[str] = []

    def handle(event: Said) -> Reply:
        typed.append(event.text)
        if event.text == "first":
            desk.waiting = [(7, warning("到期了"))]
        return Draft().add(Text("答复")).row(Button("按", "pressed")).reply()

    chat(handle, ["first\n", "1\n", "q\n"], desk.show, before_prompt=desk.bell.ring)
    assert typed == ["home", "first", "pressed"]
    home, first, pressed, end = desk.shown.split("\n" + PROMPT)
    assert "到期了" not in home
    assert first.index("答复") < first.index("到期了")
    assert "到期了" not in pressed
    assert end == ""
    assert desk.marked == [7]


def test_at_a_prompt_another_one_follows() -> None:
    desk = Desk()
    desk.bell.ring(waiting=True)
    assert desk.shown == ""
    desk.waiting = [(7, warning("到期了")), (8, warning("还有到期"))]
    desk.bell.ring(waiting=True)
    assert desk.shown.startswith("\n")
    assert desk.shown.endswith("\n" + PROMPT)
    assert desk.shown.count(PROMPT) == 1
    assert desk.marked == [7, 8]


def test_a_slip_is_no_question() -> None:
    """Neither a number that no button has nor a letter is asked, so none is noted."""
    heard: list[tuple[str, str]] = []
    shown: list[str] = []

    def handle(event: Said) -> Reply:
        heard.append((event.kind, event.text))
        return Draft().add(Title("屏幕")).row(Button("按", "pressed")).reply()

    typed = ["99\n", "x\n", "0\n", "?\n", "首页\n", "1\n", "人跑了\n"]
    chat(handle, typed, shown.append)
    assert heard == [
        ("press", "home"),
        ("press", "home"),
        ("press", "pressed"),
        ("text", "人跑了"),
    ]
    assert sum("也不像问题" in one for one in shown) == 4


def test_buttons_share_lines_and_a_terminal_gets_bold() -> None:
    draft = Draft().add(Title("屏幕"), Caution("小心"))
    for number in range(12):
        draft.row(Button(f"按钮{number}", "x"))
    reply = draft.reply()
    plain = draw(reply).split("\n")
    assert plain[:3] == ["== 屏幕 ==", "! 小心", plain[2]]
    assert len(plain) < 6
    assert "".join(plain).count("[") == 12
    assert "\x1b" not in draw(reply)
    assert draw(reply, styled=True).startswith("\x1b[1m== 屏幕 ==\x1b[0m")


def test_two_threads_print_it_once() -> None:
    desk = Desk()
    desk.waiting = [(n, warning(f"到期{n}")) for n in range(20)]
    together = Barrier(8)

    def ring() -> None:
        together.wait()
        desk.bell.ring(waiting=True)

    threads = [Thread(target=ring) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(desk.marked) == list(range(20))


def test_it_rings_until_it_is_stopped() -> None:
    desk, stop = Desk(), Event()
    desk.waiting = [(7, warning("到期了"))]
    thread = Thread(target=desk.bell.keep_ringing, args=(stop, 0.001), daemon=True)
    thread.start()
    while not desk.marked:
        assert thread.is_alive()
    stop.set()
    thread.join(PATIENCE)
    assert not thread.is_alive()
    assert desk.marked == [7]


# -- the program itself -------------------------------------------------------------------------


@pytest.fixture
def data(released: Path, library: Path) -> Path:
    """State with a clock of the operator's that is over, its warnings not shown yet."""
    then = datetime.now(ZoneInfo("Asia/Shanghai")) - timedelta(hours=8, minutes=40)
    house = opened(released, library, then)
    house.serving.refresh(then)
    started(house, OPERATOR, then)
    house.database.close()
    return released


def opened(data: Path, library: Path, now: datetime) -> House:
    return assemble(Settings(data=data, library=library), lambda: now)


@pytest.fixture
def terminal(data: Path, library: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "run_bot.py"), "chat"],
        env=environment(data, library),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=os.fspath(data.parent),
    )
    yield process
    process.kill()
    process.communicate()


def test_in_the_terminal(terminal: subprocess.Popen[str], data: Path, library: Path) -> None:
    driver = Terminal(terminal)
    assert "〔警情A〕看伞8小时已超4" in driver.shown.text
    assert "/ack/clock123/1知道了" in driver.shown.text
    shown = driver.press(driver.shown.labels[0])
    assert "警情A" not in shown.text, "once"
    assert "看伞8小时" in driver.forge("clock/clock123").text
    _, errors = terminal.communicate("q\n", timeout=PATIENCE)
    assert (terminal.returncode, errors) == (0, "")
    house = opened(data, library, datetime.now(ZoneInfo("Asia/Shanghai")))
    told = {row.body["stage"]: row.state for row in rows(house)}
    house.database.close()
    assert told == {"before-2h": SENT, "due": SENT, "after-1": SENT, "after-2": DUE}
