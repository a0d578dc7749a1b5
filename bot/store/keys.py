"""One-time links and codes, and signed-in browsers; kept as hashes with an end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, select

from bot.codes import hashed
from bot.store.database import Database, utc
from bot.store.schema import keys

LINK, CODE, SESSION = "link", "code", "session"
LINK_LIFE = timedelta(minutes=30)
SESSION_LIFE = timedelta(days=30)
_NAME = 12  # characters of the hash by which a session is named


@dataclass(frozen=True, slots=True)
class Session:
    name: str
    device: str
    made: datetime | None
    expires: datetime


class Keys:
    def __init__(self, database: Database) -> None:
        self.database = database

    def add(
        self,
        kind: str,
        secret: str,
        person: str,
        now: datetime,
        life: timedelta,
        device: str | None = None,
    ) -> None:
        row = {
            "hash": hashed(secret),
            "kind": kind,
            "person": person,
            "made": utc(now),
            "expires": utc(now + life),
            "device": device,
        }
        with self.database.begin() as connection:
            if kind == CODE:  # the newest one counts
                mine = (keys.c.person == person, keys.c.kind == CODE)
                connection.execute(delete(keys).where(*mine))
            connection.execute(keys.insert().values(row))

    def use(self, kind: str, secret: str, now: datetime) -> str | None:
        """The person a link or code was made for, once; None: wrong, used or expired."""
        with self.database.begin() as connection:
            person = connection.scalar(self._valid(kind, secret, now))
            used = connection.execute(
                delete(keys).where(keys.c.hash == hashed(secret), keys.c.kind == kind)
            )
        return person if used.rowcount == 1 else None

    def session(self, secret: str, now: datetime) -> str | None:
        with self.database.read() as connection:
            return connection.scalar(self._valid(SESSION, secret, now))

    def sessions(self, person: str, now: datetime) -> list[Session]:
        """The browsers a person is signed in with, newest first."""
        query = (
            select(keys)
            .where(keys.c.person == person, keys.c.kind == SESSION, keys.c.expires > utc(now))
            .order_by(keys.c.made.desc())
        )
        with self.database.read() as connection:
            return [
                Session(
                    row.hash[:_NAME],
                    row.device or "",
                    utc(row.made) if row.made else None,
                    utc(row.expires),
                )
                for row in connection.execute(query)
            ]

    def end(self, person: str, name: str = "") -> int:
        """Sign a person out: of the session ``name``, or of every one; how many those were."""
        mine = keys.c.person == person
        if name:
            mine &= keys.c.hash.startswith(name, autoescape=True) & (keys.c.kind == SESSION)
        with self.database.begin() as connection:
            return connection.execute(delete(keys).where(mine)).rowcount

    def forget(self, secret: str) -> None:
        """Sign this one browser out."""
        with self.database.begin() as connection:
            connection.execute(delete(keys).where(keys.c.hash == hashed(secret)))

    def _valid(self, kind: str, secret: str, now: datetime) -> Select[str]:
        return select(keys.c.person).where(
            keys.c.hash == hashed(secret), keys.c.kind == kind, keys.c.expires > utc(now)
        )
