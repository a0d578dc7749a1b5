"""How long to wait until something is tried again."""

from __future__ import annotations


class Pauses:
    """``first`` seconds, then twice as long each time, at most ``longest``."""

    def __init__(self, first: float, longest: float) -> None:
        self._first = self._next = first
        self._longest = longest

    def next(self) -> float:
        pause = self._next
        self._next = min(pause * 2, self._longest)
        return pause

    def good(self) -> None:
        """It went well: whatever fails from now on is tried again soon."""
        self._next = self._first
