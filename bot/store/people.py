"""Members: who may ask, in which role and unit; and the accounts they are known by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, or_, select, update

from bot.people.roles import Member, Role, within
from bot.store.audit import Audit
from bot.store.database import Database, utc
from bot.store.schema import accounts, invites, joinings, people


@dataclass(frozen=True, slots=True)
class Person:
    """One row; ``ends``: when the access runs out, ``removed``: when it was revoked."""

    id: str
    role: Role
    unit: str
    label: str
    joined: datetime
    ends: datetime | None
    removed: datetime | None

    def active(self, now: datetime) -> bool:
        return self.removed is None and (self.ends is None or now < self.ends)

    @property
    def member(self) -> Member:
        return Member(self.id, self.role, self.unit)


class People:
    def __init__(self, database: Database, audit: Audit) -> None:
        self.database = database
        self.audit = audit

    def get(self, member: str) -> Person | None:
        with self.database.read() as connection:
            return person(connection, member)

    def of_account(self, account: str) -> Person | None:
        """Who ``telegram:42`` is; also when revoked."""
        with self.database.read() as connection:
            return person_of(connection, account)

    def accounts_of(self, member: str) -> tuple[str, ...]:
        query = select(accounts.c.account).where(accounts.c.member == member)
        with self.database.read() as connection:
            return tuple(connection.scalars(query).all())

    def all(self) -> list[Person]:
        """By unit, then by when they joined; revoked ones too."""
        query = select(people).order_by(people.c.unit, people.c.joined, people.c.id)
        with self.database.read() as connection:
            return [read_person(row) for row in connection.execute(query)]

    def remove(self, member: str, by: str, now: datetime) -> int:
        """Revoke, and close the invites they came by, made or may know of; how many."""
        with self.database.begin() as connection:
            known = person(connection, member)
            connection.execute(
                update(people).where(people.c.id == member).values(removed=utc(now), label="")
            )
            closed = _close_invites(connection, known, now) if known else 0
            self.audit.write(connection, by, "remove", member, now, f"invites closed: {closed}")
        return closed

    def change_role(self, member: str, role: Role, by: str, now: datetime) -> None:
        with self.database.begin() as connection:
            connection.execute(update(people).where(people.c.id == member).values(role=role.value))
            self.audit.write(connection, by, "role", member, now, role.value)

    def leave(self, member: str, now: datetime, whole: bool = True) -> None:
        """Forget a member, at their own wish; an invite lets them in again. Not ``whole``: but for
        the unit, by which it is known who is told of what they left running."""
        bare = {"removed": utc(now), "label": ""}
        with self.database.begin() as connection:
            connection.execute(delete(accounts).where(accounts.c.member == member))
            connection.execute(delete(joinings).where(joinings.c.member == member))
            mine = people.c.id == member
            forget = delete(people) if whole else update(people).values(bare)
            connection.execute(forget.where(mine))
            self.audit.write(connection, member, "leave", member, now)


def _close_invites(connection: Connection, gone: Person, now: datetime) -> int:
    """A link that let in somebody unwanted, or was made by or for them, lets in nobody else; nor
    does one for several, which goes round in their unit: in a browser nobody would know them."""
    came_by = select(joinings.c.invite).where(joinings.c.member == gone.id)
    usable = (invites.c.uses > 0, invites.c.expires > utc(now))
    theirs = or_(
        invites.c.made_by == gone.id, invites.c.member == gone.id, invites.c.id.in_(came_by)
    )
    closing = set(connection.scalars(select(invites.c.id).where(theirs, *usable)))
    for row in connection.execute(select(invites).where(invites.c.uses > 1, *usable)):
        if within(row.unit, gone.unit) or within(gone.unit, row.unit):
            closing.add(row.id)
    connection.execute(update(invites).where(invites.c.id.in_(closing)).values(uses=0))
    return len(closing)


def person(connection: Connection, member: str) -> Person | None:
    """As ``get``, within a transaction."""
    row = connection.execute(select(people).where(people.c.id == member)).one_or_none()
    return None if row is None else read_person(row)


def person_of(connection: Connection, account: str) -> Person | None:
    """As ``of_account``, within a transaction."""
    joined = people.join(accounts, accounts.c.member == people.c.id)
    query = select(people).select_from(joined).where(accounts.c.account == account)
    row = connection.execute(query).one_or_none()
    return None if row is None else read_person(row)


def read_person(row: Any) -> Person:
    return Person(
        id=row.id,
        role=Role(row.role),
        unit=row.unit,
        label=row.label,
        joined=utc(row.joined),
        ends=utc(row.ends) if row.ends else None,
        removed=utc(row.removed) if row.removed else None,
    )
