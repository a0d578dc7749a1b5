"""👍 / 👎 / 有误 on a guide, the last word of each person per revision."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from bot.store.database import Database, utc
from bot.store.schema import feedback


class Feedback:
    def __init__(self, database: Database) -> None:
        self.database = database

    def give(self, person: str, guide: str, revision: int, verdict: str, now: datetime) -> None:
        row = {"person": person, "guide": guide, "revision": revision}
        said = {"verdict": verdict, "given": utc(now)}
        insert = self.database.insert(feedback).values(**row, **said)
        with self.database.begin() as connection:
            connection.execute(insert.on_conflict_do_update(index_elements=list(row), set_=said))

    def counts(self, since: datetime | None = None) -> dict[tuple[str, int, str], int]:
        """(guide, revision, verdict) -> how many people said so from ``since`` on."""
        said = (feedback.c.guide, feedback.c.revision, feedback.c.verdict)
        query = select(*said, func.count()).group_by(*said)
        if since is not None:
            query = query.where(feedback.c.given >= utc(since))
        with self.database.read() as connection:
            return {(row[0], row[1], row[2]): row[3] for row in connection.execute(query)}
