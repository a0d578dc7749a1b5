"""Where one person is: what a typed line or 返回 would mean. Small, and no case data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Conversation:
    """``results``: guide ids of the last choice. ``awaiting``: a limit id whose start is asked.

    ``question`` is the last one, redacted, kept only until 都不是 or the next question.
    """

    results: tuple[str, ...] = ()
    question: str = ""
    awaiting: str = ""
