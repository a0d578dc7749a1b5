"""Messages that must arrive: never lost, never a second time without a mark.

``due`` -> ``sending`` (committed before the message goes out) -> ``sent`` or ``undelivered``.
What a crash left in ``sending`` may have arrived or not: once its lease is over it is taken
again, as repeated. ``lease`` is the moment before which nobody else takes a row: the end of a
lease while it is ``sending``, of a pause while it is ``due``.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)

from bot.message import RELAY, Message
from bot.store.database import Database, utc
from bot.store.lease import LEASE, nobody_holds
from bot.store.schema import outbox

DUE, SENDING, SENT, UNDELIVERED = "due", "sending", "sent", "undelivered"
_NOT_ARRIVED = (DUE, SENDING, UNDELIVERED)
KEPT = timedelta(days=30)
# What a page or a terminal shows of what came due; of what has arrived only the newest.
SHOWN = timedelta(hours=12)
JUST_SENT = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message to send now. ``repeated``: it may have arrived before, so it must be marked.

    ``tries`` counts the claims of the row, this one included; it tells whether the row is
    still ours.
    """

    id: int
    message: Message
    repeated: bool
    tries: int

    @property
    def due(self) -> datetime:
        return self.message.due


def put(database: Database, connection: Connection, messages: Sequence[Message]) -> None:
    """Write messages inside a transaction of the caller's; names that exist are left alone."""
    if not messages:
        return
    rows = [
        {
            "name": message.name,
            "person": message.person,
            "kind": message.kind,
            "subject": message.subject,
            "body": message.body,
            "due": utc(message.due),
            "state": DUE,
            "tries": 0,
            "repeated": False,
        }
        for message in messages
    ]
    new = database.insert(outbox).on_conflict_do_nothing(index_elements=["name"])
    connection.execute(new, rows)


def take_back(connection: Connection, subject: str) -> None:
    """Delete what waits for a clock; what is being sent or was sent stays. Who was to be told in
    its person's place is remembered: they may act in it."""
    waits = and_(outbox.c.subject == subject, outbox.c.state == DUE)
    connection.execute(delete(outbox).where(waits, outbox.c.kind != RELAY))
    connection.execute(update(outbox).where(waits).values(state=SENT, sent=outbox.c.due))


