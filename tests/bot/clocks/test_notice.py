"""A warning as a message: complete without the guide, named once, said to be late when it is."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.clocks.changes import rescheduled
from bot.clocks.clock import Pause
from bot.clocks.notice import is_obsolete, late, messages, successor
from bot.clocks.schedule import Preferences
from bot.message import Message
from guides.parts import Unit
from tests.small_clocks import BEIJING, CALENDAR, at, clock, limit

USUAL = Preferences()
RULE = limit(8, custody=True, at_end="放人")


def schedule(**more: Any) -> tuple[Message, ...]:
    return messages(clock(RULE, **more), CALENDAR, at("11-21 10:00"), USUAL, BEIJING)


def test_everything_is_in_the_message() -> None:
    first = schedule(walk="walkwalk")[0]
    assert first.person == "telegram:1"
    assert first.subject == "abcdefgh"
    assert first.due == at("11-21 16:00")
    assert json.loads(json.dumps(first.body)) == {
        "clock": "abcdefgh",
        "version": 1,
        "walk": "walkwalk",
        "guide": "umbrella",
        "label": "警情A",
        "limit": "看伞8",
        "limit_id": "a-limit",
        "custody": True,
        "stage": "before-2h",
        "at": "2026-11-21T16:00:00+08:00",
        "started": "2026-11-21T10:00:00+08:00",
        "due": "2026-11-21T18:00:00+08:00",
        "at_end": "放人",
        "sure": True,
        "why": None,
    }


def test_names_are_of_one_version_and_fit() -> None:
    names = [message.name for message in schedule()]
    assert len(set(names)) == 4
    assert all(len(name) <= 120 for name in names)
    assert not set(names) & {message.name for message in schedule(version=2)}
    assert names == [message.name for message in schedule()]


def test_a_paused_clock_promises_no_due_time() -> None:
    rule = limit(30, Unit.DAY, suspends=("鉴定",))
    resting = clock(rule, pauses=(Pause(at("11-21 11:00"), None, "鉴定"),))
    (only,) = messages(resting, CALENDAR, at("11-21 11:00"), USUAL, BEIJING)
    assert (only.body["due"], only.body["why"]) == (None, "鉴定")


def test_obsolete() -> None:
    running = clock(RULE)
    body = schedule()[0].body
    assert not is_obsolete(body, running)
    assert not is_obsolete(body, replace(running, label="警情B"))
    assert is_obsolete(body, None)
    assert is_obsolete(body, rescheduled(running))
    assert is_obsolete(body, replace(running, stopped=at("11-21 11:00")))
    assert is_obsolete(body, replace(running, acknowledged=at("11-21 19:00")))


def test_only_what_has_no_end_has_a_successor() -> None:
    running = clock(RULE)
    *planned, last = schedule()

    def next_of(message: Message, now: str) -> Message | None:
        return successor(message.body, running, CALENDAR, at(now), USUAL, BEIJING)

    assert planned
    assert all(next_of(message, "11-21 18:30") is None for message in planned)
    second = next_of(last, "11-21 18:30")
    assert second is not None
    assert (second.body["stage"], second.due) == ("after-2", at("11-21 19:00"))
    # Sent early, the clock of this machine being behind: never itself again.
    assert next_of(last, "11-21 18:29") == second
    # Nothing could be sent for hours: the missed ones are not made up for.
    much_later = next_of(last, "11-21 22:10")
    assert much_later is not None
    assert much_later.due == at("11-21 22:30")


@pytest.mark.parametrize(
    ("minutes", "told"),
    [
        (-5, None),
        (2, None),
        (3, "这条提醒晚了 3 分钟"),
        (65, "这条提醒晚了 1 小时 5 分"),
    ],
)
def test_late(minutes: int, told: str | None) -> None:
    assert late(schedule()[0].body, at("11-21 16:00") + timedelta(minutes=minutes)) == told
