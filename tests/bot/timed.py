"""A house whose clock a test sets forward."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from bot.house import House


class Clock:
    """A clock that a test sets forward."""

    def __init__(self, house: House) -> None:
        self.now: datetime = house.clock()

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(house: House) -> Clock:
    return Clock(house)


@pytest.fixture
def timed(house: House, clock: Clock) -> House:
    house.assistant.clock = clock
    return replace(house, clock=clock)
