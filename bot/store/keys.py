"""One-time links and signed-in browsers; kept as hashes with an end."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, select

from bot.store.database import Database, utc
from bot.store.schema import keys

LINK, SESSION = "link", "session"
LINK_LIFE = timedelta(minutes=30)
SESSION_LIFE = timedelta(days=30)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


class Keys:
    def __init__(self, database: Database) -> None:
        self.database = database

    def add(self, kind: str, secret: str, person: str, expires: datetime) -> None:
        row = {"hash": _hash(secret), "kind": kind, "person": person, "expires": utc(expires)}
        with self.database.begin() as connection:
            connection.execute(keys.insert().values(row))

    def use_link(self, secret: str, now: datetime) -> str | None:
        """The person a link was made for, once; None when it is wrong, used or expired."""
        with self.database.begin() as connection:
            person = connection.scalar(self._valid(LINK, secret, now))
            used = connection.execute(delete(keys).where(keys.c.hash == _hash(secret)))
        return person if used.rowcount == 1 else None

    def session(self, secret: str, now: datetime) -> str | None:
        with self.database.read() as connection:
            return connection.scalar(self._valid(SESSION, secret, now))

    def forget(self, secret: str) -> None:
        with self.database.begin() as connection:
            connection.execute(delete(keys).where(keys.c.hash == _hash(secret)))

    def sweep(self, now: datetime) -> None:
        """Drop what has expired."""
        with self.database.begin() as connection:
            connection.execute(delete(keys).where(keys.c.expires < utc(now)))

    def _valid(self, kind: str, secret: str, now: datetime) -> Select[str]:
        return select(keys.c.person).where(
            keys.c.hash == _hash(secret), keys.c.kind == kind, keys.c.expires > utc(now)
        )
