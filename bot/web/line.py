"""A line before a few threads: first come, first served, by when a press came.

What is pressed takes several steps (who is it, do it, draw where it leads). Served by when each
step came, whoever is halfway would wait behind all who came since, at every step anew.
"""

from __future__ import annotations

from asyncio import wrap_future
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import count
from queue import PriorityQueue
from typing import Any, TypeVar

_T = TypeVar("_T")


class Line:
    def __init__(self, threads: int, name: str) -> None:
        self._threads = ThreadPoolExecutor(threads, name)
        self._waiting: PriorityQueue[tuple[float, int, Future[Any], Callable[[], Any]]] = (
            PriorityQueue()
        )
        self._numbers = count()

    async def run(self, function: Callable[[], _T], since: float) -> _T:
        """What ``function`` gives, called in a thread. ``since``: when the press came, by any
        clock that all who stand in the line share; the earliest goes first."""
        done: Future[_T] = Future()
        self._waiting.put((since, next(self._numbers), done, function))
        self._threads.submit(self._next)
        return await wrap_future(done)

    def _next(self) -> None:
        _, _, done, function = self._waiting.get_nowait()  # as many as were submitted
        if not done.set_running_or_notify_cancel():
            return  # nobody waits for it any more
        try:
            done.set_result(function())
        except BaseException as error:  # noqa: BLE001 - whoever waits for it gets it
            done.set_exception(error)
