"""The guides a person opened last, newest first.

Written behind: a convenience may not cost every answer a transaction. A crash loses what
was opened in the last second; ``flush`` is called by the process's own round.
"""

from __future__ import annotations

from datetime import datetime
from threading import Lock

from sqlalchemy import Select, select

from bot.store.database import Database, StoreError, utc
from bot.store.schema import recents

KEPT = 10
MOST_WAITING = 10_000


class Recents:
    def __init__(self, database: Database) -> None:
        self.database = database
        self._opened: dict[tuple[str, str], datetime] = {}
        self._trouble: StoreError | None = None
        self._lock = Lock()

    def add(self, person: str, guide: str, now: datetime) -> None:
        """Remember; on disk with the next ``flush``. StoreError while the last one failed."""
        with self._lock:
            self._opened[person, guide] = utc(now)
            if len(self._opened) > MOST_WAITING:  # the database is away: the oldest go
                del self._opened[next(iter(self._opened))]
            if self._trouble:
                raise self._trouble

    def forget(self, person: str) -> None:
        """Drop what is not on disk yet; what is, ``PersonalData`` deletes."""
        with self._lock:
            for key in [key for key in self._opened if key[0] == person]:
                del self._opened[key]

    def flush(self) -> None:
        """Write down what was opened, in one transaction; StoreError keeps it for the next."""
        with self._lock:
            if not self._opened:
                return
            rows = [
                {"person": person, "guide": guide, "opened": opened}
                for (person, guide), opened in self._opened.items()
            ]
            insert = self.database.insert(recents)
            newest = insert.on_conflict_do_update(
                index_elements=["person", "guide"], set_={"opened": insert.excluded.opened}
            )
            try:
                with self.database.begin() as connection:
                    connection.execute(newest, rows)
            except StoreError as error:
                self._trouble = error
                raise
            self._trouble = None
            self._opened.clear()

    def of(self, person: str) -> tuple[str, ...]:
        self.flush()
        with self.database.read() as connection:
            return tuple(connection.scalars(self._newest(person)).all())

    def _newest(self, person: str) -> Select[str]:
        return (
            select(recents.c.guide)
            .where(recents.c.person == person)
            .order_by(recents.c.opened.desc(), recents.c.guide)
            .limit(KEPT)
        )
