"""What is kept about a person, for how long; shown, deleted and swept in one place.

Every table with a ``person`` stands in ``KEPT`` (a test looks), so that nothing can be
kept and forgotten here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Select, Table, delete, func, select, update

from bot.store import outbox as outbox_store
from bot.store.clocks import still_runs
from bot.store.database import Database, utc
from bot.store.keys import SESSION
from bot.store.schema import (
    accounts,
    clocks,
    favourites,
    feedback,
    handovers,
    joinings,
    keys,
    misses,
    outbox,
    people,
    preferences,
    recents,
    walk_marks,
    walks,
)


@dataclass(frozen=True, slots=True)
class Kept:
    """``what`` in Chinese; ``days`` after ``since`` it goes by itself, None: when told to."""

    table: Table
    what: str
    since: Column[datetime] | None
    days: int | None


WALK_DAYS = 30  # unless the setting says otherwise

KEPT = (
    Kept(recents, "最近看过的指引（只有指引名，没有问题）", recents.c.opened, 90),
    Kept(favourites, "收藏的指引", None, None),
    Kept(feedback, "对指引的评价", feedback.c.given, 365),
    Kept(walks, "处置：指引、标签、勾过的步骤和时间（没有案件信息）", None, WALK_DAYS),
    Kept(clocks, "时限：起算时间、延长、停止", None, WALK_DAYS),
    Kept(preferences, "提醒的时间设置", None, None),
    Kept(outbox, "等着发给你的提醒和发过的记录", None, outbox_store.KEPT.days),
    Kept(keys, "登录过的浏览器和没用掉的登录码（只存校验值）", keys.c.expires, 0),
)
MISSES_DAYS = 180  # questions without an answer: nobody's name stands there
REMOVED_DAYS = 365  # a revoked account is remembered, so that old invites stay closed to it


class PersonalData:
    """``walk_days``: how long walks and clocks are kept. They and the outbox are swept by their
    own stores: one that still runs, or waits, is never old."""

    def __init__(self, database: Database, walk_days: int = WALK_DAYS) -> None:
        self.database = database
        self.kept = tuple(
            replace(kept, days=walk_days) if kept.table in (walks, clocks) else kept
            for kept in KEPT
        )

    def of(self, person: str) -> list[tuple[Kept, int]]:
        """How many rows of each kind there are about ``person``."""
        with self.database.read() as connection:
            return [
                (kept, connection.scalar(_count(kept.table, person)) or 0) for kept in self.kept
            ]

    def wipe(self, person: str, stays: bool = False) -> int:
        """Delete everything kept about ``person``, at once; how many clocks run on all the same.

        A limit does not end because an account did: clocks that run stay, with what waits about
        them, for the person or, when they are gone, for those who are told instead. ``stays``:
        they go on using it, so their browsers stay signed in.
        """
        running = select(clocks.c.id).where(still_runs())
        with self.database.begin() as connection:
            own_walks = select(walks.c.id).where(walks.c.person == person)
            for table in (walk_marks, handovers):
                connection.execute(delete(table).where(table.c.walk.in_(own_walks)))
            # Also what was passed on to legal staff because it did not reach this person.
            own_clocks = select(clocks.c.id).where(clocks.c.person == person)
            theirs = outbox.c.subject.in_(own_clocks) | (outbox.c.person == person)
            connection.execute(delete(outbox).where(theirs, outbox.c.subject.not_in(running)))
            mine = clocks.c.person == person
            connection.execute(delete(clocks).where(mine, clocks.c.id.not_in(running)))
            kept_on = connection.execute(update(clocks).where(mine).values(walk=None)).rowcount
            for kept in self.kept:
                if kept.table not in (clocks, outbox):
                    own = kept.table.c.person == person
                    if stays and kept.table is keys:
                        own &= keys.c.kind != SESSION
                    connection.execute(delete(kept.table).where(own))
        return kept_on

    def sweep(self, now: datetime) -> None:
        """Delete what has been kept for long enough."""
        with self.database.begin() as connection:
            for kept in self.kept:
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
