"""What is known of a database that is away: nobody waits for it again and again, and the log
gets one line a minute, with a count."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

log = logging.getLogger(__name__)

AGAIN = 2.0  # seconds until somebody tries again what did not answer in time
_MINUTE = 60.0


@dataclass
class _Way:
    """Reading, or writing: where another program keeps the writers out, one can still read."""

    away: bool = False
    slow: str = ""  # what was said when it did not answer in time
    again: float = 0.0


class Outage:
    """``elapsed``: seconds on a clock that never jumps. Safe to use from several threads."""

    def __init__(self, elapsed: Callable[[], float]) -> None:
        self._elapsed = elapsed
        self._lock = Lock()
        self._ways = {True: _Way(), False: _Way()}
        self._failures = 0
        self._said: float | None = None
        self._told = False  # whether the log knows of the failures now counted

    def known(self, reads: bool) -> str:
        """Why not to try now: it was waited for in vain just before. Empty: try. Of those who
        come later one is let through at a time."""
        way = self._ways[reads]
        if not way.slow:
            return ""
        with self._lock:
            if self._elapsed() < way.again:
                return way.slow
            way.again = self._elapsed() + AGAIN
            return ""

    def lasts(self, reads: bool) -> bool:
        """Whether it did not answer in time when it was last tried."""
        return bool(self._ways[reads].slow)

    def failed(self, reads: bool, told: str, waited: bool = False) -> None:
        """``waited``: it took its time to fail, so the next ones had better not try."""
        way = self._ways[reads]
        with self._lock:
            now = self._elapsed()
            way.away = True
            self._failures += 1
            if waited:
                way.slow, way.again = told, now + AGAIN
            if self._said is None or now - self._said >= _MINUTE:
                self._said, self._told = now, True
                log.warning("%s；已有 %s 次没用上，认得的人照常能查指引", told, self._failures)

    def worked(self, reads: bool, proved: bool = True) -> None:
        """``proved``: of writing, that something was written. A database that is read-only or
        full answers in time to whoever has nothing to write, and is still away."""
        way = self._ways[reads]
        if not way.away:
            return
        with self._lock:
            way.slow = ""
            if not proved:
                return
            way.away = False
            if self._told and not any(each.away for each in self._ways.values()):
                log.warning("数据库恢复了；其间有 %s 次没用上", self._failures)
                self._failures, self._told = 0, False
