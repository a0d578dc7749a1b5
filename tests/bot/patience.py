"""Waiting for what another process does."""

from __future__ import annotations

import time
from collections.abc import Callable

from tests.fake_telegram import PATIENCE


def eventually(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)
