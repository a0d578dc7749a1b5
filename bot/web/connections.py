"""Connections that are not kept open for nothing: a request comes whole within its time, or its
connection is ended; of those that are only begun a few are kept, the newest.

uvicorn itself waits for ever for the rest of a request.
"""

from __future__ import annotations

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

REQUEST_SECONDS = 20.0  # a form of the page is a few kilobytes: time enough in a cellar
# A shift that comes at once is more than three hundred; a process may open 1024 files by default.
MOST_BEGUN = 600  # connections without a whole request, at the same time
MOST_AT_ONCE = 900  # connections of any kind; more are told to come again


class BoundedProtocol(H11Protocol):
    """One connection. Its time runs from its beginning, or from the first byte of the next
    request, until the request is there with its body; the answer takes as long as it takes."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._end: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._begin()

    def data_received(self, data: bytes) -> None:
        self._begin()
        super().data_received(data)
        self._look()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.conn.their_state is h11.SEND_BODY:  # the next one was sent along with it
            self._begin()
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop()
        super().connection_lost(exc)

    def _begin(self) -> None:
        if self._end is not None or self.transport.is_closing():
            return
        self._end = self.loop.call_later(REQUEST_SECONDS, self._give_up)
        if len(self.connections) <= MOST_BEGUN:
            return
        begun = [
            each for each in self.connections if isinstance(each, BoundedProtocol) and each._end
        ]
        if len(begun) > MOST_BEGUN:  # so that who begins many keeps nobody else out
            min(begun, key=lambda each: each._end.when() if each._end else 0.0)._give_up()

    def _look(self) -> None:
        if self.conn.their_state not in (h11.IDLE, h11.SEND_BODY):
            self._stop()

    def _stop(self) -> None:
        if self._end is not None:
            self._end.cancel()
            self._end = None

    def _give_up(self) -> None:
        self._stop()
        self.transport.abort()
