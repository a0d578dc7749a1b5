"""Every screen of every guide of the library fits Telegram and the page."""

from __future__ import annotations

import re
import struct
from datetime import datetime
from html import unescape
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.commands.preview import picture, screens
from bot.screens.cards import PAGE, paged, split_sentences
from bot.screens.reply import Button, Caution, Draft, Fold, Item, Items, Reply, Table, Text, plain
from bot.telegram.drawing import MAX_TEXT, draw
from bot.web.pages import preview_page, screen_page
from guides.folder import read_folder
from guides.model import Guide
from guides.texts import Texts
from tests.bot.conftest import CHROMIUM, ROOT

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
LIBRARY = read_folder(ROOT / "guides" / "library").library()
SHEETS = [guide for guide in LIBRARY.guides if guide.sheet_of]


def _units(html: str) -> int:
    """UTF-16 units of a message once its markup is read."""
    return len(unescape(re.sub(r"<[^>]+>", "", html)).encode("utf-16-le")) // 2


def _all_pages(reply: Reply) -> list[Reply]:
    pages = [paged(reply, "x", 1)]
    while any(b.label.startswith("下一页") for b in pages[-1].buttons()):
        pages.append(paged(reply, "x", len(pages) + 1))
    return pages


@pytest.mark.parametrize("guide", LIBRARY.guides, ids=lambda guide: guide.id)
def test_every_screen_fits(guide: Guide, tmp_path: Path) -> None:
    shown = screens(LIBRARY, guide, NOW, Texts(tmp_path))
    assert guide.title in plain(shown[0])
    assert len(shown) > len(guide.steps)
    for reply in shown:
        for page in _all_pages(reply):
            drawn = draw(page)
            assert 0 < _units(drawn.text) <= MAX_TEXT
            rows = drawn.keyboard
            assert rows
            assert sum(len(row) for row in rows) <= 100
            assert all(len(row) <= 4 for row in rows)
            assert 'id="screen"' in screen_page(page, "csrf")


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.id)
def test_a_sheet_is_previewed_whole(sheet: Guide, tmp_path: Path) -> None:
    (shown,) = screens(LIBRARY, sheet, NOW, Texts(tmp_path))
    for line in (sheet.title, sheet.summary, *sheet.dos, *sheet.donts, *sheet.remember):
        assert line in plain(shown)


def test_long_screens_are_cut_into_pages_without_losing_a_word() -> None:
    items = tuple(Item(f"第{n}项" + "字" * 90, f"细节{n}。") for n in range(100))
    table = Table("表", ("甲", "乙"), tuple((f"格{n}" + "子" * 200, "x") for n in range(60)))
    words = "".join(f"第{n}句话。" for n in range(1500))
    draft = Draft().add(Items("清单", items), table, Fold("折叠", words), Caution("当心"))
    reply = draft.row(Button("首页", "home")).reply()
    pages = _all_pages(reply)
    assert len(pages) > 5
    shown = "".join(plain(page) for page in pages)
    for n in range(100):
        assert f"第{n}项" in shown
        assert f"细节{n}。" in shown
    for n in range(60):
        assert f"格{n}子" in shown
    for n in range(0, 1500, 50):
        assert f"第{n}句话。" in shown
    assert all(len(plain(page)) <= PAGE + 100 for page in pages)
    assert [b.label for b in pages[0].buttons()][-1] == "首页"


def test_a_page_number_out_of_range_is_the_nearest() -> None:
    reply = Draft().add(*(Text("字" * 2000) for _ in range(3))).reply()
    assert paged(reply, "x", 99) == paged(reply, "x", 3)
    assert paged(reply, "x", 0) == paged(reply, "x", 1)


def test_sentences_are_kept_whole() -> None:
    assert split_sentences("甲乙。丙丁。戊己", 4) == ["甲乙。", "丙丁。", "戊己"]
    assert split_sentences("甲乙丙丁戊", 2) == ["甲乙", "丙丁", "戊"]


def test_html_in_a_guide_is_shown_not_run() -> None:
    reply = Draft().add(Text("<script>alert(1)</script>&")).reply()
    assert "<script>alert" not in screen_page(reply, "csrf")
    assert "&lt;script&gt;" in draw(reply).text


def test_a_preview_can_be_a_picture(tmp_path: Path) -> None:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    guide = LIBRARY.newest().guidelines()[0]
    target = tmp_path / "guide.png"
    shown = screens(LIBRARY, guide, NOW, Texts(tmp_path))
    picture(preview_page([shown[0]] * 12), target)
    raw = target.read_bytes()
    assert raw.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", raw[16:24])
    assert width == 412
    assert height > 6000, "the whole page, however long"
