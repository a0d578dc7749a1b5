"""Who has a Telegram update in hand, and until when."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("updates", sa.Column("holder", sa.String(40), nullable=True))
    op.add_column("updates", sa.Column("lease", sa.DateTime(timezone=True), nullable=True))
