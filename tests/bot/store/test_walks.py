"""Walks survive, are handed over once with all their clocks, and are forgotten; both databases."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, timedelta
from itertools import count
from pathlib import Path
from time import sleep

import pytest
from sqlalchemy import select, update

from bot.clocks import changes
from bot.clocks.clock import Clock
from bot.clocks.notice import messages
from bot.clocks.schedule import Preferences
from bot.message import Message
from bot.store.clocks import Clocks
from bot.store.database import Database
from bot.store.outbox import Outbox
from bot.store.personal import PersonalData
from bot.store.schema import clocks as clock_table
from bot.store.schema import handovers, outbox, walk_marks
from bot.store.walks import Walks
from bot.walks.walk import Mark, Walk, WalkState, seen_of
from guides.folder import read_folder
from guides.model import Guide
from guides.parts import Circulation
from tests.small_clocks import BEIJING, CALENDAR, at, clock, limit

NOW = at("11-21 10:00")
LATER = NOW + timedelta(minutes=5)
ME, YOU = "telegram:1", "telegram:2"


@pytest.fixture
def walks(database: Database) -> Walks:
    return Walks(database)


@pytest.fixture
def clocks(database: Database) -> Clocks:
    return Clocks(database)


@pytest.fixture
def guide(library: Path) -> Guide:
    found = read_folder(library).library().guide("umbrella")
    assert found is not None
    return found


def schedule(made: Clock) -> Sequence[Message]:
    return messages(made, CALENDAR, LATER, Preferences(), BEIJING)


def a_clock(clocks: Clocks, walk: Walk, id: str = "abcdefgh") -> Clock:
    made = clock(limit(8, custody=True), walk=walk.id, id=id, label=walk.label, person=walk.person)
    assert clocks.start(made, schedule(made), NOW)
    return made


def waiting(database: Database) -> list[tuple[str, str, str]]:
    """(name, person, label) of what waits."""
    query = select(outbox).where(outbox.c.state == "due").order_by(outbox.c.due, outbox.c.name)
    with database.read() as connection:
        rows = connection.execute(query).all()
    return [(row.name, row.person, row.body["label"]) for row in rows]


def rows(database: Database, table: object) -> int:
    with database.read() as connection:
        return len(connection.execute(select(table)).all())  # type: ignore[call-overload]


def test_what_goes_in_comes_out(walks: Walks, guide: Guide) -> None:
    guide = guide.model_copy(update={"circulation": Circulation.INTERNAL})
    made = walks.start(ME, guide, "警情A", NOW)
    assert len(made.id) == 8
    assert made == Walk(
        id=made.id,
        person=ME,
        guide="umbrella",
        revision=1,
        label="警情A",
        state=WalkState.OPEN,
        started=NOW,
        changed=NOW,
        seen=seen_of(guide),
        circulation=Circulation.INTERNAL,
    )
    read = walks.get(made.id)
    assert read == made
    assert read.started.tzinfo is UTC
    assert walks.get("nothing1") is None


def test_an_id_that_is_taken_is_not_given_again(database: Database, guide: Guide) -> None:
    numbers = count()
    walks = Walks(database, random=lambda size: bytes([next(numbers) // 2] * size))
    made = [walks.start(ME, guide, "警情A", NOW).id for _ in range(3)]
    assert len(set(made)) == 3


def test_the_button_that_starts_it_pressed_twice(walks: Walks, guide: Guide) -> None:
    first = walks.start(ME, guide, "警情A", NOW, id="abcdefgh")
    walks.tick(first, "look", NOW)
    again = walks.start(ME, guide, "警情B", LATER, id="abcdefgh")
    assert (again.label, list(again.marks)) == ("警情A", ["look"])
    assert len(walks.of(ME)) == 1
    with pytest.raises(ValueError, match="已经用过"):
        walks.start(YOU, guide, "警情A", LATER, id="abcdefgh")


def test_of_a_person_the_newest_first(walks: Walks, guide: Guide) -> None:
    first = walks.start(ME, guide, "警情A", NOW)
    second = walks.start(ME, guide, "警情B", LATER)
    walks.start(YOU, guide, "警情A", NOW)
    ticked = walks.tick(first, "look", LATER + timedelta(minutes=1))
    assert walks.of(ME) == (second, ticked)
    assert walks.of("telegram:3") == ()


def test_ticking_twice_is_ticking_once(walks: Walks, guide: Guide) -> None:
    made = walks.start(ME, guide, "警情A", NOW)
    walks.tick(made, "look", LATER)
    again = walks.tick(made, "look", LATER + timedelta(hours=1))
    assert again is not None
    assert again.marks == {"look": Mark("look", LATER)}
    walks.tick(made, "heavy", LATER, "重")
    walks.tick(made, "heavy", LATER + timedelta(hours=1), "重")
    changed = walks.tick(made, "heavy", LATER + timedelta(hours=2), "不重")
    assert changed is not None
    assert changed.marks["heavy"] == Mark("heavy", LATER + timedelta(hours=2), "不重")
    assert changed == walks.get(made.id)
    assert walks.tick(replace(made, id="nothing1"), "look", NOW) is None


def test_an_answer_given_anew_has_its_own_time(walks: Walks, guide: Guide) -> None:
    """Else a circle of the guide could not be gone round with the same answer."""
    made = walks.start(ME, guide, "警情A", NOW)
    walks.tick(made, "heavy", NOW, "重")
    again = walks.tick(made, "heavy", LATER, "重", anew=True)
    assert again is not None
    assert again.marks == {"heavy": Mark("heavy", LATER, "重")}


def test_a_tick_without_a_choice_can_get_one(walks: Walks, guide: Guide) -> None:
    """The step became a question meanwhile."""
    made = walks.start(ME, guide, "警情A", NOW)
    walks.tick(made, "family", NOW)
    for choice in ("有", None):
        changed = walks.tick(made, "family", LATER, choice)
        assert changed is not None
        assert changed.marks["family"] == Mark("family", LATER, choice)


def test_a_tick_for_an_earlier_time_is_still_a_change_now(walks: Walks, guide: Guide) -> None:
    made = walks.start(ME, guide, "警情A", NOW)
    earlier = walks.tick(made, "look", NOW - timedelta(hours=1))
    assert earlier is not None
    assert earlier.marks["look"].at == NOW - timedelta(hours=1)
    assert earlier.changed == NOW


def test_many_ticks_at_the_same_moment(walks: Walks, guide: Guide) -> None:
    made = walks.start(ME, guide, "警情A", NOW)
    steps = [step.id for step in guide.steps] * 4
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda step: walks.tick(made, step, LATER), steps))
    read = walks.get(made.id)
    assert read is not None
    assert set(read.marks) == set(steps)


def test_unticking(walks: Walks, guide: Guide) -> None:
    made = walks.start(ME, guide, "警情A", NOW)
    walks.tick(made, "look", NOW)
    walks.tick(made, "family", NOW)
    left = walks.untick(made, "look", LATER)
    assert left is not None
    assert list(left.marks) == ["family"]
    assert left.changed == LATER


def test_finishing_keeps_when_it_was_first(walks: Walks, guide: Guide) -> None:
    made = walks.start(ME, guide, "警情A", NOW)
    paused = walks.set_state(made, WalkState.PAUSED, NOW)
    assert paused is not None
    assert (paused.state, paused.finished) == (WalkState.PAUSED, None)
    for moment in (LATER, LATER + timedelta(hours=1)):
        done = walks.set_state(made, WalkState.FINISHED, moment)
        assert done is not None
        assert (done.state, done.finished) == (WalkState.FINISHED, LATER)
    opened = walks.set_state(made, WalkState.OPEN, LATER)
    assert opened is not None
    assert opened.finished is None


def test_a_label_with_a_number_is_never_written(walks: Walks, guide: Guide) -> None:
    with pytest.raises(ValueError, match="手机号"):
        walks.start(ME, guide, "13912345678", NOW)
    made = walks.start(ME, guide, "警情A", NOW)
    with pytest.raises(ValueError, match="身份证号"):
        walks.rename(made, "11010519491231002X", NOW)
    assert walks.of(ME) == (made,)


def test_a_new_label_reaches_clocks_and_warnings(
    walks: Walks, clocks: Clocks, database: Database, guide: Guide
) -> None:
    made = walks.start(ME, guide, "警情A", NOW)
    other = walks.start(ME, guide, "警情B", NOW)
    running = a_clock(clocks, made)
    a_clock(clocks, other, "zzzzzzzz")
    before = waiting(database)
    renamed = walks.rename(made, "东门", LATER)
    assert renamed is not None
    assert renamed.label == "东门"
    assert [c.label for c in clocks.of_walk(made.id)] == ["东门"]
    assert [c.version for c in clocks.of_walk(made.id)] == [running.version]
    after = waiting(database)
    assert [name for name, _, _ in after] == [name for name, _, _ in before]
    assert {(name[:14], label) for name, _, label in after} == {
        ("clock/abcdefgh", "东门"),
        ("clock/zzzzzzzz", "警情B"),
    }


def test_seeing_what_changed_is_no_change_of_the_walk(walks: Walks, guide: Guide) -> None:
    made = walks.start(ME, guide, "警情A", NOW)
    seen = walks.saw(made, 2, {"look": "新的"})
    assert seen is not None
    assert (seen.revision, seen.seen, seen.changed) == (2, {"look": "新的"}, NOW)


# --- handing over ---------------------------------------------------------------------


def test_a_walk_changes_hands_with_everything(
    walks: Walks, clocks: Clocks, database: Database, guide: Guide
) -> None:
    made = walks.start(ME, guide, "警情A", NOW)
    walks.tick(made, "look", NOW)
    running = a_clock(clocks, made)
    done = a_clock(clocks, made, "zzzzzzzz")
    assert clocks.stop(done, NOW)
    mine = walks.start(ME, guide, "警情B", NOW)
    kept = a_clock(clocks, mine, "mmmmmmmm")

    walks.offer(made, "secret", LATER)
    with database.read() as connection:
        stored = connection.execute(select(handovers)).one()
    assert "secret" not in str(stored)
    taken = walks.accept("secret", YOU, NOW, schedule)
    assert taken is not None
    assert (taken.id, taken.person, list(taken.marks)) == (made.id, YOU, ["look"])
    assert walks.of(YOU) == (taken,)
    assert [walk.id for walk in walks.of(ME)] == [mine.id]
    assert {c.id for c in clocks.of(YOU, running_only=False)} == {running.id, done.id}
    assert clocks.of(ME) == (kept,)
    assert {(name[:16], person) for name, person, _ in waiting(database)} == {
        ("clock/abcdefgh/2", YOU),
        ("clock/mmmmmmmm/1", ME),
    }
    # The old one's screen is still open.
    assert not clocks.stop(running, LATER)


def test_what_is_just_being_sent_does_not_break_the_chain(
    walks: Walks, clocks: Clocks, database: Database, guide: Guide
) -> None:
    """The last reminder is in somebody's hands while the walk changes its person."""
    made = walks.start(ME, guide, "警情A", NOW)
    running = a_clock(clocks, made)
    assert Outbox(database).claim(at("11-21 18:30"), 10)
    assert waiting(database) == []
    walks.offer(made, "secret", at("11-22 10:00"))
    assert walks.accept("secret", YOU, at("11-21 18:31"), schedule)
    assert ("clock/abcdefgh/2/after-1", YOU, "警情A") in waiting(database)
    following = changes.rescheduled(running)
    assert following.version == 2


