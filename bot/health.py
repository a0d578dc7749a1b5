"""What the operator's monitoring is told: whether this process does its duty."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from bot.house import House
from bot.store.database import StoreError
from bot.watch import Watch
from index.releases import NoRelease

_PATIENCE = 2.0  # seconds that the database has for an answer
OVERDUE = timedelta(minutes=10)


class Health:
    """``telegram``: off, ok, or down; asked each time."""

    def __init__(
        self,
        house: House,
        watch: Watch | None = None,
        telegram: Callable[[], str] = lambda: "off",
    ) -> None:
        self._house = house
        self._watch = watch or Watch()
        self._telegram = telegram
        self._looking: asyncio.Task[tuple[datetime | None, bool]] | None = None
        self._refused: datetime | None = None

    async def look(self) -> dict[str, Any]:
        """Says nothing about people or guides; ages in seconds. ``ok`` is False when nothing is
        served, the database is away or takes nothing down, a task is down, or for ten minutes
        now a warning has reached nobody or the folder's edits were refused."""
        house, now = self._house, self._house.clock()
        try:
            release = house.serving.release.number
        except NoRelease:
            release = None
        try:
            found, writes = await self._database()
            oldest, database = found or now, "ok" if writes else "unwritable"
        except StoreError:
            oldest, database = now, "away"
        errors, down = len(house.serving.errors), sorted(self._watch.down)
        self._refused = (self._refused or now) if errors else None
        since = min(oldest, self._refused or now)
        works = release is not None and database == "ok" and not down
        return {
            "ok": works and now - since < OVERDUE,
            "release": release,
            "telegram": self._telegram(),
            "database": database,
            "oldest_undelivered_warning": int((now - oldest).total_seconds()),
            "folder_errors": errors,
            "tasks_down": down,
        }

    async def _database(self) -> tuple[datetime | None, bool]:
        """When the oldest warning came due that has reached nobody, and whether anything can be
        written. A database that hangs is asked once, however often one looks here."""
        looking = self._looking
        if looking is None or looking.done():
            looking = asyncio.create_task(asyncio.to_thread(self._ask, self._house.clock()))
            # An answer that comes too late is nobody's, and no error of the program either.
            looking.add_done_callback(lambda task: task.cancelled() or task.exception())
            self._looking = looking
        done, _ = await asyncio.wait({looking}, timeout=_PATIENCE)
        if not done:
            raise StoreError("no answer in time")
        return looking.result()

    def _ask(self, now: datetime) -> tuple[datetime | None, bool]:
        oldest = self._house.incidents.outbox.oldest(now)
        try:
            self._house.database.prove()
        except StoreError:
            return oldest, False
        return oldest, True
