"""The tables. Every change here comes with a migration (tests compare the two)."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Column,
    DateTime,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData()

# Where each person is: the last results and what a typed line would mean. One row a person.
conversations = Table(
    "conversations",
    metadata,
    Column("person", String(80), primary_key=True),
    Column("state", JSON, nullable=False),
    Column("updated", DateTime(timezone=True), nullable=False),
)

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
