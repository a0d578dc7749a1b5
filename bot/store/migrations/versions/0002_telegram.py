"""Telegram updates; favourites and feedback."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "updates",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("bot", sa.BigInteger, nullable=False),
        sa.Column("update_id", sa.BigInteger, nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("received", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("bot", "update_id", name="uq_updates_bot_update"),
    )
    op.create_index("ix_updates_state", "updates", ["state"])
    op.create_table(
        "favourites",
        sa.Column("person", sa.String(80), primary_key=True),
        sa.Column("guide", sa.String(40), primary_key=True),
        sa.Column("added", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "feedback",
        sa.Column("person", sa.String(80), primary_key=True),
        sa.Column("guide", sa.String(40), primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True),
        sa.Column("verdict", sa.String(8), nullable=False),
        sa.Column("given", sa.DateTime(timezone=True), nullable=False),
    )
