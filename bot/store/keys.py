"""One-time links and codes, and signed-in browsers; kept as hashes with an end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Select, bindparam, delete, select, update

from bot.people.codes import NAME, hashed
from bot.store.database import Database, utc
from bot.store.people import Person, read_person
from bot.store.schema import keys, people

LINK, CODE, SESSION = "link", "code", "session"
LINK_LIFE = timedelta(minutes=30)
SESSION_LIFE = timedelta(days=30)  # after the last use
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Session:
    name: str
    device: str
    made: datetime | None
    expires: datetime


@dataclass(frozen=True, slots=True)
class SignedIn:
    """``person`` as in ``bot.people.roles``; ``known``: the member, None for others. ``due``: it
    has not been prolonged for a day."""

    person: str
    due: bool
    known: Person | None


_SESSION = (
    select(keys.c.person.label("key_of"), keys.c.expires.label("until"), people)
    .select_from(keys.outerjoin(people, people.c.id == keys.c.person))
    .where(
        keys.c.hash == bindparam("hash"),
        keys.c.kind == SESSION,
        keys.c.expires > bindparam("now"),
    )
)


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

    def until(self, kind: str, secret: str, now: datetime) -> datetime | None:
        """The end of one that is still good; None as in ``use``."""
        with self.database.read() as connection:
            expires = connection.scalar(self._valid(kind, secret, now, keys.c.expires))
        return utc(expires) if expires else None

    def session(self, secret: str, now: datetime) -> SignedIn | None:
        """Who is signed in with this browser: looked up at every event, in one statement."""
        with self.database.read() as connection:
            row = connection.execute(
                _SESSION, {"hash": hashed(secret), "now": utc(now)}
            ).one_or_none()
        if row is None:
            return None
        due = utc(row.until) < now + SESSION_LIFE - _DAY
        return SignedIn(row.key_of, due, read_person(row) if row.id else None)

    def prolong(self, secret: str, now: datetime) -> bool:
        """A session that is used lives on: its end moves, at most once a day. Whether it did."""
        due = (keys.c.expires > utc(now), keys.c.expires < utc(now + SESSION_LIFE - _DAY))
        mine = (keys.c.hash == hashed(secret), keys.c.kind == SESSION, *due)
        with self.database.begin() as connection:
            moved = update(keys).where(*mine).values(expires=utc(now + SESSION_LIFE))
            return connection.execute(moved).rowcount == 1

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
                    row.hash[:NAME],
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

    def _valid(
        self, kind: str, secret: str, now: datetime, column: Column[Any] = keys.c.person
    ) -> Select[Any]:
        return select(column).where(
            keys.c.hash == hashed(secret), keys.c.kind == kind, keys.c.expires > utc(now)
        )
