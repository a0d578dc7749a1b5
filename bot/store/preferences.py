"""When a person is not to be woken, and how much earlier they want to be warned."""

from __future__ import annotations

from datetime import time

from sqlalchemy import bindparam, select

from bot.clocks.schedule import Preferences
from bot.store.database import Database
from bot.store.schema import preferences

_OF = select(preferences).where(preferences.c.person == bindparam("person"))


class PersonalPreferences:
    def __init__(self, database: Database) -> None:
        self.database = database

    def of(self, person: str) -> Preferences:
        """The usual ones for a person who never said."""
        with self.database.read() as connection:
            row = connection.execute(_OF, {"person": person}).one_or_none()
        if row is None:
            return Preferences()
        early = tuple(row.early.split()) if row.early else ()
        return Preferences(_time(row.quiet_from), _time(row.quiet_to), early)

    def keep(self, person: str, wanted: Preferences) -> None:
        """Clocks that run already are told by ``changes.rescheduled``."""
        row = {
            "quiet_from": _written(wanted.quiet_from),
            "quiet_to": _written(wanted.quiet_to),
            "early": " ".join(wanted.early),
        }
        insert = self.database.insert(preferences).values(person=person, **row)
        kept = insert.on_conflict_do_update(index_elements=["person"], set_=row)
        with self.database.begin() as connection:
            connection.execute(kept)


def _time(written: str | None) -> time | None:
    return time.fromisoformat(written) if written else None


def _written(moment: time | None) -> str | None:
    return moment.strftime("%H:%M") if moment else None
