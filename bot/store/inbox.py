"""Updates that were received: written down before they are confirmed, answered once.

``received`` -> ``sending`` (committed before the answer is sent) -> ``done``. What a crash
left in ``sending`` may have been answered or not: it is answered again and marked so.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, select, update

from bot.store.database import Database, utc
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
    """The updates of one bot."""

    def __init__(self, database: Database, bot: int) -> None:
        self.database = database
        self.bot = bot

    def take(self, batch: Sequence[Received], now: datetime) -> list[Received]:
        """Write down what is new, in one transaction; replays are left out."""
        if not batch:
            return []
        numbers = [received.update_id for received in batch]
        mine = updates.c.bot == self.bot
        with self.database.begin() as connection:
            query = select(updates.c.update_id).where(mine, updates.c.update_id.in_(numbers))
            known = set(connection.scalars(query))
            fresh = {r.update_id: r for r in batch if r.update_id not in known}
            if fresh:
                rows = [
                    {
                        "bot": self.bot,
                        "update_id": received.update_id,
                        "payload": received.kept,
                        "state": RECEIVED,
                        "received": utc(now),
                    }
                    for received in fresh.values()
                ]
                connection.execute(updates.insert(), rows)
        return list(fresh.values())

    def left_over(self) -> list[Received]:
        """What an earlier run did not finish, in the order it came."""
        query = (
            select(updates.c.update_id, updates.c.payload, updates.c.state)
            .where(updates.c.bot == self.bot, updates.c.state != DONE)
            .order_by(updates.c.id)
        )
        with self.database.read() as connection:
            rows = connection.execute(query).all()
        return [
            Received(row.update_id, json.loads(row.payload), row.payload, row.state == SENDING)
            for row in rows
        ]

    def mark(self, sending: Sequence[int], done: Sequence[int]) -> None:
        """Move updates on, all in one transaction; the payload of what is done goes."""
        steps = [{"number": number, "state": SENDING} for number in sending if number not in done]
        move = (
            update(updates)
            .where(updates.c.bot == self.bot, updates.c.update_id == bindparam("number"))
            .values(state=bindparam("state"))
        )
        with self.database.begin() as connection:
            if steps:
                connection.execute(move, steps)
            if done:
                finished = updates.c.update_id.in_(list(done))
                connection.execute(
                    update(updates)
                    .where(updates.c.bot == self.bot, finished)
                    .values(state=DONE, payload="")
                )

    def sweep(self, now: datetime) -> None:
        """Forget numbers that can no longer be replayed."""
        old = updates.c.received < utc(now - KEPT)
        with self.database.begin() as connection:
            connection.execute(delete(updates).where(old, updates.c.state == DONE))
