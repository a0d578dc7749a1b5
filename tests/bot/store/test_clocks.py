"""Clocks and their warnings are written together or not at all; both databases."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from time import sleep
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.clocks import changes
from bot.clocks.clock import Clock, Pause
from bot.clocks.notice import is_obsolete, messages, successor
from bot.clocks.schedule import Preferences
from bot.message import Message
from bot.store.clocks import Clocks
from bot.store.database import Database, StoreError
from bot.store.ids import new_id
from bot.store.outbox import Outbox
from bot.store.personal import PersonalData
from bot.store.preferences import PersonalPreferences
from bot.store.schema import clocks as table
from bot.store.schema import outbox
from bot.store.walks import Walks
from guides.folder import read_folder
from guides.parts import Direction, Limit, Roll, Unit
from tests.small_clocks import BEIJING, CALENDAR, at, clock, limit, tier

NOW = at("11-21 10:00")
USUAL = Preferences()
RULE = limit(8, custody=True, extend=(tier(24),), at_end="放人")


@pytest.fixture
def clocks(database: Database) -> Clocks:
    return Clocks(database)


def schedule(made: Clock, now: datetime = NOW) -> tuple[Message, ...]:
    return messages(made, CALENDAR, now, USUAL, BEIJING)


def started(clocks: Clocks, rule: Limit = RULE, **more: Any) -> Clock:
    made = clock(rule, **more)
    assert clocks.start(made, schedule(made), NOW)
    return made


def waiting(database: Database, state: str = "due") -> list[tuple[str, str]]:
    """(name, person) of the outbox's rows in one state, by when they are due."""
    query = select(outbox).where(outbox.c.state == state).order_by(outbox.c.due)
    with database.read() as connection:
        return [(row.name, row.person) for row in connection.execute(query).all()]


def names(database: Database, state: str = "due") -> list[str]:
    return [name for name, _ in waiting(database, state)]


def planned(version: int = 1) -> list[str]:
    stages = ("before-2h", "before-30m", "due", "after-1")
    return [f"clock/abcdefgh/{version}/{stage}" for stage in stages]


@pytest.mark.parametrize(
    "made",
    [
        clock(RULE, walk="walkwalk"),
        clock(
            limit(30, Unit.DAY, suspends=("鉴定",), roll=Roll.NEXT_WORKDAY, sure=False),
            pauses=(
                Pause(at("11-22 10:00"), at("11-23 10:00"), "鉴定"),
                Pause(at("11-24 10:00"), None, "鉴定"),
            ),
            tiers=0,
        ),
        clock(RULE, tiers=1, stopped=at("11-21 19:00"), acknowledged=at("11-21 18:30"), version=4),
        clock(limit(7, Unit.WORKDAY, direction=Direction.BEFORE), "12-01 09:00"),
    ],
)
def test_what_goes_in_comes_out_in_utc(clocks: Clocks, made: Clock) -> None:
    clocks.start(made, (), NOW)
    read = clocks.get(made.id)
    assert read == made
    assert read.started.tzinfo is UTC
    assert all(pause.begin.utcoffset() == timedelta() for pause in read.pauses)


def test_a_started_clock_has_its_warnings(clocks: Clocks, database: Database) -> None:
    made = started(clocks)
    assert names(database) == planned()
    assert clocks.of("telegram:1") == (made,)
    assert clocks.of("telegram:2") == ()
    assert clocks.get("nothing1") is None


def test_the_button_that_starts_it_pressed_twice(clocks: Clocks, database: Database) -> None:
    made = started(clocks)
    again = replace(made, started=at("11-21 10:01"), version=1)
    assert not clocks.start(again, schedule(again), NOW)
    assert clocks.get(made.id) == made
    assert names(database) == planned()


def test_a_label_with_a_number_is_never_written(clocks: Clocks) -> None:
    with pytest.raises(ValueError, match="手机号"):
        clocks.start(clock(RULE, label="13912345678"), (), NOW)
    assert clocks.of("telegram:1") == ()


def test_a_change_comes_with_its_own_warnings(clocks: Clocks, database: Database) -> None:
    longer = changes.extended(started(clocks), CALENDAR, NOW)
    assert clocks.change(longer, schedule(longer), NOW)
    assert clocks.get(longer.id) == longer
    assert names(database) == planned(2)


def test_pressed_twice_changes_once(clocks: Clocks, database: Database) -> None:
    made = started(clocks)
    longer = changes.extended(made, CALENDAR, NOW)
    assert clocks.change(longer, schedule(longer), NOW)
    moved = changes.restarted(made, at("11-21 09:00"), NOW)
    assert not clocks.change(moved, schedule(moved), NOW)
    assert not clocks.change(longer, schedule(longer), NOW)
    assert clocks.get(made.id) == longer
    assert names(database) == planned(2)


