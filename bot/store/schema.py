"""The tables. Every change here comes with a migration (tests compare the two)."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
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
    Column("made", DateTime(timezone=True), nullable=True),
    Column("device", String(20), nullable=True),  # 手机, 电脑: no more than that
    Index("ix_keys_person", "person"),
)

# How many wrong codes are still taken, by the hash of an account or an address; for an hour.
tries = Table(
    "tries",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("left", Float, nullable=False),
    Column("since", DateTime(timezone=True), nullable=False),
)

# Who may ask. ``unit`` is a path, 分局/派出所: a unit's members are those whose path begins
# with it. A removed person stays, without data, so that old invites do not let them in.
people = Table(
    "people",
    metadata,
    Column("id", String(12), primary_key=True),
    Column("role", String(16), nullable=False),
    Column("unit", String(200), nullable=False),
    Column("label", String(40), nullable=False),
    Column("joined", DateTime(timezone=True), nullable=False),
    Column("ends", DateTime(timezone=True), nullable=True),
    Column("removed", DateTime(timezone=True), nullable=True),
)

# How a person is known to a channel: telegram:<numeric id>.
accounts = Table(
    "accounts",
    metadata,
    Column("account", String(80), primary_key=True),
    Column("member", String(12), nullable=False),
    Index("ix_accounts_member", "member"),
)

# Invites, by the hash of their code; ``uses`` counts down, ``ends`` is when the access ends;
# ``member``: whom it lets in again.
invites = Table(
    "invites",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("hash", String(64), nullable=False, unique=True),
    Column("role", String(16), nullable=False),
    Column("unit", String(200), nullable=False),
    Column("label", String(40), nullable=False),
    Column("uses", Integer, nullable=False),
    Column("made", DateTime(timezone=True), nullable=False),
    Column("made_by", String(80), nullable=False),
    Column("expires", DateTime(timezone=True), nullable=False),
    Column("ends", DateTime(timezone=True), nullable=True),
    Column("member", String(12), nullable=True),
)

# Which invite a member came by: removing them closes it.
joinings = Table(
    "joinings",
    metadata,
    Column("invite", Integer, primary_key=True),
    Column("member", String(12), primary_key=True),
    Index("ix_joinings_member", "member"),
)

# Append-only and chained (bot/store/audit.py); triggers refuse changes, ``verify`` finds
# those made without them. The head knows how long the chain is.
audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("at", String(40), nullable=False),
    Column("actor", String(80), nullable=False),
    Column("action", String(32), nullable=False),
    Column("subject", String(80), nullable=False),
    Column("detail", Text, nullable=False),
    Column("mac", String(64), nullable=False),
)
audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("total", Integer, nullable=False),
    Column("mac", String(64), nullable=False),
)

# Telegram updates, written down before they are confirmed. The payload goes once it is
# answered; the number stays for two days, so that a replay is known. ``holder`` is the process
# that has it in hand, until its ``lease`` is over.
updates = Table(
    "updates",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("bot", BigInteger, nullable=False),
    Column("update_id", BigInteger, nullable=False),
    Column("payload", Text, nullable=False),
    Column("state", String(12), nullable=False),
    Column("received", DateTime(timezone=True), nullable=False),
    Column("holder", String(40), nullable=True),
    Column("lease", DateTime(timezone=True), nullable=True),
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

# Messages that must arrive: due -> sending (with a lease) -> sent. ``name`` is what the message
# is about and when, so that writing it twice is writing it once; ``subject`` is the clock it
# belongs to, so that a changed clock can take back what was not sent.
outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(120), nullable=False, unique=True),
    Column("person", String(80), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("subject", String(40), nullable=False),
    Column("body", JSON, nullable=False),
    Column("due", DateTime(timezone=True), nullable=False),
    Column("state", String(12), nullable=False),
    Column("lease", DateTime(timezone=True), nullable=True),
    Column("tries", Integer, nullable=False),
    Column("repeated", Boolean, nullable=False),
    Column("sent", DateTime(timezone=True), nullable=True),
    Index("ix_outbox_state_due", "state", "due"),
    Index("ix_outbox_subject", "subject"),
    Index("ix_outbox_person", "person"),
)

# One incident walked along a guide. ``seen``: step id -> its words when the officer last saw
# them, so that a changed guide can say what changed. ``circulation``: of the guide at the
# start (null: before that was written down). No case data: a label at most.
walks = Table(
    "walks",
    metadata,
    Column("id", String(12), primary_key=True),
    Column("person", String(80), nullable=False),
    Column("guide", String(40), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("label", String(40), nullable=False),
    Column("state", String(12), nullable=False),
    Column("started", DateTime(timezone=True), nullable=False),
    Column("changed", DateTime(timezone=True), nullable=False),
    Column("finished", DateTime(timezone=True), nullable=True),
    Column("seen", JSON, nullable=False),
    Column("circulation", String(8), nullable=True),
    Index("ix_walks_person", "person"),
    Index("ix_walks_changed", "changed"),
)

# A ticked step; ``choice`` is the answer given at a step that asks.
walk_marks = Table(
    "walk_marks",
    metadata,
    Column("walk", String(12), primary_key=True),
    Column("step", String(24), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("choice", String(200), nullable=True),
)

# A started time limit. ``rule`` is the guide's limit as it stood at the start, so that a
# retired guide never loses a running clock; ``circulation`` as of a walk.
clocks = Table(
    "clocks",
    metadata,
    Column("id", String(12), primary_key=True),
    Column("person", String(80), nullable=False),
    Column("walk", String(12), nullable=True),
    Column("guide", String(40), nullable=False),
    Column("label", String(40), nullable=False),
    Column("rule", JSON, nullable=False),
    Column("started", DateTime(timezone=True), nullable=False),
    Column("tiers", Integer, nullable=False),
    Column("pauses", JSON, nullable=False),
    Column("stopped", DateTime(timezone=True), nullable=True),
    Column("acknowledged", DateTime(timezone=True), nullable=True),
    Column("version", Integer, nullable=False),
    Column("changed", DateTime(timezone=True), nullable=False),
    Column("circulation", String(8), nullable=True),
    Index("ix_clocks_person", "person"),
    Index("ix_clocks_walk", "walk"),
)

# Links by which a walk is handed to a colleague, as hashes with an end.
handovers = Table(
    "handovers",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("walk", String(12), nullable=False),
    Column("expires", DateTime(timezone=True), nullable=False),
)

# When a person is not to be woken, and how much earlier they want to be warned.
preferences = Table(
    "preferences",
    metadata,
    Column("person", String(80), primary_key=True),
    Column("quiet_from", String(5), nullable=True),
    Column("quiet_to", String(5), nullable=True),
    Column("early", String(40), nullable=False),
)
