"""The outbox: taken once, kept until it arrived, whatever the clock does; both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.message import Message
from bot.store.database import Database, StoreError
from bot.store.lease import FARTHEST, LEASE
from bot.store.outbox import Claimed, Outbox, put, take_back

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def outbox(database: Database) -> Outbox:
    return Outbox(database)


def message(name: str, due: datetime = NOW, subject: str = "clock") -> Message:
    return Message(name, "telegram:1", "warning", subject, {"text": f"提醒 {name}"}, due)


def names(claims: list[Claimed]) -> list[str]:
    return [claimed.message.name for claimed in claims]


def rows(database: Database) -> dict[str, tuple[Any, ...]]:
    """name -> (state, tries, whether it ended)."""
    told = "SELECT name, state, tries, sent FROM outbox"
    with database.read() as connection:
        found = connection.exec_driver_sql(told).all()
    return {row.name: (row.state, row.tries, row.sent is not None) for row in found}


def test_what_goes_in_comes_out(outbox: Outbox) -> None:
    shanghai = ZoneInfo("Asia/Shanghai")
    outbox.put([message("a", datetime(2026, 11, 21, 10, 0, tzinfo=shanghai))])
    (claimed,) = outbox.claim(NOW, 5)
    assert claimed.message == message("a", NOW)
    assert claimed.due.tzinfo is UTC
    assert (claimed.repeated, claimed.tries) == (False, 1)


def test_written_twice_is_written_once(outbox: Outbox, database: Database) -> None:
    outbox.put([message("a"), message("b")])
    outbox.put([message("b"), message("a"), message("c")])
    outbox.put([])
    claims = outbox.claim(NOW, 10)
    assert names(claims) == ["a", "b", "c"]
    outbox.sent([claimed.id for claimed in claims], NOW)
    outbox.put([message("a")])
    assert outbox.claim(NOW, 10) == []


def test_the_oldest_first_and_nothing_early(outbox: Outbox) -> None:
    soon = NOW + timedelta(seconds=10)
    outbox.put([message("soon", soon), message("now", NOW), message("old", NOW - MINUTE)])
    assert names(outbox.claim(NOW, 1)) == ["old"]
    assert names(outbox.claim(NOW, 5)) == ["now"]
    assert outbox.claim(soon - timedelta(seconds=1), 5) == []
    assert names(outbox.claim(soon, 5)) == ["soon"]


def test_a_transaction_of_the_callers_writes_all_or_nothing(
    outbox: Outbox, database: Database
) -> None:
    with pytest.raises(RuntimeError), database.begin() as connection:
        put(database, connection, [message("a")])
        raise RuntimeError
    assert rows(database) == {}


def test_taking_back_leaves_alone_what_is_on_its_way(outbox: Outbox, database: Database) -> None:
    outbox.put([message("sent"), message("gone", NOW + timedelta(seconds=1))])
    sent, gone = outbox.claim(NOW + MINUTE, 2)
    outbox.sent([sent.id], NOW)
    outbox.undelivered(gone, NOW)
    outbox.put([message("sending"), message("due"), message("other", subject="another")])
    outbox.claim(NOW, 1)
    with database.begin() as connection:
        take_back(connection, "clock")
    assert {name: state for name, (state, *_) in rows(database).items()} == {
        "sent": "sent",
        "gone": "undelivered",
        "sending": "sending",
        "other": "due",
    }
    outbox.put([message("due")])
    assert rows(database)["due"] == ("due", 0, False)


def test_a_lease_that_is_over_is_taken_again_as_repeated(outbox: Outbox) -> None:
    outbox.put([message("a")])
    (first,) = outbox.claim(NOW, 5)
    assert outbox.claim(NOW + LEASE - timedelta(seconds=1), 5) == []
    (second,) = outbox.claim(NOW + LEASE, 5)
    assert (second.id, second.repeated, second.tries) == (first.id, True, 2)
    (third,) = outbox.claim(NOW + 2 * LEASE, 5)
    assert third.repeated, "once it may have arrived it stays so"
    assert outbox.waiting(NOW) == 1
    outbox.sent([third.id], NOW)
    assert outbox.waiting(NOW) == 0
    assert outbox.claim(NOW + timedelta(days=1), 5) == []


def test_a_renewed_lease_holds(outbox: Outbox) -> None:
    outbox.put([message("a"), message("b")])
    a, b = outbox.claim(NOW, 5)
    for minute in range(1, 61):
        assert outbox.renew([a], NOW + minute * MINUTE) == {a.id}
        taken = outbox.claim(NOW + minute * MINUTE + MINUTE / 2, 5)
        assert a.id not in {claimed.id for claimed in taken}
    assert outbox.renew([a, b], NOW) == {a.id}, "b was taken by somebody else"
    outbox.sent([a.id], NOW)
    assert outbox.renew([a], NOW) == set()


def test_who_lost_a_row_cannot_move_it(outbox: Outbox, database: Database) -> None:
    outbox.put([message("a")])
    (first,) = outbox.claim(NOW, 5)
    (second,) = outbox.claim(NOW + LEASE, 5)
    outbox.later(first, NOW)
    assert not outbox.undelivered(first, NOW, [message("instead")])
    assert rows(database) == {"a": ("sending", 2, False)}
    outbox.sent([first.id], NOW)  # it did arrive
    assert outbox.renew([second], NOW) == set()
    outbox.later(second, NOW)
    assert rows(database) == {"a": ("sent", 2, True)}


def test_undelivered_and_what_goes_out_instead(outbox: Outbox, database: Database) -> None:
    outbox.put([message("a")])
    (claimed,) = outbox.claim(NOW, 5)
    assert outbox.undelivered(claimed, NOW, [message("legal 1"), message("legal 2")])
    assert rows(database) == {
        "a": ("undelivered", 1, True),
        "legal 1": ("due", 0, False),
        "legal 2": ("due", 0, False),
    }
    outbox.sent([claimed.id], NOW)
    assert rows(database)["a"][0] == "undelivered", "final"
    assert names(outbox.claim(NOW + timedelta(days=1), 5)) == ["legal 1", "legal 2"]


def test_undelivered_and_its_replacements_are_one_transaction(
    outbox: Outbox, database: Database
) -> None:
    outbox.put([message("a")])
    (claimed,) = outbox.claim(NOW, 5)
    broken = Message("legal", None, "warning", "clock", {}, NOW)  # type: ignore[arg-type]
    with pytest.raises(StoreError):
        outbox.undelivered(claimed, NOW, [broken])
    assert rows(database) == {"a": ("sending", 1, False)}


@pytest.mark.parametrize("arrived", [False, True])
def test_given_back_for_later(outbox: Outbox, arrived: bool) -> None:
    outbox.put([message("a")])
    (claimed,) = outbox.claim(NOW, 5)
    outbox.later(claimed, NOW + 5 * MINUTE, arrived)
    assert outbox.claim(NOW + 4 * MINUTE, 5) == []
    assert outbox.waiting(NOW) == 1
    (again,) = outbox.claim(NOW + 5 * MINUTE, 5)
    assert (again.repeated, again.tries, again.due) == (arrived, 2, NOW)
    outbox.later(again, NOW)
    (third,) = outbox.claim(NOW, 5)
    assert third.repeated is arrived, "a mark is kept"


def test_a_mark_outlives_a_pause(outbox: Outbox) -> None:
    outbox.put([message("a")])
    outbox.claim(NOW, 5)  # by a process that dies
    (second,) = outbox.claim(NOW + LEASE, 5)
    outbox.later(second, NOW + LEASE)  # which certainly sent nothing, unlike the first
    (third,) = outbox.claim(NOW + LEASE, 5)
    assert third.repeated


YEAR = timedelta(days=365)


def test_a_clock_set_back_frees_what_was_held_by_the_old_one(outbox: Outbox) -> None:
    outbox.put([message("a", NOW - YEAR), message("b", NOW - YEAR), message("c", NOW)])
    _, b, _ = outbox.claim(NOW, 3)
    outbox.later(b, NOW + 5 * MINUTE)
    a, b, c = outbox.claim(NOW - YEAR, 5)  # nobody waits a year for a lease
    assert (a.repeated, b.repeated, c.repeated) == (True, False, True)


@pytest.mark.parametrize("minutes", [1, 5, 9, 10, 20])
def test_a_clock_set_back_a_little_delays_a_little(outbox: Outbox, minutes: int) -> None:
    outbox.put([message("a", NOW - timedelta(hours=1))])
    outbox.claim(NOW, 5)
    then = NOW - minutes * MINUTE
    seen = range(int((FARTHEST + LEASE) / MINUTE) + 1)
    assert any(outbox.claim(then + minute * MINUTE, 5) for minute in seen)


def test_a_clock_set_forward_and_back_keeps_the_moment(outbox: Outbox) -> None:
    outbox.put([message("a")])
    (claimed,) = outbox.claim(NOW + YEAR, 5)
    outbox.later(claimed, NOW + YEAR + 5 * MINUTE)
    (again,) = outbox.claim(NOW, 5)
    assert again.due == NOW


def test_what_is_in_hand_is_not_taken_whatever_the_clock_says(outbox: Outbox) -> None:
    outbox.put([message("a"), message("b")])
    a, b = outbox.claim(NOW, 5)
    assert names(outbox.claim(NOW + YEAR, 5, holding=[a.id])) == ["b"]
    assert outbox.claim(NOW - YEAR, 5, holding=[a.id, b.id]) == []


def test_many_hands_never_take_the_same(outbox: Outbox) -> None:
    outbox.put([message(str(number)) for number in range(200)])

    def take(_: int) -> list[int]:
        return [claimed.id for claimed in outbox.claim(NOW, 7)]

    with ThreadPoolExecutor(8) as hands:
        taken = [number for batch in hands.map(take, range(60)) for number in batch]
    assert len(taken) == len(set(taken)) == 200


def test_the_sweep_forgets_only_what_ended_long_ago(outbox: Outbox, database: Database) -> None:
    outbox.put([message(name) for name in ("a", "b", "c", "d")])
    a, b, c, _ = outbox.claim(NOW, 4)
    outbox.sent([a.id], NOW)
    outbox.undelivered(b, NOW)
    outbox.sent([c.id], NOW + timedelta(days=1))
    outbox.put([message("e")])
    outbox.sweep(NOW + timedelta(days=30))
    assert len(rows(database)) == 5
    outbox.sweep(NOW + timedelta(days=30, seconds=1))
    assert sorted(rows(database)) == ["c", "d", "e"]


def test_waiting_counts_what_is_late(outbox: Outbox) -> None:
    outbox.put([message("a"), message("b"), message("c", NOW + MINUTE)])
    assert outbox.waiting(NOW - MINUTE) == 0
    a, _ = outbox.claim(NOW, 2)
    assert outbox.waiting(NOW) == 2
    outbox.sent([a.id], NOW)
    assert outbox.waiting(NOW) == 1
    assert outbox.waiting(NOW + MINUTE) == 2
