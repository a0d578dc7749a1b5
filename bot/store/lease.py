"""What somebody has in hand: nobody else takes it before its lease is over."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_

LEASE = timedelta(seconds=60)
# No lease and no pause reaches this far: one that does was written before the clock was
# turned back, and holds nothing any more.
FARTHEST = timedelta(minutes=10)


def nobody_holds(lease: ColumnElement[Any], moment: datetime) -> ColumnElement[bool]:
    """Whether a row is free at ``moment`` (UTC)."""
    return or_(lease.is_(None), lease <= moment, lease > moment + FARTHEST)
