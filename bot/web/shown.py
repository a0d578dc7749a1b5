"""Screens that answered a form, each under an address of its own: back and reload show them
again and post nothing. In memory, the last ones of this process."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from threading import Lock

from bot.replies import Reply

KEPT = 2000


class Shown:
    def __init__(self) -> None:
        self._replies: OrderedDict[tuple[str, str], Reply] = OrderedDict()
        self._lock = Lock()

    def keep(self, person: str, reply: Reply) -> str:
        """The token under which ``person``, and nobody else, finds it again."""
        token = secrets.token_urlsafe(9)
        with self._lock:
            self._replies[person, token] = reply
            while len(self._replies) > KEPT:
                self._replies.popitem(last=False)
        return token

    def get(self, person: str, token: str) -> Reply | None:
        with self._lock:
            return self._replies.get((person, token))
