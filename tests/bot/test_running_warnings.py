"""The running program sends what falls due, with Telegram and without, and sweeps what is old."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.assembly import House, assemble
from bot.outbox import Delivery
from bot.roles import Role
from bot.running import _dispatch, keep_house
from bot.settings import Settings
from bot.store.outbox import SENT, UNDELIVERED, Claimed, Outbox
from bot.telling import Teller
from tests.bot.conftest import start
from tests.bot.members import let_in
from tests.bot.tellers import HOUR, NOW, Time, house, published, rows, started, states, time
from tests.bot.test_running import eventually
from tests.fake_telegram import FakeTelegram

__all__ = ["house", "published", "time"]  # the fixtures


def before(data: Path, library: Path, prepare: Callable[[House], None]) -> None:
    """What an earlier run left: a clock that is over by now."""
    then = datetime.now(ZoneInfo("Asia/Shanghai")) - timedelta(hours=8, minutes=40)
    made = assemble(Settings(data=data, library=library), lambda: then)
    made.serving.refresh(then)
    prepare(made)
    made.database.close()


def left(data: Path, library: Path) -> dict[str, str]:
    made = assemble(Settings(data=data, library=library))
    try:
        return states(made)
    finally:
        made.database.close()


def test_over_telegram(tmp_path: Path, library: Path, fake: FakeTelegram) -> None:
    """What was sent is not sent again by the next run, however soon the first one ended."""
    officer, data = fake.person("张三"), tmp_path / "var"
    account = f"telegram:{officer.id}"
    before(data, library, lambda h: _started(h, let_in(h, account, Role.OFFICER).person))
    for _ in range(2):
        running = start(
            data,
            library,
            TELEGRAM_BOT_TOKEN=fake.token,
            TELEGRAM_BASE_URL=fake.base_url,
            TELEGRAM_BASE_FILE_URL=fake.base_file_url,
        )
        eventually(lambda: len(fake.journal.sent(officer)) == 3, "not sent")
        running.stop()
        assert running.process.returncode == 0
        assert "Traceback" not in running.text()
    texts = fake.journal.texts(officer)
    assert ["已超 4" in text for text in texts] == [True] * 3
    told = left(data, library)
    assert [told[stage] for stage in ("before-2h", "due", "after-1")] == [SENT] * 3
    assert "after-2" in told


def _started(made: House, person: str) -> None:
    started(made, person, made.clock())


def test_without_telegram(tmp_path: Path, library: Path) -> None:
    """Nobody looked at the page: others are told, the operator's log says that there are none."""
    data = tmp_path / "var"
    before(data, library, lambda h: _started(h, let_in(h, None, Role.OFFICER).person))
    running = start(data, library)
    try:
        eventually(lambda: running.text().count("送不到任何人") == 3, "not told")
    finally:
        running.stop()
    assert "警情A" not in running.text()
    assert "看伞" not in running.text()
    assert left(data, library)["due"] == UNDELIVERED


def test_what_is_old_is_swept(house: House, time: Time) -> None:
    person = let_in(house, "telegram:1", Role.OFFICER).person
    clock = started(house, person)
    assert house.incidents.clocks.stop(clock, NOW + HOUR)
    started(house, person, id="running1")
    time.now = NOW + 8 * HOUR
    outbox = house.incidents.outbox
    outbox.sent([one.id for one in outbox.claim(time.now, 9)], time.now)
    time.now = NOW + timedelta(days=32)
    keep_house(house)
    assert [one.id for one in house.incidents.clocks.of(person, running_only=False)] == ["running1"]
    assert "due" not in states(house)
    assert [row.body["stage"] for row in rows(house)] == ["after-1"], "what waits stays"


def test_a_dispatcher_that_breaks_is_replaced(
    house: House, time: Time, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    person = let_in(house, "telegram:1", Role.OFFICER).person
    started(house, person)
    time.now = NOW + 6 * HOUR
    monkeypatch.setattr("bot.running.REFRESH_SECONDS", 0.01)
    real = Outbox.claim
    failed: list[bool] = []

    def claim(self: Outbox, *given: object) -> list[Claimed]:
        if not failed:
            failed.append(True)
            raise KeyError("看伞8小时")
        return real(self, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(Outbox, "claim", claim)
    delivered = asyncio.Event()

    async def deliver(claimed: Claimed) -> Delivery:
        delivered.set()
        return Delivery.DELIVERED

    async def work() -> None:
        task = asyncio.create_task(_dispatch(Teller(house), deliver))
        await asyncio.wait_for(delivered.wait(), 20)
        task.cancel()
        await asyncio.wait([task])

    asyncio.run(work())
    assert "KeyError" in caplog.text
    assert "看伞" not in caplog.text
    assert states(house)["before-2h"] == SENT
