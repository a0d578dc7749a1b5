"""The time by which what is old is deleted: it never runs ahead of what has really passed.

A wrong answer of a time server, for a minute, must not make everything old for good. What a
clock gains is believed an hour at a look, and a day at a start, since the program may have been
off: whoever was away for longer deletes a little later.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

AT_A_LOOK, AT_A_START = timedelta(hours=1), timedelta(days=1)


def steady(now: datetime, last: datetime | None, passed: timedelta | None) -> datetime:
    """``last``: what this was last time. ``passed``: how long ago that was, by a clock that cannot
    jump; None: before the program started."""
    if last is None:
        return now
    return min(now, last + (AT_A_START if passed is None else passed + AT_A_LOOK))


class Steady:
    """Remembered in the file ``path``. ``elapsed``: seconds on a clock that cannot jump."""

    def __init__(self, path: Path, elapsed: Callable[[], float] = time.monotonic) -> None:
        self._path = path
        self._elapsed = elapsed
        self._last: tuple[datetime, float] | None = None

    def __call__(self, now: datetime) -> datetime:
        looked = self._elapsed()
        if self._last is None:
            last, passed = self._written(now), None
        else:
            last, passed = self._last[0], timedelta(seconds=looked - self._last[1])
        told = steady(now, last, passed)
        if last is None or told >= last:  # else the clock was turned back: it will come again
            self._last = (told, looked)
            with suppress(OSError):
                self._path.write_text(told.isoformat(), encoding="ascii")
        return told

    def _written(self, now: datetime) -> datetime | None:
        try:
            return datetime.fromisoformat(self._path.read_text(encoding="ascii")).astimezone(
                now.tzinfo
            )
        except (OSError, ValueError):
            return None
