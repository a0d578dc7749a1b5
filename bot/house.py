"""Puts the parts together from the settings: what every channel of one process shares."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import bot.screens.fit  # noqa: F401  registers this room's checks before anything is published
from bot.assistant import Assistant, Memory
from bot.people.rates import Rates
from bot.screens.conversation import Conversations
from bot.services.access import Access
from bot.services.incidents import Incidents
from bot.services.links import Links
from bot.services.membership import Membership
from bot.settings import ROOT, Settings
from bot.store.audit import Audit, audit_key
from bot.store.clocks import Clocks
from bot.store.database import Database, StoreError
from bot.store.favourites import Favourites
from bot.store.feedback import Feedback
from bot.store.ids import new_id
from bot.store.invites import Invites
from bot.store.keys import Keys
from bot.store.ledger import Ledger
from bot.store.outbox import Outbox
from bot.store.people import People
from bot.store.personal import PersonalData
from bot.store.preferences import PersonalPreferences
from bot.store.recents import Recents
from bot.store.steady import Steady
from bot.store.tries import Tries
from bot.store.walks import Walks
from guides.texts import Texts
from index.meaning import load_model
from index.releases import Releases
from index.serving import Serving
from index.workshop import Workshop


@dataclass(frozen=True)
class House:
    settings: Settings
    clock: Callable[[], datetime]
    database: Database
    serving: Serving
    assistant: Assistant
    access: Access
    membership: Membership
    incidents: Incidents
    links: Links
    rates: Rates
    steady: Steady

    def close(self) -> None:
        self.serving.close()
        self.database.close()


def members_of(database: Database, settings: Settings) -> Membership:
    """Who may ask, without the guides. OSError when the key of the audit trail cannot be read."""
    audit = Audit(database, audit_key(settings.data, settings.audit_key))
    return Membership(
        people=People(database, audit),
        invites=Invites(database, audit),
        keys=Keys(database),
        personal=PersonalData(database, settings.walk_days),
        audit=audit,
        tries=Tries(database),
        standing=bool(settings.admins),
    )


def assemble(
    settings: Settings, clock: Callable[[], datetime] | None = None, apart: bool = False
) -> House:
    """Open database and library; nothing runs yet. A database that is away is no reason not to
    read: ``migrate`` has to be called again. ``apart``: releases are made in processes of their
    own, as long as the house is open. WrongDatabase when none can be meant, NoModel when
    the sentence model is missing, OSError when the data folder cannot be written."""
    now = clock or (lambda: datetime.now(settings.timezone))
    database = Database(settings.database, serves=True, makes_folder=not settings.database_url)
    with suppress(StoreError):  # the log knows
        database.migrate()
    encode = load_model() if settings.semantic else None
    workshop = None
    if apart:
        workshop = Workshop("bot.worker", ROOT, settings.data, settings.library)
    releases = Releases(settings.data, encode, workshop.mend if workshop else None)
    serving = Serving(releases, settings.library, settings.auto_publish, workshop)
    memory = Memory(
        Conversations(),
        Recents(database),
        Favourites(database),
        Feedback(database),
        Ledger(database),
    )
    membership = members_of(database, settings)
    links = Links(settings)
    incidents = Incidents(
        Walks(database), Clocks(database), PersonalPreferences(database), Outbox(database), new_id
    )
    assistant = Assistant(
        serving,
        memory,
        Texts(settings.data / "laws"),
        now,
        membership,
        links,
        settings.internal_on,
        incidents,
        settings.on_call,
    )
    return House(
        settings=settings,
        clock=now,
        database=database,
        serving=serving,
        assistant=assistant,
        access=Access(settings, membership.people, membership.keys),
        membership=membership,
        incidents=incidents,
        links=links,
        rates=Rates(settings.asks_per_minute),
        steady=Steady(settings.data / "steady"),
    )
