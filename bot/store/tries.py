"""Wrong codes as buckets (``bot.people.lockout``), by the hash of whom they are counted for."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from bot.people.codes import hashed
from bot.people.lockout import LONGEST, Bucket
from bot.store.database import Database, utc
from bot.store.schema import tries


class Tries:
    def __init__(self, database: Database) -> None:
        self.database = database

    def take(self, buckets: Mapping[str, Bucket], now: datetime) -> timedelta:
        """One try out of every bucket, or out of none and how long to wait for one. Taken before
        the code is looked at: two hundred at once are not all tried."""
        named = {hashed(name): bucket for name, bucket in buckets.items()}
        query = select(tries).where(tries.c.name.in_(named)).order_by(tries.c.name)
        with self.database.begin() as connection:
            full = [
                {"name": name, "left": float(bucket.most), "since": utc(now)}
                for name, bucket in named.items()
            ]
            connection.execute(self.database.insert(tries).on_conflict_do_nothing(), full)
            rows = connection.execute(query.with_for_update()).all()
            left = {row.name: named[row.name].filled(row.left, utc(row.since), now) for row in rows}
            wait = max(named[name].wait(there) for name, there in left.items())
            for name, there in left.items():
                taken = update(tries).where(tries.c.name == name)
                connection.execute(taken.values(left=there if wait else there - 1, since=utc(now)))
        return wait

    def give_back(self, names: Collection[str]) -> None:
        """The code was right."""
        mine = tries.c.name.in_([hashed(name) for name in names])
        with self.database.begin() as connection:
            connection.execute(update(tries).where(mine).values(left=tries.c.left + 1))

    def sweep(self, now: datetime) -> None:
        """Forget those that have filled again."""
        with self.database.begin() as connection:
            connection.execute(delete(tries).where(tries.c.since < utc(now - LONGEST)))
