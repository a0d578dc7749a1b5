"""Updates that were received: written down before they are confirmed, answered once.

``received`` -> ``sending`` (committed before the answer is sent) -> ``done``. What a crash
left in ``sending`` may have been answered or not: it is answered again and marked so. Who has
an update in hand holds it by a lease, so that no other process answers it as well.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Update, and_, delete, or_, select, update

from bot.store.database import TAKING, Database, patience, utc
from bot.store.lease import LEASE, nobody_holds
from bot.store.schema import updates

RECEIVED, SENDING, DONE = "received", "sending", "done"
KEPT = timedelta(hours=48)  # Telegram itself drops unconfirmed updates after 24 hours


@dataclass(frozen=True, slots=True)
class Received:
    """``payload`` is the update, ``kept`` as JSON what may be written down of it;
    ``repeated``: it may have been answered before."""

    update_id: int
    payload: dict[str, Any]
    kept: str
    repeated: bool = False


class Inbox:
    """The updates of one bot, as ``holder`` sees them: the name of one process."""

    def __init__(self, database: Database, bot: int, holder: str) -> None:
        self.database = database
        self.bot = bot
        self.holder = holder
        self._ours = updates.c.bot == bot

    def take(self, batch: Sequence[Received], now: datetime) -> list[Received]:
        """Write down what is new, in one transaction, and hold it; what is known, to whatever
        process, is left out."""
        if not batch:
            return []
        given = {received.update_id: received for received in batch}
        rows = [
            {
                "bot": self.bot,
                "update_id": received.update_id,
                "payload": received.kept,
                "state": RECEIVED,
                "received": utc(now),
                "holder": self.holder,
                "lease": utc(now + LEASE),
            }
            for received in given.values()
        ]
        new = self.database.insert(updates).values(rows)
        new = new.on_conflict_do_nothing(index_elements=["bot", "update_id"])
        with patience(TAKING), self.database.begin() as connection:
            fresh = set(connection.scalars(new.returning(updates.c.update_id)))
        return [received for number, received in given.items() if number in fresh]

    def claim(self, now: datetime, own: bool = False) -> list[Received]:
        """Take what somebody had in hand who is gone, in the order it came. ``own``: what an
        earlier life of this holder left, however short ago; else that is in hand."""
        free, mine = nobody_holds(updates.c.lease, utc(now)), updates.c.holder == self.holder
        query = (
            select(updates.c.update_id, updates.c.payload, updates.c.state)
            .where(
                self._ours,
                updates.c.state != DONE,
                or_(free, mine) if own else and_(free, mine.is_not(True)),
            )
            .order_by(updates.c.id)
            .with_for_update(skip_locked=True)
        )
        with self.database.begin() as connection:
            rows = connection.execute(query).all()
            if rows:
                taken = updates.c.update_id.in_([row.update_id for row in rows])
                held = update(updates).where(self._ours, taken)
                connection.execute(held.values(holder=self.holder, lease=utc(now + LEASE)))
        return [
            Received(row.update_id, _payload(row.payload), row.payload, row.state == SENDING)
            for row in rows
        ]

    def renew(self, now: datetime) -> None:
        """Hold on to what is in hand."""
        with self.database.begin() as connection:
            connection.execute(self._in_hand().values(lease=utc(now + LEASE)))

    def give_back(self) -> None:
        """Leave what is in hand to whoever comes next."""
        with self.database.begin() as connection:
            connection.execute(self._in_hand().values(holder=None, lease=None))

    def mark(self, sending: Collection[int], done: Collection[int]) -> set[int]:
        """Move updates on, all in one transaction; the payload of what is done goes.

        Those of ``sending`` that somebody else has taken since, and answers.
        """
        begun = updates.c.update_id.in_(list(sending))
        finished = updates.c.update_id.in_(list(done))
        others = or_(updates.c.holder.is_(None), updates.c.holder != self.holder)
        lost: set[int] = set()
        with patience(TAKING), self.database.begin() as connection:
            if sending:
                connection.execute(self._in_hand().where(begun).values(state=SENDING))
                query = select(updates.c.update_id).where(self._ours, begun, others)
                lost = set(connection.scalars(query))
            if done:
                connection.execute(
                    update(updates)
                    .where(self._ours, finished)
                    .values(state=DONE, payload="", holder=None, lease=None)
                )
        return lost

    def _in_hand(self) -> Update:
        mine = updates.c.holder == self.holder
        return update(updates).where(self._ours, mine, updates.c.state != DONE)


def sweep(database: Database, now: datetime) -> None:
    """Forget what is older than two days, whatever bot it was for, answered or not: it cannot be
    replayed any more, and an answer would help nobody. What is in hand stays."""
    moment = utc(now)
    old = and_(updates.c.received < moment - KEPT, nobody_holds(updates.c.lease, moment))
    with database.begin() as connection:
        connection.execute(delete(updates).where(old))


def _payload(kept: str) -> dict[str, Any]:
    """What was written down; nothing at all when it is damaged."""
    try:
        payload = json.loads(kept)
    except ValueError:
        return {}
    return payload if isinstance(payload, dict) else {}
