"""What a walk or a clock was started from: an open guide or an internal one. Null: started
before this was written down; then its guide as it is now decides."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    for table in ("walks", "clocks"):
        op.add_column(table, sa.Column("circulation", sa.String(8), nullable=True))
