"""The list of topics is the order in which a typed line is heard."""

from __future__ import annotations

from bot.topics import TOPICS
from bot.topics.topic import HEARINGS


def test_who_hears_a_line_first() -> None:
    """Those who asked for one before those who may understand it; a follow-up last of all."""
    heard = [function.__module__.removeprefix("bot.topics.") for function in HEARINGS]
    assert heard == [
        "people.invites",
        "walks.handover",
        "clocks.changes",
        "clocks.limits",
        "clocks.clock",
        "clocks.limits",
        "reader.laws",
        "reader.menu",
        "reader.follow_up",
    ]
    listed = [topic.__name__.removeprefix("bot.topics.") for topic in TOPICS]
    assert set(heard) <= set(listed)
    assert len(set(listed)) == len(listed)