def test_one_change_at_a_time(clocks: Clocks, database: Database) -> None:
    """Two versions on: what lay between was never written."""
    made = started(clocks)
    twice = changes.extended(changes.restarted(made, at("11-21 09:00"), NOW), CALENDAR, NOW)
    assert not clocks.change(twice, schedule(twice), NOW)
    assert clocks.get(made.id) == made
    assert names(database) == planned()


def test_only_its_person_changes_a_clock(clocks: Clocks, database: Database) -> None:
    made = started(clocks)
    stolen = replace(changes.stopped(made, NOW), person="telegram:2")
    assert not clocks.change(stolen, (), NOW)
    assert clocks.get(made.id) == made
    assert names(database) == planned()


def test_two_at_the_same_moment(clocks: Clocks, database: Database) -> None:
    """However they meet: one of them, whole."""
    made = started(clocks)
    several_changes = [changes.restarted(made, at(f"11-21 09:{n:02}"), NOW) for n in range(8)]
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda c: clocks.change(c, schedule(c), NOW), several_changes))
    assert done.count(True) == 1
    winner = several_changes[done.index(True)]
    assert clocks.get(made.id) == winner
    expected = [message.name for message in schedule(winner)]
    assert names(database) == expected
    query = select(outbox.c.body).where(outbox.c.state == "due")
    with database.read() as connection:
        bodies = connection.scalars(query).all()
    assert {body["started"] for body in bodies} == {winner.started.isoformat()}


def test_what_fails_leaves_the_old_warnings(clocks: Clocks, database: Database) -> None:
    """Taken back and not put: the one mistake that must not happen."""
    made = started(clocks)
    longer = changes.extended(made, CALENDAR, NOW)
    broken: Sequence[Message] = [replace(message, person="") for message in schedule(longer)]
    too_long = [replace(broken[0], name=None)]  # type: ignore[arg-type]  # the database refuses it
    with pytest.raises(StoreError):
        clocks.change(longer, too_long, NOW)
    assert clocks.get(made.id) == made
    assert names(database) == planned()


def test_stopping_takes_back_what_waits(clocks: Clocks, database: Database) -> None:
    made = started(clocks)
    assert clocks.stop(made, NOW)
    assert names(database) == []
    assert not clocks.stop(made, NOW), "the second press"
    assert clocks.of("telegram:1") == ()
    (kept,) = clocks.of("telegram:1", running_only=False)
    assert kept.stopped == NOW
    with pytest.raises(ValueError, match="已经停了"):
        clocks.stop(kept, NOW)


def test_confirming_ends_the_reminders(clocks: Clocks, database: Database) -> None:
    made = started(clocks)
    with pytest.raises(ValueError, match="还没到期"):
        clocks.acknowledge(made, CALENDAR, at("11-21 17:00"))
    assert names(database) == planned()
    assert clocks.acknowledge(made, CALENDAR, at("11-21 18:10"))
    assert names(database) == []
    assert [c.acknowledged for c in clocks.of("telegram:1")] == [at("11-21 18:10")]


# --- reminders without an end ---------------------------------------------------------


def reminder(clocks: Clocks, said: dict[str, Any], now: datetime) -> bool:
    """What whoever delivers does before sending."""
    running = clocks.get(said["clock"])
    assert running is not None
    assert not is_obsolete(said, running)
    following = successor(said, running, CALENDAR, now, USUAL, BEIJING)
    return following is not None and clocks.chain(running, following)


def test_no_crash_breaks_the_chain(clocks: Clocks, database: Database) -> None:
    """Killed before the chain, before the send, before the mark: there is always a next one."""
    started(clocks)
    box = Outbox(database)
    now = at("11-21 18:30")
    early = box.claim(now, 10)
    box.sent([claimed.id for claimed in early if claimed.message.body["stage"] != "after-1"], now)
    sent = []
    for round in range(12):
        now += timedelta(minutes=31)
        for claimed in box.claim(now, 10):
            if round % 4 == 0:
                continue  # killed at once
            reminder(clocks, claimed.message.body, now)
            if round % 4 == 1:
                continue  # killed before the send
            sent.append(claimed.message.body["stage"])
            if round % 4 == 2:
                continue  # sent, and killed before the mark: comes again, marked
            box.sent([claimed.id], now)
        assert len(names(database)) <= 1, "what piled up is not made up for"
        assert names(database) or names(database, "sending")
    assert len(set(sent)) >= 3


