"""A database that is away: every connection fails."""

from __future__ import annotations

from sqlalchemy.exc import OperationalError


class Gone:
    """In the place of an engine."""

    def connect(self) -> None:
        raise OperationalError("SELECT", {}, OSError("disk I/O error"))