def test_one_time_and_in_time(walks: Walks, guide: Guide) -> None:
    made = walks.start(ME, guide, "警情A", NOW)
    walks.offer(made, "secret", LATER)
    assert walks.accept("wrong", YOU, NOW, schedule) is None
    assert walks.accept("secret", YOU, LATER, schedule) is None, "expired"
    own = walks.accept("secret", ME, NOW, schedule)
    assert own == made, "trying one's own link changes nothing"
    assert walks.accept("secret", YOU, NOW, schedule) is not None
    assert walks.accept("secret", YOU, NOW, schedule) is None, "used"
    assert walks.accept("secret", "telegram:3", NOW, schedule) is None, "used"


def test_another_offer_makes_the_first_void(walks: Walks, guide: Guide) -> None:
    made = walks.start(ME, guide, "警情A", NOW)
    walks.offer(made, "first", LATER)
    walks.offer(made, "second", LATER)
    assert walks.accept("first", YOU, NOW, schedule) is None
    assert walks.accept("second", YOU, NOW, schedule) is not None


def test_two_colleagues_press_at_once(
    walks: Walks, clocks: Clocks, database: Database, guide: Guide
) -> None:
    made = walks.start(ME, guide, "警情A", NOW)
    a_clock(clocks, made)
    walks.offer(made, "secret", LATER)
    people = [f"telegram:{number}" for number in range(10, 18)]
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda p: walks.accept("secret", p, NOW, schedule), people))
    (winner,) = [walk.person for walk in taken if walk]
    assert [walk.id for walk in walks.of(winner)] == [made.id]
    assert [c.person for c in clocks.of_walk(made.id)] == [winner]
    assert {person for _, person, _ in waiting(database)} == {winner}


