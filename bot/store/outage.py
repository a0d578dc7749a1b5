"""What is known of a database that is away: nobody waits for it again and again, and the log
gets one line a minute, with a count."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Lock

log = logging.getLogger(__name__)

AGAIN = 2.0  # seconds until somebody tries again what did not answer in time
_MINUTE = 60.0


class Outage:
    """``elapsed``: seconds on a clock that never jumps. Safe to use from several threads."""

    def __init__(self, elapsed: Callable[[], float]) -> None:
        self._elapsed = elapsed
        self._lock = Lock()
        self._failures = 0
        self._slow = ""  # what was said when it did not answer in time
        self._again = 0.0
        self._said: float | None = None
        self._told = False  # whether the log knows of the failures now counted

    def known(self) -> str:
        """Why not to try now: it was waited for in vain just before. Empty: try. Of those who
        come later one is let through at a time."""
        if not self._slow:
            return ""
        with self._lock:
            if self._slow and self._elapsed() < self._again:
                return self._slow
            self._again = self._elapsed() + AGAIN
            return ""

    @property
    def lasts(self) -> bool:
        """Whether it did not answer in time when it was last tried."""
        return bool(self._slow)

    def failed(self, told: str, waited: bool = False) -> None:
        """``waited``: it took its time to fail, so the next ones had better not try."""
        with self._lock:
            now = self._elapsed()
            self._failures += 1
            if waited:
                self._slow, self._again = told, now + AGAIN
            if self._said is None or now - self._said >= _MINUTE:
                self._said, self._told = now, True
                log.warning("%s；已有 %s 次没用上，指引照常能查", told, self._failures)

    def worked(self) -> None:
        if not self._failures:
            return
        with self._lock:
            self._slow = ""
            if self._told:
                log.warning("数据库恢复了；其间有 %s 次没用上", self._failures)
                self._failures, self._told = 0, False
