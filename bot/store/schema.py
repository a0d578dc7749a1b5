"""The tables. Every change here comes with a migration (tests compare the two)."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    DateTime,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

# Guides a person opened lately. No questions, no cases.
recents = Table(
    "recents",
    metadata,
    Column("person", String(80), primary_key=True),
    Column("guide", String(40), primary_key=True),
    Column("opened", DateTime(timezone=True), nullable=False),
)

# Questions without an answer, redacted, without the asker: legal staff's work list.
misses = Table(
    "misses",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("question", Text, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("nearest", JSON, nullable=False),
    Column("asked", DateTime(timezone=True), nullable=False),
    Index("ix_misses_asked", "asked"),
)

# How often each redline was met on a day; never who asked, never what.
refusals = Table(
    "refusals",
    metadata,
    Column("redline", String(40), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("total", Integer, nullable=False),
)

# One-time links and signed-in browsers, as hashes: the database cannot sign anyone in.
keys = Table(
    "keys",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("person", String(80), nullable=False),
    Column("expires", DateTime(timezone=True), nullable=False),
)

# Telegram updates, written down before they are confirmed. The payload goes once it is
# answered; the number stays for two days, so that a replay is known.
updates = Table(
    "updates",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("bot", BigInteger, nullable=False),
    Column("update_id", BigInteger, nullable=False),
    Column("payload", Text, nullable=False),
    Column("state", String(12), nullable=False),
    Column("received", DateTime(timezone=True), nullable=False),
    UniqueConstraint("bot", "update_id", name="uq_updates_bot_update"),
    Index("ix_updates_state", "state"),
)

favourites = Table(
    "favourites",
    metadata,
    Column("person", String(80), primary_key=True),
    Column("guide", String(40), primary_key=True),
    Column("added", DateTime(timezone=True), nullable=False),
)

# What a person thinks of a guide, once per revision: a work list, never a ranking.
feedback = Table(
    "feedback",
    metadata,
    Column("person", String(80), primary_key=True),
    Column("guide", String(40), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("verdict", String(8), nullable=False),
    Column("given", DateTime(timezone=True), nullable=False),
)
