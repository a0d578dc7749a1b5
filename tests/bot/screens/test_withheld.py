"""Guides of ``circulation: internal``: on the page, not on Telegram, which says where."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.house import House, assemble
from bot.people.roles import Member, Role
from bot.screens.reply import Event, EventKind, Reply, plain
from bot.settings import Settings
from bot.topics.topic import SCREENS
from guides.folder import read_folder
from tests.bot.crawling import crawl
from tests.bot.houses import addresses
from tests.bot.on_telegram import clock, serving, settings
from tests.bot.secrets_of_guides import secret
from tests.fake_telegram import FakeTelegram
from tests.small_library import as_retired, change

OFFICER = Member("a", Role.ADMIN)
TITLE = "收缴雨伞"
TODAY = clock().date()


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


def retire(house: House, library: Path) -> None:
    """As the manual says: the file moves to retired/, with its end."""
    ended = {"from": date(2026, 1, 1), "to": TODAY - timedelta(days=1)}
    path = library / "scene" / "umbrella.yaml"
    text = as_retired(
        path.read_text(encoding="utf-8"), status="retired", in_force=ended, retired_because="不用了"
    )
    delete(house, library)
    (library / "retired").mkdir()
    (library / "retired" / "umbrella@2026-01-01.yaml").write_text(text, encoding="utf-8")


def delete(house: House, library: Path) -> None:
    (library / "scene" / "umbrella.yaml").unlink()
    change(library / "redlines" / "steal-umbrella.yaml", "instead: umbrella\n", "")
    (library / "words.yaml").write_text("[]\n", encoding="utf-8")
    for asked in (library / "asked").glob("umbrella.txt"):
        asked.unlink()


def nothing(house: House, library: Path) -> None:
    """The guide stays as it is."""


def publish(house: House, library: Path) -> None:
    """As a person does who has confirmed that a custody limit goes."""
    later = clock() + timedelta(minutes=1)
    house.serving.releases.publish(read_folder(library), "", later)
    house.serving.refresh(later)


def under_way(house: House) -> tuple[str, str]:
    """A walk and its clock, begun on the page, where both are shown."""
    address = on(house, "page", EventKind.PRESS, "begin/umbrella").rows[0][0].address
    walk = address.rpartition("/")[2]
    on(house, "page", EventKind.PRESS, address)
    ticked = on(house, "page", EventKind.PRESS, f"tick/{walk}/look/1")
    run = next(b.address for b in ticked.buttons() if b.address.startswith("run/"))
    on(house, "page", EventKind.PRESS, run)
    return walk, run.split("/")[2]


def on_telegram(house: House, walk: str, own: str) -> dict[str, Reply]:
    """All that can be pressed about them."""
    tails = ("", "/1", "/1/yes", "/1/0", "/1/10", "/look", "/look/1", "/html", "/umbrella-8h")
    tried = [f"{prefix}/{id}{tail}" for prefix in SCREENS for id in (walk, own) for tail in tails]
    # What stops the clock or ends the walk comes last.
    tried.sort(key=lambda one: one.startswith(("stop", "finish", "wipe", "unsession")))
    shown = {one: on(house, "telegram", EventKind.PRESS, one) for one in tried}
    return shown | crawl(house, OFFICER, "telegram", ["clocks", "walks", *tried])


@pytest.mark.parametrize("happens", [nothing, retire, delete])
def test_what_runs_stays_internal(
    happens: Callable[[House, Path], None], house: House, internal: Path
) -> None:
    pieces = secret(house)
    walk, own = under_way(house)
    release = house.serving.release.number
    happens(house, internal)
    publish(house, internal)
    assert (house.serving.release.number > release) == (happens is not nothing)
    shown = on_telegram(house, walk, own)
    for address, reply in shown.items():
        told = plain(reply) + "".join(button.label for button in reply.buttons())
        assert not [piece for piece in pieces if piece in told], (address, told)
    for address in (f"walk/{walk}", f"clock/{own}"):
        assert "内部指引" in plain(shown[address])


def test_what_became_internal_is_so_from_then_on(house: House, internal: Path) -> None:
    change(internal / "scene" / "umbrella.yaml", "circulation: internal", "circulation: open")
    publish(house, internal)
    walk, own = under_way(house)
    assert "通知家属" in plain(on(house, "telegram", EventKind.PRESS, f"walk/{walk}"))
    assert "看伞8小时" in plain(on(house, "telegram", EventKind.PRESS, f"clock/{own}"))
    change(internal / "scene" / "umbrella.yaml", "circulation: open", "circulation: internal")
    publish(house, internal)
    for address in (f"walk/{walk}", f"clock/{own}", "clocks"):
        told = on(house, "telegram", EventKind.PRESS, address)
        shown = plain(told) + "".join(button.label for button in told.buttons())
        assert "看伞" not in shown
        assert "通知家属" not in shown


def test_an_internal_clock_can_be_put_off_and_stopped_without_its_words(house: House) -> None:
    _, own = under_way(house)
    told = plain(on(house, "telegram", EventKind.PRESS, f"snooze/{own}/1/10"))
    assert "再提醒一次" in told
    asked = on(house, "telegram", EventKind.PRESS, f"stop/{own}/1")
    assert "确实办完了才停" in plain(asked)
    assert "已停止" in plain(on(house, "telegram", EventKind.PRESS, asked.rows[0][0].address))


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
            await asyncio.to_thread(officer.wait, "内部指引")
            shared = await asyncio.to_thread(officer.inline, "雨伞太重拿不动")
            assert TITLE not in [result["title"] for result in shared]
            for prefix in SCREENS:
                officer.send_callback(f"{prefix}/umbrella", officer.screen().message_id)
            await asyncio.to_thread(fake.drained)

    asyncio.run(work())
    told = [json.dumps(c.arguments, ensure_ascii=False) for c in fake.journal.calls]
    for piece in pieces:
        assert not any(piece in one for one in told), piece
