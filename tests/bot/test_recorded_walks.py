"""Three incidents walked on the phone page of the running program, with the real guides.

With ``MINGBAI_RECORD=docs/images/walks`` the screens of docs/处置示例.md are taken anew.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from bot.house import assemble
from bot.people.roles import Role
from bot.settings import Settings
from bot.store.keys import SESSION, SESSION_LIFE
from bot.web.gate import COOKIE
from tests.bot.conftest import ROOT, Running, a_browser, start
from tests.bot.members import let_in

RECORD = os.environ.get("MINGBAI_RECORD")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory, real_release: Path) -> Path:
    return Path(shutil.copytree(real_release, tmp_path_factory.mktemp("walks") / "var"))


@pytest.fixture(scope="module")
def running(data: Path) -> Iterator[Running]:
    """One for all: each test is another officer."""
    bot = start(data)
    yield bot
    bot.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with a_browser() as one:
        yield one


class Phone:
    """A signed-in phone; ``shot`` keeps a screen for the docs."""

    def __init__(self, page: Page, base: str) -> None:
        self.page = page
        self.base = base

    @property
    def text(self) -> str:
        return self.page.locator("#screen").inner_text()

    def open(self, address: str) -> None:
        self.page.goto(f"{self.base}/s/{address}")

    def press(self, label: str) -> None:
        self.page.locator("main .button", has_text=label).first.click()
        self.page.wait_for_load_state()

    def done(self, *words: str) -> None:
        """Tick the steps that come, each known by words of it."""
        for word in words:
            assert word in self.text, f"{word} is not in {self.text}"
            self.press("办好了")

    def shot(self, name: str) -> None:
        if RECORD:
            folder = ROOT / RECORD
            folder.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=str(folder / f"{name}.png"), full_page=False)


@pytest.fixture
def phone(running: Running, data: Path, browser: Browser) -> Iterator[Phone]:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    context.add_cookies([{"name": COOKIE, "value": somebody(data), "url": running.base}])
    yield Phone(context.new_page(), running.base)
    context.close()


def somebody(data: Path) -> str:
    """The cookie of an officer nobody has seen yet."""
    house = assemble(Settings(data=data))
    person = let_in(house, None, Role.OFFICER).person
    secret = f"session-of-{person}"
    house.membership.keys.add(SESSION, secret, person, house.clock(), SESSION_LIFE)
    house.database.close()
    return secret


def test_continued_questioning_with_both_extensions(phone: Phone) -> None:
    phone.open("g/continued-questioning")
    phone.press("开始处置")
    phone.press("开始（警情A）")
    phone.shot("1-start")
    phone.done("先在现场盘问")
    phone.page.go_back()
    assert "已办 1 步" in phone.text, "back posts nothing and shows how things stand"
    phone.page.go_forward()
    assert "已办 1 步" in phone.text
    phone.press("有")
    phone.press("没有，可以留置")
    phone.done("记下到达的时和分")
    assert "从什么时候起算" in phone.text
    phone.shot("2-starts-a-clock")
    phone.press("从现在起算")
    assert "还有 12 小时" in phone.text or "还有 11 小时" in phone.text
    phone.press("警情A 的步骤")
    phone.done("问清伤病")
    phone.press("没有伤病")
    phone.press("都不是")
    phone.press("批准")
    phone.done("送达《继续盘问通知书》")
    phone.press("先不计时")
    phone.press("不适用")
    phone.done("立即开始问", "保证饮食")
    phone.press("一般对象，快到点了")
    assert "到点前报批" in phone.text
    for hours, words in (("24小时", "值班负责人"), ("48小时", "主管负责人")):
        phone.press("时限")
        phone.press("继续盘问（留置）12小时")
        phone.press("延长")
        assert words in phone.text
        assert hours in phone.text
        phone.shot(f"3-extend-{hours[:2]}")
        phone.press("已批准，延长")
        phone.press("警情A 的步骤")
    phone.press("时限")
    phone.press("继续盘问（留置）12小时")
    assert "✓ 已用：延长到48小时" in phone.text
    phone.shot("4-both-extensions")
    phone.press("警情A 的步骤")
    phone.done("到点前报批")
    phone.press("嫌疑排除")
    phone.done("立即放人")
    phone.press("不适用")
    phone.press("时限")
    phone.press("继续盘问（留置）12小时")
    phone.press("已办完")
    phone.press("办完了，停止")
    phone.press("警情A 的步骤")
    phone.press("完成")
    assert "必做的都勾了" in phone.text
    phone.press("确定完成")
    assert "已完成" in phone.text
    phone.press("导出")
    assert "✓" in phone.text
    assert "延长到48小时" in phone.text
    phone.shot("5-export")


def test_admin_summons_from_arrival_to_release(phone: Phone) -> None:
    phone.open("g/admin-summons")
    phone.press("开始处置")
    phone.press("开始（警情A）")
    phone.press("嫌疑人，在现场")
    phone.done("口头传唤")
    phone.press("愿意")
    phone.done("到案时间记到分")
    phone.press("从现在起算")
    phone.shot("6-clock")
    phone.press("警情A 的步骤")
    phone.done("安全检查", "通知家属")
    phone.press("先不计时")
    phone.done("不满18周岁", "在办案场所询问", "保证饮食")
    phone.press("情况复杂")
    phone.done("按24小时办")
    assert "换档不重新起算" in phone.text
    phone.shot("7-move")
    phone.press("换到这一档")
    assert "还有 1 天" in phone.text or "还有 23 小时" in phone.text
    phone.press("警情A 的步骤")
    phone.done("离开时间本人填写签名")
    phone.press("全部步骤")
    phone.shot("8-steps")
    phone.press("接着办")
    phone.press("时限")
    phone.press("治安传唤询问查证24小时")
    phone.press("已办完")
    phone.press("办完了，停止")
    assert "已停止" in phone.text
    phone.press("警情A 的步骤")
    phone.press("完成")
    phone.press("确定完成")
    assert "已完成" in phone.text


@pytest.mark.parametrize("branch", ["refuses", "blows"])
def test_drunk_driving_with_both_branches(phone: Phone, branch: str) -> None:
    phone.open("g/drunk-driving-test")
    phone.press("开始处置")
    phone.press("开始（警情A）")
    phone.done("示意停车", "有没有伤病人", "呼气测试")
    phone.shot("9-branches")
    if branch == "blows":
        phone.press("属饮酒驾驶但不到80毫克")
        phone.done("签字确认")
    else:
        phone.press("拒绝吹气")
        phone.done("口头告知要抽血", "打电话通知家属", "送医院抽血")
        assert "血样送检" in phone.text
        phone.press("从现在起算")
        phone.press("警情A 的步骤")
    phone.done("开强制措施凭证")
    phone.press("从现在起算")
    phone.press("警情A 的步骤")
    phone.done("扣驾驶证")
    phone.press("先不计时")
    phone.done("约束到酒醒")
    phone.press("没有抽" if branch == "blows" else "抽了")
    if branch == "refuses":
        phone.done("血样送检拿签收")
        phone.press("先不计时")
        phone.done("收到检验结果")
        phone.press("先不计时")
        phone.done("书面告知结果")
        phone.press("先不计时")
        phone.done("80毫克以上的")
    phone.done("处罚前告知")
    phone.press("先不计时")
    assert "这条路走完了" in phone.text
    phone.press("时限")
    phone.shot(f"10-clocks-{branch}")
    assert "还有" in phone.text
