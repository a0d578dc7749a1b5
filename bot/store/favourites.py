"""The guides a person keeps at hand, in the order they were added."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, delete, select

from bot.store.database import Database, utc
from bot.store.schema import favourites

_KEPT_OF = (  # made once: looked up with every card
    select(favourites.c.guide)
    .where(favourites.c.person == bindparam("person"))
    .order_by(favourites.c.added, favourites.c.guide)
)


class Favourites:
    def __init__(self, database: Database) -> None:
        self.database = database

    def add(self, person: str, guide: str, now: datetime) -> None:
        """Adding twice is adding once."""
        row = {"person": person, "guide": guide, "added": utc(now)}
        insert = self.database.insert(favourites).values(row).on_conflict_do_nothing()
        with self.database.begin() as connection:
            connection.execute(insert)

    def remove(self, person: str, guide: str) -> None:
        chosen = (favourites.c.person == person, favourites.c.guide == guide)
        with self.database.begin() as connection:
            connection.execute(delete(favourites).where(*chosen))

    def of(self, person: str) -> tuple[str, ...]:
        with self.database.read() as connection:
            return tuple(connection.scalars(_KEPT_OF, {"person": person}).all())
