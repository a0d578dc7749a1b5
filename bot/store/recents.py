"""The guides a person opened last, newest first."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, select

from bot.store.database import Database, utc
from bot.store.schema import recents

KEPT = 10


class Recents:
    def __init__(self, database: Database) -> None:
        self.database = database

    def add(self, person: str, guide: str, now: datetime) -> None:
        insert = self.database.insert(recents).values(person=person, guide=guide, opened=utc(now))
        newest = insert.on_conflict_do_update(
            index_elements=["person", "guide"], set_={"opened": utc(now)}
        )
        with self.database.begin() as connection:
            connection.execute(newest)

    def of(self, person: str) -> tuple[str, ...]:
        with self.database.read() as connection:
            return tuple(connection.scalars(self._newest(person)).all())

    def _newest(self, person: str) -> Select[str]:
        return (
            select(recents.c.guide)
            .where(recents.c.person == person)
            .order_by(recents.c.opened.desc(), recents.c.guide)
            .limit(KEPT)
        )
