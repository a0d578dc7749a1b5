"""Guides of ``circulation: internal``: on the page, not on Telegram, which says where."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.assembly import House, assemble
from bot.replies import Event, EventKind, Reply, plain
from bot.roles import Member, Role
from bot.settings import Settings
from bot.topics import SCREENS
from tests.bot.test_access_matrix import addresses, guidance
from tests.bot.test_telegram_service import clock, serving, settings
from tests.fake_telegram import FakeTelegram
from tests.small_library import change

OFFICER = Member("a", Role.ADMIN)
TITLE = "收缴雨伞"


@pytest.fixture
def internal(library: Path) -> Path:
    path = library / "scene" / "umbrella.yaml"
    change(path, "kind: guideline", "kind: guideline\ncirculation: internal")
    return library


@pytest.fixture
def house(tmp_path: Path, internal: Path) -> Iterator[House]:
    made = assemble(Settings(data=tmp_path / "var", library=internal), clock)
    made.serving.refresh(clock())
    yield made
    made.database.close()


def on(house: House, channel: str, kind: EventKind, text: str) -> Reply:
    return house.assistant.handle(Event.of(OFFICER, channel, kind, text))


def secret(house: House) -> set[str]:
    """What only the internal guide says."""
    library = house.serving.release.library
    whole = guidance(house)
    open_ones = {guide.title for guide in library.guides} | {area.title for area in library.areas}
    second = library.guide("whistle")
    assert second is not None
    said = second.model_dump_json() + "".join(r.model_dump_json() for r in library.redlines)
    return {piece for piece in whole - open_ones if piece not in said}


def test_the_page_and_the_terminal_show_them(house: House) -> None:
    for channel in ("page", "terminal"):
        assert "看清伞下有几个人" in plain(on(house, channel, EventKind.PRESS, "g/umbrella"))
        assert "先做" in plain(on(house, channel, EventKind.TEXT, "雨伞太重拿不动"))


def test_telegram_says_that_they_exist_and_where(house: House) -> None:
    pieces = secret(house)
    assert len(pieces) > 20
    tried = [on(house, "telegram", EventKind.PRESS, a) for a in addresses("a")]
    for text in ("雨伞太重拿不动", "那家属呢", "黑伞要几个小时", "01:05"):
        tried.append(on(house, "telegram", EventKind.TEXT, text))
    for reply in tried:
        shown = plain(reply) + "".join(button.label for button in reply.buttons())
        assert not any(piece in shown for piece in pieces), shown
    told = plain(on(house, "telegram", EventKind.PRESS, "g/umbrella"))
    assert TITLE in told
    assert house.links.page in told
    assert TITLE in plain(on(house, "telegram", EventKind.TEXT, "雨伞太重拿不动"))
    for prefix in ("g", "pin", "sheet", "law"):
        assert prefix in SCREENS
        assert "内部指引" in plain(on(house, "telegram", EventKind.PRESS, f"{prefix}/umbrella"))
    assert "内部指引" in plain(on(house, "telegram", EventKind.PRESS, "l/umbrella-8h"))


def test_a_setting_allows_it(tmp_path: Path, internal: Path) -> None:
    everywhere = frozenset({"page", "telegram"})
    house = assemble(
        Settings(data=tmp_path / "var", library=internal, internal_on=everywhere), clock
    )
    house.serving.refresh(clock())
    assert "看清伞下" in plain(on(house, "telegram", EventKind.PRESS, "g/umbrella"))
    assert "看清伞下" not in plain(on(house, "terminal", EventKind.PRESS, "g/umbrella"))
    house.database.close()


def test_nothing_of_them_goes_over_telegram(
    tmp_path: Path, internal: Path, fake: FakeTelegram
) -> None:
    officer = fake.person("张三")
    pieces: set[str] = set()

    async def work() -> None:
        async with serving(settings(fake, tmp_path, internal)) as (house, _):
            pieces.update(secret(house))
            officer.say("雨伞太重拿不动")
            await asyncio.to_thread(officer.wait, "内部指引", timeout=20)
            shared = await asyncio.to_thread(officer.inline, "雨伞太重拿不动", timeout=20)
            assert TITLE not in [result["title"] for result in shared]
            for prefix in SCREENS:
                officer.send_callback(f"{prefix}/umbrella", officer.screen().message_id)
            await asyncio.to_thread(fake.drained, timeout=20)

    asyncio.run(work())
    told = [json.dumps(c.arguments, ensure_ascii=False) for c in fake.journal.calls]
    for piece in pieces:
        assert not any(piece in one for one in told), piece