def test_chained_twice_is_chained_once(clocks: Clocks, database: Database) -> None:
    made = started(clocks)
    box = Outbox(database)
    now = at("11-21 18:30")
    said = {c.message.body["stage"]: c.message.body for c in box.claim(now, 10)}
    assert not reminder(clocks, said["due"], now), "its successor is in the schedule"
    assert reminder(clocks, said["after-1"], now)
    assert not reminder(clocks, said["after-1"], now)
    assert not reminder(clocks, said["after-1"], now + timedelta(hours=1)), "one waits already"
    assert names(database) == [f"clock/{made.id}/1/after-2"]


def test_a_changed_clock_is_not_chained(clocks: Clocks, database: Database) -> None:
    made = started(clocks)
    box = Outbox(database)
    now = at("11-21 18:30")
    (said,) = [c.message.body for c in box.claim(now, 10) if c.message.body["stage"] == "after-1"]
    following = successor(said, made, CALENDAR, now, USUAL, BEIJING)
    assert following is not None
    assert clocks.stop(made, now)
    assert not clocks.chain(made, following)
    assert names(database) == []
    assert is_obsolete(said, clocks.get(made.id))


def test_a_change_that_is_being_written_is_not_chained_after(
    clocks: Clocks, database: Database
) -> None:
    made = started(clocks)
    Outbox(database).claim(at("11-21 18:30"), 10)
    following = replace(schedule(made)[-1], name=f"clock/{made.id}/1/after-2")
    with ThreadPoolExecutor(1) as pool:
        with database.begin() as connection:
            connection.execute(update(table).values(stopped=NOW.astimezone(UTC), version=2))
            chaining = pool.submit(clocks.chain, made, following)
            sleep(0.2)  # it has to wait for the end of this transaction
        assert chaining.result() is False
    assert names(database) == []


def test_a_paused_clock_is_chained_as_well(clocks: Clocks, database: Database) -> None:
    rule = limit(30, Unit.DAY, suspends=("鉴定",))
    made = started(clocks, rule)
    resting = changes.paused(made, "鉴定", NOW, CALENDAR, NOW)
    assert clocks.change(resting, schedule(resting), NOW)
    assert names(database) == ["clock/abcdefgh/2/paused-1"]
    now = at("11-22 09:00")
    (claimed,) = Outbox(database).claim(now, 10)
    assert reminder(clocks, claimed.message.body, now)
    assert names(database) == ["clock/abcdefgh/2/paused-2"]


# --- forgetting -----------------------------------------------------------------------


def test_forgetting_a_person(clocks: Clocks, database: Database) -> None:
    over = started(clocks)
    assert clocks.stop(over, NOW)
    running = started(clocks, id="yyyyyyyy")
    other = started(clocks, id="zzzzzzzz", person="telegram:2")
    before = waiting(database)
    assert PersonalData(database).wipe("telegram:1") == 1
    assert clocks.of("telegram:1", running_only=False) == (running,)
    assert clocks.of("telegram:2") == (other,)
    assert waiting(database) == before, "a limit does not end because an account did"


def test_sweeping(clocks: Clocks, database: Database, library: Path) -> None:
    def ended(id: str, **more: Any) -> Clock:
        made = started(clocks, id=id, **more)
        assert clocks.stop(made, NOW)
        return made

    guide = read_folder(library).library().guide("umbrella")
    assert guide is not None
    walk = Walks(database).start("telegram:1", guide, "警情A", NOW)
    kept = ended("eeeeeeee", walk=walk.id)
    ended("aaaaaaaa")
    ended("bbbbbbbb", walk="gonegone")
    late = started(clocks, id="cccccccc", start="11-20 01:00")
    assert clocks.acknowledge(late, CALENDAR, NOW)
    running = started(clocks, id="dddddddd")
    assert clocks.sweep(NOW + timedelta(days=30), 30) == 0, "not older than that"
    assert clocks.sweep(NOW + timedelta(days=30, seconds=1), 30) == 3
    left = clocks.of("telegram:1", running_only=False)
    assert [c.id for c in left] == [running.id, kept.id], "with its walk, for the notes"


# --- what belongs to it ---------------------------------------------------------------


def test_ids() -> None:
    assert new_id(bytes) == "aaaaaaaa"
    made = {new_id() for _ in range(200)}
    assert len(made) == 200
    assert all(len(id) == 8 and id == id.lower() and id.isalnum() for id in made)


def test_preferences(database: Database) -> None:
    kept = PersonalPreferences(database)
    assert kept.of("telegram:1") == Preferences()
    for wanted in (
        Preferences(time(23, 30), time(6), ("1d", "4h", "90m")),
        Preferences(None, None),
    ):
        kept.keep("telegram:1", wanted)
        assert kept.of("telegram:1") == wanted
    assert kept.of("telegram:2") == Preferences()
    PersonalData(database).wipe("telegram:1")
    assert kept.of("telegram:1") == Preferences()
