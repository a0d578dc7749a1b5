"""Members, invites and the audit trail; sessions that can be listed."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_APPEND_ONLY = "the audit trail is append-only"


def upgrade() -> None:
    with op.batch_alter_table("keys") as keys:
        keys.add_column(sa.Column("made", sa.DateTime(timezone=True), nullable=True))
        keys.add_column(sa.Column("device", sa.String(20), nullable=True))
    op.create_index("ix_keys_person", "keys", ["person"])
    # The operator is one person, whatever browser or terminal: see bot/access.py.
    op.execute("UPDATE keys SET person = 'operator' WHERE person LIKE 'page:operator%'")
    op.create_table(
        "people",
        sa.Column("id", sa.String(12), primary_key=True),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("unit", sa.String(200), nullable=False),
        sa.Column("label", sa.String(40), nullable=False),
        sa.Column("joined", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_table(
        "accounts",
        sa.Column("account", sa.String(80), primary_key=True),
        sa.Column("member", sa.String(12), nullable=False),
    )
    op.create_index("ix_accounts_member", "accounts", ["member"])
    op.create_table(
        "invites",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("hash", sa.String(64), nullable=False, unique=True),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("unit", sa.String(200), nullable=False),
        sa.Column("label", sa.String(40), nullable=False),
        sa.Column("uses", sa.Integer, nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(80), nullable=False),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_table(
        "joinings",
        sa.Column("invite", sa.Integer, primary_key=True),
        sa.Column("member", sa.String(12), primary_key=True),
    )
    op.create_index("ix_joinings_member", "joinings", ["member"])
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(80), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("mac", sa.String(64), nullable=False),
    )
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("mac", sa.String(64), nullable=False),
    )
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_no_{change.lower()} BEFORE {change} ON audit "
                f"BEGIN SELECT RAISE(ABORT, '{_APPEND_ONLY}'); END"
            )
    else:
        op.execute(
            "CREATE FUNCTION audit_refuse() RETURNS trigger AS $$ "
            f"BEGIN RAISE EXCEPTION '{_APPEND_ONLY}'; END $$ LANGUAGE plpgsql"
        )
        op.execute(
            "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()"
        )
