"""What pages and terminals take out of the outbox and mark; both databases."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from bot.message import Message
from bot.store.database import Database
from bot.store.outbox import DUE, SENT, Claimed, Outbox
from bot.store.schema import outbox as table
from tests.bot.tellers import HOUR, MINUTE, NOW


def _message(name: str, due: datetime, person: str = "a") -> Message:
    return Message(name, person, "clock", name, {"stage": name}, due)


def _names(found: list[Claimed]) -> list[str]:
    return [one.message.name for one in found]


def test_what_is_pulled(database: Database) -> None:
    outbox = Outbox(database)
    old, new = NOW - timedelta(hours=12, seconds=1), NOW - 12 * HOUR
    for name, due in (("old", old), ("new", new), ("now", NOW), ("soon", NOW + MINUTE)):
        outbox.put([_message(name, due)])
    outbox.put([_message("other", NOW, "b")])
    assert _names(outbox.pull("a", NOW)) == ["new", "now"]
    for one in outbox.claim(NOW, 9):
        if one.message.name == "new":
            outbox.undelivered(one, NOW)
        if one.message.name == "now":
            outbox.sent([one.id], NOW)
    assert _names(outbox.pull("a", NOW)) == ["new", "now"]
    assert _names(outbox.pull("a", NOW + 10 * MINUTE)) == ["now", "soon"]
    assert _names(outbox.pull("a", NOW + 11 * MINUTE)) == ["soon"]


def test_only_ones_own_and_only_what_came_due_is_marked(database: Database) -> None:
    outbox = Outbox(database)
    outbox.put([_message("mine", NOW), _message("soon", NOW + MINUTE), _message("b", NOW, "b")])
    with database.read() as connection:
        ids = {row.name: row.id for row in connection.execute(select(table))}
    everything = [*ids.values(), 999]
    assert _names(outbox.take("a", everything, NOW)) == ["mine"]
    assert outbox.seen("a", everything, NOW) == 1
    assert outbox.seen("a", everything, NOW) == 0
    assert outbox.seen("a", [], NOW) == 0
    with database.read() as connection:
        left = {row.name: row.state for row in connection.execute(select(table))}
    assert left == {"mine": SENT, "soon": DUE, "b": DUE}


def test_what_a_page_took_is_not_sent_meanwhile(database: Database) -> None:
    outbox = Outbox(database)
    outbox.put([_message("mine", NOW)])
    (held,) = outbox.claim(NOW, 1)
    outbox.later(held, NOW + 4 * MINUTE)
    (taken,) = outbox.take("a", [held.id], NOW + MINUTE)
    assert outbox.claim(NOW + MINUTE, 5) == []
    assert outbox.renew([held], NOW + MINUTE) == set(), "whoever gave it back has lost it"
    (again,) = outbox.claim(NOW + 3 * MINUTE, 5)
    assert (again.id, again.repeated) == (taken.id, True), "it died before the mark"


def test_a_send_under_way_ends_with_the_mark(database: Database) -> None:
    outbox = Outbox(database)
    outbox.put([_message("mine", NOW)])
    (held,) = outbox.claim(NOW, 1)
    outbox.take("a", [held.id], NOW)
    assert outbox.renew([held], NOW) == {held.id}, "taking leaves it to whoever sends"
    outbox.seen("a", [held.id], NOW)
    assert outbox.renew([held], NOW) == set()
    outbox.later(held, NOW)
    assert outbox.undelivered(held, NOW) is False
    assert outbox.claim(NOW + HOUR, 5) == []
    with database.read() as connection:
        assert [row.state for row in connection.execute(select(table))] == [SENT]