class Outbox:
    """The messages of all processes that share a database. StoreError when it is away."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def put(self, messages: Sequence[Message]) -> None:
        with self.database.begin() as connection:
            put(self.database, connection, messages)

    def claim(
        self,
        now: datetime,
        most: int,
        lease: timedelta = LEASE,
        holding: Collection[int] = (),
    ) -> list[Claimed]:
        """Take what is due and what nobody holds any more, the oldest first.

        Committed on return: from here until ``now + lease`` nobody else takes it. ``holding``:
        ids the caller already has in hand, whatever a clock that jumped makes of their leases.
        """
        moment = utc(now)
        query = (
            select(outbox)
            .where(
                or_(
                    and_(outbox.c.state == DUE, outbox.c.due <= moment),
                    outbox.c.state == SENDING,
                ),
                nobody_holds(outbox.c.lease, moment),
                outbox.c.id.not_in(list(holding)),
            )
            .order_by(outbox.c.due, outbox.c.id)
            .limit(most)
            # Not rendered for SQLite, where BEGIN IMMEDIATE keeps the others waiting.
            .with_for_update(skip_locked=True)
        )
        with self.database.begin() as connection:
            rows = connection.execute(query).all()
            if rows:
                connection.execute(
                    update(outbox)
                    .where(outbox.c.id.in_([row.id for row in rows]))
                    .values(
                        state=SENDING,
                        lease=utc(now + lease),
                        tries=outbox.c.tries + 1,
                        repeated=or_(outbox.c.repeated, outbox.c.state == SENDING),
                    )
                )
        return [_claimed(row) for row in rows]

    def renew(self, held: Sequence[Claimed], now: datetime, lease: timedelta = LEASE) -> set[int]:
        """Hold on to long sends until ``now + lease``; the ids of those that are still ours."""
        mine = {claimed.id: claimed.tries for claimed in held}
        query = (
            select(outbox.c.id, outbox.c.tries)
            .where(outbox.c.id.in_(list(mine)), outbox.c.state == SENDING)
            .order_by(outbox.c.id)
            .with_for_update()
        )
        with self.database.begin() as connection:
            rows = connection.execute(query).all()
            kept = {row.id for row in rows if row.tries == mine[row.id]}
            if kept:
                connection.execute(
                    update(outbox).where(outbox.c.id.in_(kept)).values(lease=utc(now + lease))
                )
        return kept

    def sent(self, ids: Sequence[int], now: datetime) -> None:
        """They arrived, whoever holds them by now."""
        if not ids:
            return
        open_yet = outbox.c.state.in_([DUE, SENDING])
        with self.database.begin() as connection:
            connection.execute(
                update(outbox)
                .where(outbox.c.id.in_(list(ids)), open_yet)
                .values(state=SENT, lease=None, sent=utc(now))
            )

    def undelivered(self, claimed: Claimed, now: datetime, instead: Sequence[Message] = ()) -> bool:
        """It will never arrive; ``instead`` is written in the same transaction.

        False, and nothing is written, when somebody else has taken the row since.
        """
        with self.database.begin() as connection:
            gone = update(outbox).where(_ours(claimed))
            done = connection.execute(gone.values(state=UNDELIVERED, lease=None, sent=utc(now)))
            if done.rowcount:
                put(self.database, connection, instead)
        return bool(done.rowcount)

    def later(self, claimed: Claimed, at: datetime, repeated: bool = False) -> None:
        """Give a message back, not to be taken before ``at`` (within ``FARTHEST``).

        ``repeated``: it may have arrived; a row once marked so stays so. ``due`` stays what it
        was: moved along a clock that is wrong, it could end up in another year. Does nothing
        when somebody else has taken the row since.
        """
        back = update(outbox).where(_ours(claimed)).values(state=DUE, lease=utc(at))
        with self.database.begin() as connection:
            connection.execute(back.values(repeated=True) if repeated else back)

    def hand_on(
        self,
        claimed: Claimed,
        at: datetime,
        repeated: bool,
        body: dict[str, Any],
        instead: Sequence[Message],
    ) -> None:
        """As ``later``; in the same transaction ``instead`` is written, and the message has a new
        ``body``."""
        back = update(outbox).where(_ours(claimed)).values(state=DUE, lease=utc(at), body=body)
        with self.database.begin() as connection:
            done = connection.execute(back.values(repeated=True) if repeated else back)
            if done.rowcount:
                put(self.database, connection, instead)

    def later_ones(self, claimed: Claimed, now: datetime) -> list[Message]:
        """What came due after a message, of the same kind, for the same person, about the same
        subject."""
        mine = claimed.message
        after = or_(
            outbox.c.due > utc(mine.due),
            and_(outbox.c.due == utc(mine.due), outbox.c.id > claimed.id),
        )
        query = select(outbox).where(
            *_came_due(mine.person, now),
            outbox.c.subject == mine.subject,
            outbox.c.kind == mine.kind,
            after,
        )
        with self.database.read() as connection:
            return [_message(row) for row in connection.execute(query)]

    def pull(self, person: str, now: datetime) -> list[Claimed]:
        """What a page or a terminal has to show ``person``, the oldest first; changes nothing.

        What came due in the last twelve hours and is not known to have arrived, undeliverable
        or not, and what arrived in the last ten minutes.
        """
        fresh = and_(outbox.c.state == SENT, outbox.c.sent >= utc(now - JUST_SENT))
        query = (
            select(outbox)
            .where(
                *_came_due(person, now),
                outbox.c.due >= utc(now - SHOWN),
                or_(outbox.c.state.in_(_NOT_ARRIVED), fresh),
            )
            .order_by(outbox.c.due, outbox.c.id)
        )
        with self.database.read() as connection:
            rows = connection.execute(query).all()
        return [Claimed(row.id, _message(row), row.repeated, row.tries) for row in rows]

    def take(
        self, person: str, ids: Collection[int], now: datetime, lease: timedelta = LEASE
    ) -> list[Claimed]:
        """Those of ``ids`` that are ``person``'s, came due and are not known to have arrived.

        What was waiting is held as if it were claimed: whoever dies before ``seen`` leaves it to
        be sent again.
        """
        mine = and_(*_came_due(person, now), outbox.c.id.in_(list(ids)))
        query = select(outbox).where(mine, outbox.c.state.in_(_NOT_ARRIVED))
        with self.database.begin() as connection:
            rows = connection.execute(query.order_by(outbox.c.id).with_for_update()).all()
            connection.execute(
                update(outbox)
                .where(mine, outbox.c.state == DUE)
                .values(state=SENDING, lease=utc(now + lease), tries=outbox.c.tries + 1)
            )
        return [Claimed(row.id, _message(row), row.repeated, row.tries) for row in rows]

    def seen(self, person: str, ids: Collection[int], now: datetime) -> int:
        """``person`` has read these: they arrived, also those that were undeliverable. How many
        of them; others' and what is not due yet are left alone."""
        mine = (*_came_due(person, now), outbox.c.id.in_(list(ids)))
        read = update(outbox).where(*mine, outbox.c.state.in_(_NOT_ARRIVED))
        with self.database.begin() as connection:
            done = connection.execute(read.values(state=SENT, lease=None, sent=utc(now)))
        return done.rowcount

    def relayed(self, person: str, subject: str) -> bool:
        """Whether ``person`` was to be told of a clock in the place of its own."""
        theirs = and_(
            outbox.c.person == person, outbox.c.subject == subject, outbox.c.kind == RELAY
        )
        with self.database.read() as connection:
            return connection.scalar(select(outbox.c.id).where(theirs).limit(1)) is not None

    def waiting(self, now: datetime) -> int:
        """How many are due and not known to have arrived."""
        late = and_(outbox.c.state.in_([DUE, SENDING]), outbox.c.due <= utc(now))
        with self.database.read() as connection:
            counted = connection.scalar(select(func.count()).select_from(outbox).where(late))
        return counted or 0

    def oldest(self, now: datetime) -> datetime | None:
        """When the oldest message came due that reached nobody: neither it arrived nor, since,
        another about the same subject. Those of the last twelve hours."""
        another = outbox.alias()
        told = exists().where(
            another.c.subject == outbox.c.subject,
            another.c.state == SENT,
            another.c.due >= outbox.c.due,
        )
        due = outbox.c.due
        query = select(func.min(due)).where(
            due <= utc(now), due >= utc(now - SHOWN), outbox.c.state.in_(_NOT_ARRIVED), ~told
        )
        with self.database.read() as connection:
            oldest = connection.scalar(query)
        return None if oldest is None else utc(oldest)

    def sweep(self, now: datetime) -> None:
        """Forget what ended 30 days ago."""
        ended = outbox.c.state.in_([SENT, UNDELIVERED])
        with self.database.begin() as connection:
            connection.execute(delete(outbox).where(ended, outbox.c.sent < utc(now - KEPT)))


def _came_due(person: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return outbox.c.person == person, outbox.c.due <= utc(now)


def _ours(claimed: Claimed) -> ColumnElement[bool]:
    return and_(
        outbox.c.id == claimed.id,
        outbox.c.state == SENDING,
        outbox.c.tries == claimed.tries,
    )


def _claimed(row: Row[Any]) -> Claimed:
    return Claimed(row.id, _message(row), row.repeated or row.state == SENDING, row.tries + 1)


def _message(row: Row[Any]) -> Message:
    return Message(row.name, row.person, row.kind, row.subject, row.body, utc(row.due))
