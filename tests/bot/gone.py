"""A database that is away: every connection fails."""

from __future__ import annotations

from sqlalchemy.exc import OperationalError


class Gone:
    """In the place of an engine."""

    def __init__(self) -> None:
        self.tries = 0

    def connect(self) -> None:
        self.tries += 1
        raise OperationalError("SELECT", {}, OSError("disk I/O error"))
