"""Wrong codes, counted over a restart."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "tries",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("left", sa.Float, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
    )
