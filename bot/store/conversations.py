"""Where each person is in the conversation; lost with the database, and nobody is hurt."""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import datetime

from sqlalchemy import select

from bot.conversation import Conversation
from bot.store.database import Database, utc
from bot.store.schema import conversations


class Conversations:
    def __init__(self, database: Database) -> None:
        self.database = database

    def load(self, person: str) -> Conversation:
        query = select(conversations.c.state).where(conversations.c.person == person)
        with self.database.read() as connection:
            state = connection.scalar(query) or {}
        known = {field.name for field in fields(Conversation)}
        kept = {key: value for key, value in state.items() if key in known}
        kept["results"] = tuple(kept.get("results", ()))
        return Conversation(**kept)

    def save(self, person: str, conversation: Conversation, now: datetime) -> None:
        state = asdict(conversation)
        insert = self.database.insert(conversations).values(
            person=person, state=state, updated=utc(now)
        )
        update = {"state": state, "updated": utc(now)}
        with self.database.begin() as connection:
            connection.execute(insert.on_conflict_do_update(index_elements=["person"], set_=update))