def test_a_clock_stopped_meanwhile_stays_stopped(
    walks: Walks, clocks: Clocks, database: Database, guide: Guide
) -> None:
    made = walks.start(ME, guide, "警情A", NOW)
    a_clock(clocks, made)
    walks.offer(made, "secret", LATER)
    stop = update(clock_table).values(stopped=NOW.astimezone(UTC), version=2)
    with ThreadPoolExecutor(1) as pool:
        with database.begin() as connection:
            connection.execute(stop)
            taking = pool.submit(walks.accept, "secret", YOU, NOW, schedule)
            sleep(0.2)  # it has to wait for the end of this transaction
        assert taking.result() is not None
    assert [(c.person, c.stopped, c.version) for c in clocks.of_walk(made.id)] == [(YOU, NOW, 3)]
    assert waiting(database) == []


def test_a_failing_schedule_hands_nothing_over(
    walks: Walks, clocks: Clocks, database: Database, guide: Guide
) -> None:
    made = walks.start(ME, guide, "警情A", NOW)
    a_clock(clocks, made)
    before = waiting(database)
    walks.offer(made, "secret", LATER)

    def broken(_: Clock) -> Sequence[Message]:
        raise RuntimeError("no calendar")

    with pytest.raises(RuntimeError):
        walks.accept("secret", YOU, NOW, broken)
    assert walks.get(made.id) == made
    assert waiting(database) == before
    assert walks.accept("secret", YOU, NOW, schedule) is not None


