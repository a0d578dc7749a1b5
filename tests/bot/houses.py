"""A house with all in it, who is signed in, and what it may not tell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from sqlalchemy import select

from bot.house import House, assemble
from bot.settings import Settings
from bot.store.keys import SESSION
from bot.store.schema import metadata
from bot.topics.topic import SCREENS
from tests.bot.on_telegram import clock

_OWN = {"明白", "首页", "返回"}  # words of the program, not of a guide


def guidance(house: House) -> set[str]:
    """Every piece of text that a guide, sheet or redline carries."""
    found: set[str] = set()

    def collect(value: Any) -> None:
        if isinstance(value, BaseModel):
            collect(value.model_dump())
        elif isinstance(value, dict):
            for one in value.values():
                collect(one)
        elif isinstance(value, list | tuple):
            for one in value:
                collect(one)
        elif isinstance(value, str) and re.search(r"[一-龥]{2}", value):
            found.add(value)

    library = house.serving.release.library
    collect(list(library.guides))
    collect(list(library.redlines))
    return {piece for piece in found if len(piece) > 2 and piece not in _OWN}


def addresses(member: str) -> list[str]:
    """Every screen with every kind of argument, sensible or not."""
    parts = ("umbrella", "umbrella-8h", member, "officer", "scene")
    tails = ("", "/look", "/yes", "/1", "/up", "/v/all", "/s/look")
    made = list(SCREENS) + [f"{p}/{a}{t}" for p, a, t in product(SCREENS, parts, tails)]
    return [address for address in made if len(address.encode()) <= 64]


def snapshot(house: House) -> dict[str, list[Any]]:
    """All state, but Telegram's own numbers and how many wrong codes there were."""
    with house.database.read() as connection:
        return {
            name: [tuple(row) for row in connection.execute(select(table))]
            for name, table in metadata.tables.items()
            if name not in ("updates", "tries")
        }


@pytest.fixture
def house(tmp_path: Path, library: Path) -> Iterator[House]:
    chosen = Settings(data=tmp_path / "var", library=library, asks_per_minute=0.0)
    made = assemble(chosen, clock)
    made.serving.refresh(clock())
    yield made
    made.database.close()


def signed_in(house: House, person: str) -> str:
    """The cookie of a fresh session of ``person``."""
    secret, life = f"secret-of-{person}", timedelta(days=30)
    house.membership.keys.add(SESSION, secret, person, house.clock(), life)
    return secret
