"""Puts the parts together from the settings: what every channel of one process shares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import bot.fitting  # noqa: F401  registers this room's checks before anything is published
from bot.access import Access
from bot.assistant import Assistant, Memory
from bot.conversation import Conversations
from bot.settings import Settings
from bot.store.database import Database
from bot.store.favourites import Favourites
from bot.store.feedback import Feedback
from bot.store.keys import Keys
from bot.store.ledger import Ledger
from bot.store.recents import Recents
from guides.texts import Texts
from index.meaning import load_model
from index.releases import Releases
from index.serving import Serving


@dataclass(frozen=True)
class House:
    settings: Settings
    clock: Callable[[], datetime]
    database: Database
    serving: Serving
    assistant: Assistant
    access: Access
    keys: Keys


def assemble(settings: Settings, clock: Callable[[], datetime] | None = None) -> House:
    """Open database and library; nothing runs yet. StoreError when the database is away,
    NoModel when the sentence model is."""
    now = clock or (lambda: datetime.now(settings.timezone))
    database = Database(settings.database)
    database.migrate()
    encode = load_model() if settings.semantic else None
    releases = Releases(settings.data, encode)
    serving = Serving(releases, settings.library, settings.auto_publish)
    memory = Memory(
        Conversations(),
        Recents(database),
        Favourites(database),
        Feedback(database),
        Ledger(database),
    )
    texts = Texts(settings.data / "laws")
    return House(
        settings=settings,
        clock=now,
        database=database,
        serving=serving,
        assistant=Assistant(serving, memory, texts, now),
        access=Access.of(settings),
        keys=Keys(database),
    )