# --- forgetting -----------------------------------------------------------------------


def test_deleting_leaves_no_clock_unwatched(
    walks: Walks, clocks: Clocks, database: Database, guide: Guide
) -> None:
    made = walks.start(ME, guide, "警情A", NOW)
    walks.tick(made, "look", NOW)
    walks.offer(made, "secret", LATER)
    running = a_clock(clocks, made)
    done = a_clock(clocks, made, "zzzzzzzz")
    assert clocks.stop(done, NOW)
    before = waiting(database)
    assert walks.delete(made.id) == 1
    assert walks.get(made.id) is None
    assert rows(database, walk_marks) == rows(database, handovers) == 0
    assert clocks.get(done.id) is None
    (left,) = clocks.of(ME)
    assert (left.id, left.walk) == (running.id, None)
    assert waiting(database) == before
    assert walks.accept("secret", YOU, NOW, schedule) is None


def test_what_was_handed_over_meanwhile_is_left_alone(
    walks: Walks, clocks: Clocks, database: Database, guide: Guide
) -> None:
    """Between looking and pressing a colleague has taken it: nothing of it is written."""
    mine = walks.start(ME, guide, "警情A", NOW)
    walks.tick(mine, "look", NOW)
    walks.offer(mine, "secret", LATER)
    assert walks.accept("secret", YOU, NOW, schedule)
    before = walks.get(mine.id)
    assert walks.tick(mine, "family", NOW) is None
    assert walks.untick(mine, "look", NOW) is None
    assert walks.set_state(mine, WalkState.FINISHED, NOW) is None
    assert walks.rename(mine, "东门", NOW) is None
    assert walks.saw(mine, 9, {}) is None
    assert not walks.offer(mine, "again", LATER)
    assert walks.offered("again", NOW) is None
    with pytest.raises(ValueError, match="交给别人"):
        a_clock(clocks, mine)
    assert walks.get(mine.id) == before
    assert clocks.of(ME) == ()


