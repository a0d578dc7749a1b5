"""👍 / 👎 / 有误 on a guide, the last word of each person per revision."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from sqlalchemy import select

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

    def counts(self) -> Counter[tuple[str, int, str]]:
        """(guide, revision, verdict) -> how many people."""
        query = select(feedback.c.guide, feedback.c.revision, feedback.c.verdict)
        with self.database.read() as connection:
            return Counter((r.guide, r.revision, r.verdict) for r in connection.execute(query))
