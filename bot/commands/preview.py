"""All screens of one guide, as an officer would see them, before it is published."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from dataclasses import replace
from datetime import datetime
from html import escape
from pathlib import Path

from bot.screens.reply import Reply
from bot.topics.reader.guide import VIEWS, open_guide
from bot.topics.reader.sheet import sheet_screen
from bot.topics.topic import Turn
from guides.library import Library
from guides.model import Guide
from guides.texts import Texts
from index.answers import Answer

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_WIDTH = 412
_MEASURE = (
    "document.documentElement.dataset.height = this.contentDocument.documentElement.scrollHeight"
)


class NoBrowser(Exception):
    """No Chromium to take the picture with, or it failed."""


def screens(library: Library, guide: Guide, now: datetime, texts: Texts) -> list[Reply]:
    """The card, every step, every view that has something to show; of a 明白纸 its one page."""
    alone = replace(library.newest(), guides=(*library.newest().guides, guide))
    turn = Turn(now=now, release=0, library=alone, texts=texts, answer=_no_questions)
    if guide.sheet_of:
        return [sheet_screen(turn, guide, alone.guide(guide.sheet_of))]
    addresses: list[tuple[str, ...]] = [(guide.id,)]
    addresses += [(guide.id, "s", step.id) for step in guide.steps]
    addresses += [(guide.id, "v", name) for name in VIEWS]
    return [reply for rest in addresses if (reply := open_guide(turn, rest))]


def _no_questions(question: str) -> Answer:
    raise ValueError("a preview answers no questions")


def picture(page: str, target: Path) -> None:
    """Take a picture of a whole page, phone-wide; NoBrowser when that cannot be done."""
    browser = next((path for name in _BROWSERS if (path := shutil.which(name))), None)
    if browser is None:
        raise NoBrowser("没有找到 Chromium；安装后再试，或者用 --html 存成网页自己打开")
    with tempfile.TemporaryDirectory() as folder:
        # A window is never narrower than 500: only a frame has the width of a phone.
        frame = f"<iframe srcdoc='{escape(page)}' onload='{_MEASURE}' width={_WIDTH}></iframe>"
        dom = _browse(browser, Path(folder), frame, "--dump-dom")
        measured = re.search(r'data-height="(\d+)"', dom)
        if measured is None:
            raise NoBrowser("Chromium 没有量出网页的高度；用 --html 存成网页自己打开")
        taken = Path(folder) / "preview.png"
        window = f"--window-size={_WIDTH},{measured[1]}"
        _browse(browser, Path(folder), page, window, f"--screenshot={taken}")
        if not taken.exists():
            raise NoBrowser("Chromium 没有画出来；用 --html 存成网页自己打开")
        shutil.copyfile(taken, target)


def _browse(browser: str, folder: Path, page: str, *options: str) -> str:
    """What Chromium prints about a page of our own."""
    source = folder / "preview.html"
    source.write_text(page, encoding="utf-8")
    command = [
        browser,
        "--headless",
        "--no-sandbox",  # a page of our own from disk; Chromium refuses root otherwise
        "--disable-gpu",
        "--hide-scrollbars",
        "--no-first-run",
        "--disable-background-networking",
        f"--user-data-dir={folder}/profile",
        *options,
        source.as_uri(),
    ]
    done = subprocess.run(  # noqa: S603 - our own arguments, no shell
        command, capture_output=True, text=True, timeout=120, check=False
    )
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["没有说明"])[-1]
        raise NoBrowser(f"Chromium 没有画出来：{reason}")
    return done.stdout
