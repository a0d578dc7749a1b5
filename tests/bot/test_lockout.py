"""After five wrong codes a pause that grows, and nobody locks out another."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot import lockout
from bot.lockout import FREE, LONGEST_PAUSE, Lockout

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
NONE = timedelta()


def test_the_pause_grows() -> None:
    door = Lockout()
    now = NOW
    for _ in range(FREE - 1):
        door.wrong("a", now)
        assert door.pause("a", now) == NONE
    pauses = []
    for _ in range(9):
        door.wrong("a", now)
        pauses.append(door.pause("a", now))
        now += pauses[-1]
        assert door.pause("a", now) == NONE, "it ends"
    assert pauses[:3] == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE
    assert door.pause("b", now) == NONE


def test_a_right_code_and_time_forgive() -> None:
    door = Lockout()
    for _ in range(FREE):
        door.wrong("a", NOW)
        door.wrong("b", NOW)
    door.right("a")
    assert door.pause("a", NOW) == NONE
    assert door.pause("b", NOW) > NONE
    assert door.pause("b", NOW + lockout.FORGOTTEN) == NONE
    door.wrong("b", NOW + lockout.FORGOTTEN)
    assert door.pause("b", NOW + lockout.FORGOTTEN) == NONE


def test_what_is_remembered_is_bounded() -> None:
    door = Lockout()
    for number in range(lockout._REMEMBERED + 5):
        door.wrong(str(number), NOW)
    assert len(door._tries) == lockout._REMEMBERED
