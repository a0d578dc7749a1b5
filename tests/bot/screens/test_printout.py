"""A record as a page to print: everything in one file, nothing in it that runs."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

import pytest

from bot.screens.printout import as_page

TEXT = """\
处置记录 0123-甲
指引：收缴雨伞，第 1 版

【步骤】
✓ 1. 【必做】看清伞下有几个人（2026-11-21 10:05）
    选：重
□ 2. 两个人抬

【依据（开始当天有效的版本）】
《测试法》（新，2026-01-01 起施行）
"""


class Read(HTMLParser):
    """The texts of the body with their tags."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.told: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag in ("h1", "h2", "p", "title"):
            self.told.append((tag, ""))

    def handle_data(self, data: str) -> None:
        if self.told and data != "\n" and self.tags[-1] == self.told[-1][0]:
            self.told[-1] = (self.told[-1][0], data)


def read(page: str) -> Read:
    parser = Read()
    parser.feed(page)
    return parser


def test_headings_and_lines() -> None:
    told = read(as_page(TEXT, "处置记录 0123-甲")).told
    assert told == [
        ("title", "处置记录 0123-甲"),
        ("h1", "处置记录 0123-甲"),
        ("p", "指引：收缴雨伞，第 1 版"),
        ("p", ""),
        ("h2", "【步骤】"),
        ("p", "✓ 1. 【必做】看清伞下有几个人（2026-11-21 10:05）"),
        ("p", "    选：重"),
        ("p", "□ 2. 两个人抬"),
        ("p", ""),
        ("h2", "【依据（开始当天有效的版本）】"),
        ("p", "《测试法》（新，2026-01-01 起施行）"),
    ]


def test_nothing_outside_and_nothing_that_runs() -> None:
    page = as_page(TEXT, "记录")
    assert page.startswith("<!doctype html>")
    assert '<meta charset="utf-8">' in page
    assert not {"script", "link", "img", "iframe", "object"} & set(read(page).tags)
    assert not re.search(r"https?:|url\(|@import", page)
    assert "size: A4" in page
    assert "margin: 20mm" in page


@pytest.mark.parametrize("bad", ["<script>alert(1)</script>", '"><img src=x>', "</style>", "&lt;"])
def test_everything_is_escaped(bad: str) -> None:
    page = as_page(f"{bad}\n【{bad}】\n✓ {bad}\n", bad)
    assert read(page).tags == read(as_page("甲\n【乙】\n✓ 丙\n", "丁")).tags
    plain = as_page("甲\n【乙】\n✓ 丙\n", "丁")
    assert unescape(page).count(bad) == plain.count(bad) + 4


def test_an_empty_text_is_an_empty_page() -> None:
    assert read(as_page("", "空")).told == [("title", "空"), ("h1", ""), ("p", "")]
