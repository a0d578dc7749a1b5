"""How often one person or chat may ask: a bucket that fills again; in memory."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from threading import Lock

BURST = 30
_REMEMBERED = 10_000


class Pass(Enum):
    """``TOLD``: one too many, to be explained; ``SILENT``: explained a moment ago already."""

    FREE = "free"
    TOLD = "told"
    SILENT = "silent"


@dataclass(slots=True)
class _Bucket:
    left: float
    filled: datetime
    told: bool = False


class Rates:
    """``per_minute`` for each key, with ``BURST`` at once; 0: no limit."""

    def __init__(self, per_minute: float) -> None:
        self._per_second = per_minute / 60
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._lock = Lock()

    def take(self, key: str, now: datetime) -> Pass:
        if not self._per_second:
            return Pass.FREE
        with self._lock:
            bucket = self._buckets.setdefault(key, _Bucket(BURST, now))
            self._buckets.move_to_end(key)
            while len(self._buckets) > _REMEMBERED:
                self._buckets.popitem(last=False)
            passed = max((now - bucket.filled).total_seconds(), 0.0)
            bucket.left = min(bucket.left + passed * self._per_second, BURST)
            bucket.filled = now
            if bucket.left >= 1:
                bucket.left -= 1
                bucket.told = False
                return Pass.FREE
            if bucket.told:
                return Pass.SILENT
            bucket.told = True
            return Pass.TOLD
