"""What could not be answered, and how often a redline was met. Never who asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from bot.store.database import Database, utc
from bot.store.schema import misses, refusals


@dataclass(frozen=True, slots=True)
class Miss:
    """A question, word for word, that found no guide; ``nearest`` as it was the last time."""

    question: str  # redacted
    outcome: str
    nearest: tuple[str, ...]
    times: int
    first: datetime
    last: datetime


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

    def misses(self, since: datetime | None = None) -> list[Miss]:
        """Those asked from ``since`` on, each question and outcome once; asked last comes last."""
        told = select(
            misses.c.question,
            misses.c.outcome,
            func.count().label("times"),
            func.min(misses.c.asked).label("first"),
            func.max(misses.c.asked).label("last"),
            func.max(misses.c.id).label("newest"),
        ).group_by(misses.c.question, misses.c.outcome)
        if since is not None:
            told = told.where(misses.c.asked >= utc(since))
        each = told.subquery()
        query = select(each, misses.c.nearest).join(misses, misses.c.id == each.c.newest)
        with self.database.read() as connection:
            rows = connection.execute(query.order_by(each.c.newest)).all()
        return [
            Miss(r.question, r.outcome, tuple(r.nearest), r.times, utc(r.first), utc(r.last))
            for r in rows
        ]

    def refusals(self, since: date | None = None) -> dict[str, int]:
        """Redline id -> how often, from ``since`` on."""
        query = select(refusals.c.redline, func.sum(refusals.c.total)).group_by(refusals.c.redline)
        if since is not None:
            query = query.where(refusals.c.day >= str(since))
        with self.database.read() as connection:
            return {redline: int(total) for redline, total in connection.execute(query)}
