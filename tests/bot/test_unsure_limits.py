"""A limit that nobody has checked against the law says so wherever it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.screens.reply import File, Reply, plain
from guides.limit_words import UNSURE, limit_line
from guides.parts import Limit, Unit
from tests.bot.crawling import crawl
from tests.bot.more_limits import MORE
from tests.bot.walking import ME, Walking
from tests.small_clocks import limit
from tests.small_library import change

LABELS = ("看伞8小时", "退伞3日", "看伞24小时", "看伞12小时", "查伞30日")


def unsure(library: Path) -> None:
    path = library / "scene" / "umbrella.yaml"
    change(path, "forms: [{id: receipt", f"{MORE}forms: [{{id: receipt")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("    counting:", "    sure: false\n    counting:"), "utf-8")


def told(reply: Reply) -> str:
    files = [block.text for block in reply.blocks if isinstance(block, File)]
    return "\n".join([plain(reply), *files])


def test_no_screen_shows_its_figure_without_the_caution(tmp_path: Path, library: Path) -> None:
    unsure(library)
    walking = Walking(tmp_path, library)
    spoken = {}
    for line in ("01:05 收伞", "01:05 淋雨", "还有多久"):
        walking.say(line)
        spoken[line] = walking.reply
    walking.say("黑伞太重拿不动要几个小时")
    walking.go("g/umbrella")
    assert "先看这一条" in plain(walking.reply)
    spoken["chosen"] = walking.reply
    walking.say("01:05 收伞")
    walking.press("看伞8小时")
    walking.go("begin/umbrella")
    walking.press("开始（")
    walking.press("办好了")
    walking.press("从现在起算")
    begin = ["home", "g/umbrella", "walks", "clocks", "l/umbrella-30d"]
    screens = spoken | crawl(walking.house, ME, "page", begin)
    shown = {address: told(reply) for address, reply in screens.items()}
    saying = {a: text for a, text in shown.items() if any(label in text for label in LABELS)}
    kinds = {address.partition("/")[0] for address in saying}
    assert kinds >= {"g", "pin", "l", "clock", "walk", "run", "move", "out", "ics", "finish"}
    for address, text in saying.items():
        assert UNSURE in text, (address, text)
    walking.house.database.close()


@pytest.mark.parametrize(
    ("known", "line"),
    [
        (limit(8, Unit.HOUR), "看伞8：8小时"),
        (limit(8, Unit.HOUR, label="看伞8小时"), "看伞8小时"),
        (limit(8, Unit.HOUR, label="看伞8小时", sure=False), f"看伞8小时（{UNSURE}）"),
        (limit(0, Unit.HOUR, label="放人", sure=False), f"放人：立即（{UNSURE}）"),
    ],
)
def test_the_line(known: Limit, line: str) -> None:
    assert limit_line(known) == line
