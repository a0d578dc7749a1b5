"""Invites: codes that let somebody in, kept as hashes, with an end and a number of uses."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, select, update

from bot.people.codes import Invite, hashed, new_code
from bot.people.roles import Role, allows
from bot.store.audit import Audit
from bot.store.database import Database, utc
from bot.store.people import Person, person, person_of
from bot.store.schema import accounts, invites, joinings, keys, people


class Invites:
    def __init__(self, database: Database, audit: Audit) -> None:
        self.database = database
        self.audit = audit

    def make(self, invite: Invite, by: str, now: datetime) -> str:
        """The code of a new invite; only its hash is kept."""
        code = new_code()
        row = {
            "hash": hashed(code),
            "role": invite.role.value,
            "unit": invite.unit,
            "label": invite.label,
            "uses": invite.uses,
            "made": utc(now),
            "made_by": by,
            "expires": utc(invite.expires),
            "ends": utc(invite.ends) if invite.ends else None,
            "member": invite.again or None,
        }
        with self.database.begin() as connection:
            made = connection.execute(invites.insert().values(row))
            number = made.inserted_primary_key[0] if made.inserted_primary_key else 0
            said = f"{invite.role.value} {invite.unit or '/'} x{invite.uses}"
            said += f" again {invite.again}" if invite.again else ""
            self.audit.write(connection, by, "invite", f"invite-{number}", now, said)
        return code

    def open(self, now: datetime) -> list[Invite]:
        """Those that still let somebody in, newest first."""
        with self.database.read() as connection:
            return [_read(row) for row in connection.execute(_usable(now))]

    def find(self, code: str, now: datetime) -> Invite | None:
        """The open invite with this code."""
        query = _usable(now).where(invites.c.hash == hashed(code))
        with self.database.read() as connection:
            row = connection.execute(query).one_or_none()
        return _read(row) if row else None

    def close(self, number: int, by: str, now: datetime) -> bool:
        """Whether there was one to close."""
        with self.database.begin() as connection:
            closing = update(invites).where(invites.c.id == number, invites.c.uses > 0)
            closed = connection.execute(closing.values(uses=0)).rowcount == 1
            if closed:
                self.audit.write(connection, by, "close invite", f"invite-{number}", now)
        return closed

    def accept(self, code: str, account: str | None, now: datetime) -> str | None:
        """The member id that ``code`` lets in; None when it is wrong, used up, expired, or
        older than the revocation of this account.

        ``account`` is None for a browser: always somebody new, unless the invite lets somebody
        in again. A member's own invite moves them to its role and unit, but never to a lower
        role: whoever is above it stays as they are, unit and all.
        """
        with self.database.begin() as connection:
            # The lock on the row: two taps on the last use let in one.
            query = select(invites).where(invites.c.hash == hashed(code)).with_for_update()
            row = connection.execute(query).one_or_none()
            known = person_of(connection, account) if account else None
            if row is None or utc(row.expires) <= now or (row.ends and utc(row.ends) <= now):
                return None
            if known is not None and known.active(now):
                joined = select(joinings.c.member).where(joinings.c.invite == row.id)
                if known.id in connection.scalars(joined).all():
                    return known.id  # the link pressed again
            if row.member:
                if known is not None and known.id != row.member:
                    return None  # an account is one person's
                known = person(connection, row.member)
                if known is None:
                    return None
            if row.uses < 1 or (known and known.removed and utc(row.made) <= known.removed):
                return None
            if row.member and known:
                return self._let_in_again(connection, row, known, account, now)
            return self._let_in(connection, row, known, account, now)

    def _let_in(
        self,
        connection: Connection,
        row: Row[Any],
        known: Person | None,
        account: str | None,
        now: datetime,
    ) -> str:
        role = Role(row.role)
        if known and known.active(now) and known.role is not role and allows(known.role, role):
            return known.id
        given = {"role": role.value, "unit": row.unit, "ends": row.ends, "removed": None}
        if known:
            member = known.id
            connection.execute(update(people).where(people.c.id == member).values(given))
        else:
            member = new_code(8).lower()
            new = {"id": member, "label": row.label, "joined": utc(now), **given}
            connection.execute(people.insert().values(new))
            _add_account(connection, account, member)
        self._use(connection, row, member, now, f"{role.value} {row.unit or '/'}")
        return member

    def _let_in_again(
        self,
        connection: Connection,
        row: Row[Any],
        known: Person,
        account: str | None,
        now: datetime,
    ) -> str | None:
        """As who they are, with all that is theirs; whatever they were signed in with before may
        be in other hands."""
        ends = row.ends or known.ends
        if ends and utc(ends) <= now:
            return None
        given = {"removed": None, "ends": utc(ends) if ends else None}
        connection.execute(update(people).where(people.c.id == known.id).values(given))
        connection.execute(delete(keys).where(keys.c.person == known.id))
        if account and person_of(connection, account) is None:
            _add_account(connection, account, known.id)
        self._use(connection, row, known.id, now, "again")
        return known.id

    def _use(
        self, connection: Connection, row: Row[Any], member: str, now: datetime, said: str
    ) -> None:
        used = update(invites).where(invites.c.id == row.id)
        connection.execute(used.values(uses=invites.c.uses - 1))
        joining = self.database.insert(joinings).values(invite=row.id, member=member)
        connection.execute(joining.on_conflict_do_nothing())
        self.audit.write(connection, member, "join", f"invite-{row.id}", now, said)

    def sweep(self, now: datetime) -> None:
        """Drop what nobody can use any more, once the members who came by it are gone too."""
        over = (invites.c.expires <= utc(now)) | (invites.c.uses < 1)
        came = select(joinings.c.invite)
        with self.database.begin() as connection:
            connection.execute(delete(invites).where(over, invites.c.id.not_in(came)))


def _add_account(connection: Connection, account: str | None, member: str) -> None:
    if account:
        connection.execute(accounts.insert().values(account=account, member=member))


def _usable(now: datetime) -> Select[Any]:
    usable = (invites.c.uses > 0, invites.c.expires > utc(now))
    return select(invites).where(*usable).order_by(invites.c.id.desc())


def _read(row: Row[Any]) -> Invite:
    return Invite(
        Role(row.role),
        row.unit,
        row.uses,
        utc(row.expires),
        row.label,
        utc(row.ends) if row.ends else None,
        row.id,
        row.made_by,
        row.member or "",
    )
