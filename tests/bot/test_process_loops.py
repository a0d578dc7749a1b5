"""The loops beside the channels: edits need no database, and no part waits for another."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from bot.house import House, assemble
from bot.process import _follow, _keep, keep_house, refresh
from bot.settings import Settings
from bot.store.audit import Audit
from bot.store.database import StoreError
from index import releases as releases_module
from tests.bot.gone import Gone
from tests.fake_telegram import PATIENCE
from tests.small_library import change


@pytest.fixture
def house(tmp_path: Path, library: Path) -> Iterator[House]:
    made = assemble(Settings(data=tmp_path / "var", library=library))
    assert refresh(made)
    yield made
    made.database.close()


def edit(house: House) -> None:
    change(house.settings.library / "asked" / "whistle.txt", "口哨半夜响", "口哨半夜响啊")


async def _until(holds: Callable[[], bool]) -> None:
    while not holds():
        await asyncio.sleep(0.01)


def run(house: House, holds: Callable[[], bool]) -> None:
    """Both loops, until something holds."""

    async def work() -> None:
        tasks = [asyncio.create_task(_follow(house)), asyncio.create_task(_keep(house))]
        try:
            await asyncio.wait_for(_until(holds), PATIENCE)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)

    asyncio.run(work())


def test_edits_are_served_while_the_database_is_away(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("bot.process.REFRESH_SECONDS", 0.01)
    monkeypatch.setattr(house.database, "engine", Gone())
    run(house, lambda: "数据库用不了" in caplog.text)
    edit(house)
    run(house, lambda: house.serving.release.number == 2)


def test_one_part_that_fails_stops_no_other(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(_: object) -> NoReturn:
        raise StoreError("数据库用不了")

    swept: list[str] = []
    monkeypatch.setattr(house.incidents.outbox, "sweep", lambda now: swept.append("outbox"))
    with monkeypatch.context() as patch:
        patch.setattr(Audit, "entries", away)
        patch.setattr(house.membership.invites, "sweep", lambda now: swept[9])
        assert not keep_house(house)
    assert swept == ["outbox"]
    assert "IndexError" in caplog.text
    assert keep_house(house), "and it is done again"
    assert [entry.subject for entry in house.membership.audit.entries()] == ["release-1"] * 2


def test_what_keeps_the_folder_back_is_logged(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    edit(house)
    with monkeypatch.context() as patch:
        patch.setattr(releases_module, "save", full)
        assert refresh(house)
    assert "没能发布，仍用第 1 号发布：磁盘没有空间了" in caplog.text
    assert "30 秒后再试" in caplog.text
    assert house.serving.errors, "for whoever watches"
    house.serving.releases.rollback(1)
    assert refresh(house)
    edit_again = house.settings.library / "asked" / "whistle.txt"
    change(edit_again, "口哨半夜响啊", "口哨半夜响呢")
    assert refresh(house)
    assert "已经退回到第 1 号发布" in caplog.text
    assert house.serving.errors == ()
