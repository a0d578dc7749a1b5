"""A pause after five wrong codes, that grows; in memory, pure of any clock."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

FREE = 5
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)
FORGOTTEN = timedelta(hours=6)
_REMEMBERED = 10_000


@dataclass(slots=True)
class _Tries:
    wrong: int
    last: datetime


class Lockout:
    """By ``who`` tries: an account, a browser's address. Nobody can lock out another."""

    def __init__(self) -> None:
        self._tries: OrderedDict[str, _Tries] = OrderedDict()
        self._lock = Lock()

    def pause(self, who: str, now: datetime) -> timedelta:
        """How long ``who`` has to wait before the next try; zero: may try."""
        with self._lock:
            tries = self._known(who, now)
            if tries is None or tries.wrong < FREE:
                return timedelta()
            doubled: timedelta = FIRST_PAUSE * (1 << min(tries.wrong - FREE, 10))
            return max(tries.last + min(doubled, LONGEST_PAUSE) - now, timedelta())

    def wrong(self, who: str, now: datetime) -> None:
        with self._lock:
            tries = self._known(who, now) or _Tries(0, now)
            self._tries[who] = _Tries(tries.wrong + 1, now)
            self._tries.move_to_end(who)
            while len(self._tries) > _REMEMBERED:
                self._tries.popitem(last=False)

    def right(self, who: str) -> None:
        with self._lock:
            self._tries.pop(who, None)

    def _known(self, who: str, now: datetime) -> _Tries | None:
        tries = self._tries.get(who)
        return tries if tries and now - tries.last < FORGOTTEN else None
