"""The running program sends what falls due, with Telegram and without, and sweeps what is old."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.house import House, assemble
from bot.people.roles import Role
from bot.process import keep_house
from bot.settings import Settings
from bot.store.outbox import SENT, UNDELIVERED
from tests.bot.conftest import start
from tests.bot.members import let_in
from tests.bot.patience import eventually
from tests.bot.tellers import HOUR, NOW, Time, house, published, rows, started, states, time
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


def test_over_telegram(released: Path, library: Path, fake: FakeTelegram) -> None:
    """What was sent is not sent again by the next run, however soon the first one ended."""
    officer, data = fake.person("张三"), released
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
        eventually(lambda: len(fake.journal.sent(officer)) >= 1, "not sent")
        running.stop()
        assert running.process.returncode == 0
        assert "Traceback" not in running.text()
    texts = fake.journal.texts(officer)
    assert ["已超 4" in text for text in texts] == [True], "once, and not for each that was due"
    told = left(data, library)
    assert [told[stage] for stage in ("before-2h", "due", "after-1")] == [SENT] * 3
    assert "after-2" in told


def _started(made: House, person: str) -> None:
    started(made, person, made.clock())


def test_without_telegram(released: Path, library: Path) -> None:
    """Nobody looked at the page: others are told, the operator's log says that there are none."""
    data = released
    before(data, library, lambda h: _started(h, let_in(h, None, Role.OFFICER).person))
    running = start(data, library)
    try:
        eventually(lambda: "送不到任何人" in running.text(), "not told")
    finally:
        running.stop()
    assert "警情A" not in running.text()
    assert "看伞" not in running.text()
    assert running.text().count("送不到任何人") == 1, "once, and not for each that was due"
    assert left(data, library)["after-1"] == UNDELIVERED


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