def test_forgetting_a_person(
    walks: Walks, clocks: Clocks, database: Database, guide: Guide
) -> None:
    made = walks.start(ME, guide, "警情A", NOW)
    walks.tick(made, "look", NOW)
    running = a_clock(clocks, made)
    yours = walks.start(YOU, guide, "警情A", NOW)
    assert PersonalData(database).wipe(ME) == 1
    assert walks.of(ME) == ()
    assert walks.of(YOU) == (yours,)
    assert rows(database, walk_marks) == 0
    assert clocks.of(ME) == (replace(running, walk=None),), "it goes on alone"


def test_sweeping_spares_what_a_clock_still_needs(
    walks: Walks, clocks: Clocks, database: Database, guide: Guide
) -> None:
    old = walks.start(ME, guide, "警情A", NOW)
    walks.tick(old, "look", NOW)
    watched = walks.start(ME, guide, "警情B", NOW)
    running = a_clock(clocks, watched)
    fresh = walks.start(ME, guide, "警情C", NOW)
    walks.tick(fresh, "look", NOW + timedelta(days=1))
    walks.offer(fresh, "secret", LATER)
    assert walks.sweep(NOW + timedelta(days=30), 30) == 0, "not longer than that"
    assert walks.sweep(NOW + timedelta(days=30, seconds=1), 30) == 1
    assert {walk.id for walk in walks.of(ME)} == {watched.id, fresh.id}
    assert rows(database, handovers) == 0
    assert rows(database, walk_marks) == 1
    assert clocks.stop(running, NOW)
    assert walks.sweep(NOW + timedelta(days=30, seconds=1), 30) == 1
    assert clocks.get(running.id) is None, "with its walk"


def test_walks_by_name_and_the_labels_of_clocks(walks: Walks, clocks: Clocks, guide: Guide) -> None:
    first = walks.start(ME, guide, "警情A", NOW)
    second = walks.start(ME, guide, "警情B", LATER)
    walks.start(YOU, guide, "警情C", NOW)
    assert walks.set_state(first, WalkState.FINISHED, LATER)
    named = [(one.id, one.guide, one.label, one.state) for one in walks.named(ME)]
    assert named == [(w.id, w.guide, w.label, w.state) for w in walks.of(ME)]
    assert named[0] == (second.id, "umbrella", "警情B", WalkState.OPEN)
    made = a_clock(clocks, second)
    assert clocks.labels(ME) == {made.label} == {one.label for one in clocks.of(ME)}
    assert clocks.labels(YOU) == set()
