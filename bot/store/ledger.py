"""What could not be answered, and how often a redline was met. Never who asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from bot.store.database import Database, utc
from bot.store.schema import misses, refusals


@dataclass(frozen=True, slots=True)
class Miss:
    question: str  # redacted
    outcome: str
    nearest: tuple[str, ...]


class Ledger:
    def __init__(self, database: Database) -> None:
        self.database = database

    def missed(self, question: str, outcome: str, nearest: Sequence[str], now: datetime) -> None:
        """Write down a question that found no guide; the caller has redacted it."""
        row = {
            "question": question,
            "outcome": outcome,
            "nearest": list(nearest),
            "asked": utc(now),
        }
        with self.database.begin() as connection:
            connection.execute(misses.insert().values(row))

    def refused(self, redline: str, day: date) -> None:
        """Count one refusal; nothing else about it is kept."""
        insert = self.database.insert(refusals).values(redline=redline, day=str(day), total=1)
        counted = insert.on_conflict_do_update(
            index_elements=["redline", "day"], set_={"total": refusals.c.total + 1}
        )
        with self.database.begin() as connection:
            connection.execute(counted)

    def misses(self) -> list[Miss]:
        """All of them, oldest first."""
        query = select(misses).order_by(misses.c.id)
        with self.database.read() as connection:
            rows = connection.execute(query).all()
        return [Miss(row.question, row.outcome, tuple(row.nearest)) for row in rows]

    def refusals(self) -> dict[str, int]:
        """Redline id -> how often, over all days."""
        counts: dict[str, int] = {}
        with self.database.read() as connection:
            for row in connection.execute(select(refusals)):
                counts[row.redline] = counts.get(row.redline, 0) + row.total
        return counts
