"""What is kept about a person, for how long; shown, deleted and swept in one place.

Every table with a ``person`` stands in ``KEPT`` (a test looks), so that nothing can be
kept and forgotten here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Select, Table, delete, func, select

from bot.store.database import Database, utc
from bot.store.schema import (
    accounts,
    favourites,
    feedback,
    joinings,
    keys,
    misses,
    people,
    recents,
)


@dataclass(frozen=True, slots=True)
class Kept:
    """``what`` in Chinese; ``days`` after ``since`` it goes by itself, None: when told to."""

    table: Table
    what: str
    since: Column[datetime] | None
    days: int | None


KEPT = (
    Kept(recents, "最近看过的指引（只有指引名，没有问题）", recents.c.opened, 90),
    Kept(favourites, "收藏的指引", None, None),
    Kept(feedback, "对指引的评价", feedback.c.given, 365),
    Kept(keys, "登录过的浏览器和没用掉的登录码（只存校验值）", keys.c.expires, 0),
)
MISSES_DAYS = 180  # questions without an answer: nobody's name stands there
REMOVED_DAYS = 365  # a revoked account is remembered, so that old invites stay closed to it


class PersonalData:
    def __init__(self, database: Database) -> None:
        self.database = database

    def of(self, person: str) -> list[tuple[Kept, int]]:
        """How many rows of each kind there are about ``person``."""
        with self.database.read() as connection:
            return [(kept, connection.scalar(_count(kept.table, person)) or 0) for kept in KEPT]

    def wipe(self, person: str) -> None:
        """Delete everything kept about ``person``, at once; sessions too."""
        with self.database.begin() as connection:
            for kept in KEPT:
                connection.execute(delete(kept.table).where(kept.table.c.person == person))

    def sweep(self, now: datetime) -> None:
        """Delete what has been kept for long enough."""
        with self.database.begin() as connection:
            for kept in KEPT:
                if kept.since is not None and kept.days is not None:
                    old = kept.since < utc(now - timedelta(days=kept.days))
                    connection.execute(delete(kept.table).where(old))
            stale = misses.c.asked < utc(now - timedelta(days=MISSES_DAYS))
            connection.execute(delete(misses).where(stale))
            gone = people.c.removed < utc(now - timedelta(days=REMOVED_DAYS))
            connection.execute(delete(people).where(gone))
            for table in (accounts, joinings):
                nobody = table.c.member.not_in(select(people.c.id))
                connection.execute(delete(table).where(nobody))


def _count(table: Table, person: str) -> Select[Any]:
    return select(func.count()).select_from(table).where(table.c.person == person)
