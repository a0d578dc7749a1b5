"""PostgreSQL connections that give up in time, whatever the server does.

A server that hangs still takes what it is sent, so only a clock on our side helps. libpq has
none for statements, and no less than two seconds for a new connection.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import psycopg
from psycopg.abc import RV, PQGen

_DIALLING = 4  # connections that are made at the same time
_CONNECT_SECONDS = 3  # then a thread is free again


class Dialler:
    """``left``: the seconds that the transaction of this thread may still take."""

    def __init__(self, left: Callable[[], float]) -> None:
        self._left = left
        self._threads = ThreadPoolExecutor(_DIALLING, "dialling")

        class Bounded(psycopg.Connection[Any]):
            def wait(
                self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None
            ) -> RV:
                began = time.monotonic()
                seconds = left() if timeout is None else timeout
                try:
                    return super().wait(gen, interval, seconds)
                except psycopg.OperationalError:
                    if time.monotonic() - began < seconds:
                        raise
                    self.close()  # the answer that may still come belongs to nobody
                    raise psycopg.OperationalError("没有按时回答") from None

        self._connection = Bounded

    def dial(self, _dialect: object, _record: object, words: Any, named: Any) -> Any:
        """As SQLAlchemy's event do_connect."""
        named = {"connect_timeout": _CONNECT_SECONDS} | named
        call = self._threads.submit(self._connection.connect, *words, **named)
        try:
            return call.result(self._left())
        except TimeoutError:
            if not call.cancel():
                call.add_done_callback(_hang_up)
            raise psycopg.OperationalError("没有按时接通") from None

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


def _hang_up(call: Future[Any]) -> None:
    """A connection that came too late."""
    with suppress(Exception):
        call.result().close()
