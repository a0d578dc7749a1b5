"""One conversation of thirty messages and presses, the same through all three channels."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser as Chromium

from bot.house import assemble
from bot.screens.reply import Reply, plain
from bot.settings import Settings
from tests.bot.conftest import ROOT, environment, free_port, start
from tests.bot.drivers import Browser, Driver, Reference, Shown, Telegram, Terminal, pieces
from tests.bot.pages import enter
from tests.fake_telegram import PATIENCE, FakeTelegram

ZONE = ZoneInfo("Asia/Shanghai")

# (what is done, with what, words that the screen must show)
STEPS: list[tuple[str, str, str]] = [
    ("press", "交通管理", "交通管理"),
    ("press", "酒驾醉驾查处", "先做"),
    ("press", "首页", "执法指引"),
    ("say", "查车碰上个满嘴酒气的，死活不吹管子", "酒驾醉驾查处"),
    ("press", "一步一步走", "第 1 步"),
    ("press", "下一步", "第 2 步"),
    ("press", "看条文", "条文"),
    ("press", "这一步", "第 2 步"),
    ("press", "这份指引", "先做"),
    ("press", "全部", "全部步骤"),
    ("press", "这份指引", "先做"),
    ("press", "时限", "起"),
    ("press", "这份指引", "先做"),
    ("press", "易错点", "应当"),
    ("press", "这份指引", "先做"),
    ("press", "告知词", "告知词"),
    ("press", "这份指引", "先做"),
    ("press", "文书", "文书"),
    ("press", "首页", "执法指引"),
    ("say", "盘查完的人继续流置能留多久", "继续盘问"),  # a typo: 留 as 流
    ("say", "火星上的土豆怎么种才甜", ""),  # nothing here covers it
    ("say", "他嘴硬不说，上点手段逼他开口，打一顿别留伤", "法律不允许这样办"),
    ("say", "人" * 5000, ""),
    ("say", "🚓🚨", ""),
    ("forge", "g/no-such-guide", "已经失效"),
    ("press", "首页", "执法指引"),
    ("forge", "g/admin-summons/s/no-such-step", "已经失效"),
    ("press", "首页", "执法指引"),
    ("forge", "x", "已经失效"),
    ("say", "治安管理处罚法第97条", "第九十七条"),
    ("forge", "l/za-summons-8h", "从什么时候起算"),
    ("say", "10:05", "到期"),
    ("forge", "g/admin-summons", "治安传唤"),
    ("press", "一步一步走", "第 1 步"),
    ("press", "不在现场", "第 3 步"),  # a choice
    ("forge", "begin/admin-summons", "开始处置"),
    ("press", "开始（警情A）", "要问的是谁"),
    ("press", "嫌疑人，在现场", "口头传唤"),
    ("press", "办好了", "愿意来吗"),
    ("press", "全部步骤", "全部步骤"),
    ("press", "☑ 2.", "全部步骤"),  # unticked in place
    ("press", "接着办", "口头传唤"),
    ("press", "暂停", "已暂停"),
    ("press", "继续", "进行中"),
    ("press", "改名", "新的名字"),
    ("say", "改名 张三13912345678", "标签"),  # personal data is no label
    ("say", "改名 路口那起", "〔路口那起〕"),
    ("forge", "clocks", "没有在走的时限"),
    ("say", "10:05 传唤到案", "起算哪一个"),
]


def _settings(data: Path) -> Settings:
    return Settings(data=data, library=ROOT / "guides" / "library")


@pytest.fixture
def data(tmp_path: Path, real_release: Path) -> Path:
    return Path(shutil.copytree(real_release, tmp_path / "var"))


@pytest.fixture
def reference(tmp_path: Path, real_release: Path) -> Iterator[Reference]:
    own = Path(shutil.copytree(real_release, tmp_path / "reference"))
    house = assemble(_settings(own), lambda: datetime.now(ZONE))
    house.serving.refresh(house.clock())
    yield Reference(house.assistant)
    house.database.close()


def converse(driver: Driver, reference: Reference) -> None:
    said = {
        "say": (driver.say, reference.say),
        "press": (driver.press, reference.press),
        "forge": (driver.forge, reference.forge),
    }
    for number, (act, what, words) in enumerate(STEPS, start=1):
        shown, expected = said[act][0](what), said[act][1](what)
        where = f"step {number}: {act} {what[:30]}"
        assert words in plain(expected), f"{where}: {plain(expected)[:300]}"
        same(shown, expected, where)


def same(shown: Shown, expected: Reply, where: str) -> None:
    for piece in pieces(expected):
        assert piece in shown.text, f"{where}: {piece} is not in {shown.text[:2000]}"
    labels = tuple(button.label for button in expected.buttons())
    assert shown.labels == labels, where


def test_there_are_thirty_messages_and_presses() -> None:
    assert len(STEPS) >= 30


def test_in_the_terminal(data: Path, reference: Reference) -> None:
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "run_bot.py"), "chat"],
        env=environment(data),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    converse(Terminal(process), reference)
    _, errors = process.communicate("q\n", timeout=PATIENCE)
    assert process.returncode == 0
    assert errors == ""


def test_on_the_phone_page(data: Path, reference: Reference, chromium: Chromium) -> None:
    running = start(data)
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    try:
        page = context.new_page()
        enter(page, running.link)
        converse(Browser(page, running.base), reference)
    finally:
        context.close()
        running.stop()
    assert_quiet(running.text())


def test_on_telegram(data: Path, reference: Reference, fake: FakeTelegram) -> None:
    person = fake.person("张三")
    running = start(
        data,
        TELEGRAM_BOT_TOKEN=fake.token,
        TELEGRAM_BASE_URL=fake.base_url,
        TELEGRAM_BASE_FILE_URL=fake.base_file_url,
        MINGBAI_ADMINS=str(person.id),
    )
    try:
        converse(Telegram(person), reference)
    finally:
        running.stop()
    assert_quiet(running.text())
    assert fake.violations == []
    assert fake.token not in running.text()


@pytest.mark.parametrize("webhook", [False, True], ids=["polling", "webhook"])
def test_on_telegram_with_faults(
    data: Path, reference: Reference, fake: FakeTelegram, webhook: bool
) -> None:
    """The same conversation with one call in twenty going wrong, by polling and webhook."""
    person = fake.person("张三")
    port = free_port()
    hook = {"TELEGRAM_WEBHOOK_URL": f"http://127.0.0.1:{port}/telegram"} if webhook else {}
    fake.faults.rate(0.05, seed=5, methods=None)
    running = start(
        data,
        None,
        port,
        TELEGRAM_BOT_TOKEN=fake.token,
        TELEGRAM_BASE_URL=fake.base_url,
        MINGBAI_ADMINS=str(person.id),
        **hook,
    )
    try:
        converse(Telegram(person), reference)
    finally:
        running.stop()
    assert sum(fake.faults.counts.values()) > 0
    assert "Traceback" not in running.text()


def assert_quiet(output: str) -> None:
    """Nothing unhandled in the log."""
    for bad in ("Traceback", "ERROR", "Exception"):
        assert bad not in output, output
