"""The guides a person opened last, newest first.

Written behind: a convenience may not cost every answer a transaction. A crash loses what
was opened in the last second; ``flush`` is called by the process's own round.
"""

from __future__ import annotations

from datetime import datetime
from threading import Lock

from sqlalchemy import Select, select

from bot.store.database import PASSING, Database, StoreError, patience, utc
from bot.store.schema import recents

KEPT = 10
MOST_WAITING = 10_000


class Recents:
    def __init__(self, database: Database) -> None:
        self.database = database
        self._opened: dict[tuple[str, str], datetime] = {}
        self._trouble: StoreError | None = None
        self._lock = Lock()  # held for moments only: every guide that is opened wants it
        self._flushing = Lock()

    def add(self, person: str, guide: str, now: datetime) -> None:
        """Remember; on disk with the next ``flush``. StoreError while the last one failed."""
        with self._lock:
            self._opened[person, guide] = utc(now)
            self._keep_newest()
            if self._trouble:
                raise self._trouble

    def forget(self, person: str) -> None:
        """Drop what is not on disk yet; what is, ``PersonalData`` deletes."""
        with self._flushing, self._lock:
            for key in [key for key in self._opened if key[0] == person]:
                del self._opened[key]

    def flush(self) -> None:
        """Write down what was opened, in one transaction; StoreError keeps it for the next."""
        with self._flushing:
            with self._lock:
                opened, self._opened = self._opened, {}
            try:
                if opened:
                    self._write(opened)
            except StoreError as error:
                with self._lock:
                    self._opened = opened | self._opened
                    self._keep_newest()
                    self._trouble = error
                raise
            self._trouble = None

    def _keep_newest(self) -> None:
        while len(self._opened) > MOST_WAITING:  # the database is away: the oldest go
            del self._opened[next(iter(self._opened))]

    def _write(self, opened: dict[tuple[str, str], datetime]) -> None:
        rows = [
            {"person": person, "guide": guide, "opened": moment}
            for (person, guide), moment in opened.items()
        ]
        insert = self.database.insert(recents)
        newest = insert.on_conflict_do_update(
            index_elements=["person", "guide"], set_={"opened": insert.excluded.opened}
        )
        with patience(PASSING), self.database.begin() as connection:
            connection.execute(newest, rows)

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
