"""Talking to the assistant alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.house import House, assemble
from bot.screens.reply import Event, EventKind, Reply
from bot.settings import Settings
from bot.store.ledger import Ledger

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def house(tmp_path: Path, library: Path) -> Iterator[House]:
    made = assemble(Settings(data=tmp_path / "var", library=library), lambda: NOW)
    made.serving.refresh(NOW)
    yield made
    made.database.close()


def say(house: House, text: str, person: str = "a") -> Reply:
    return house.assistant.handle(Event(person, EventKind.TEXT, text))


def press(house: House, address: str, person: str = "a") -> Reply:
    return house.assistant.handle(Event(person, EventKind.PRESS, address))


def misses(house: House) -> list[str]:
    return [miss.question for miss in Ledger(house.database).misses()]
