"""Conversations are remembered per person, the last ones used."""

from __future__ import annotations

from bot.screens import conversation
from bot.screens.conversation import Conversations


def test_each_person_has_one() -> None:
    known = Conversations()
    known.of("a").results = ("x",)
    assert known.of("a").results == ("x",)
    assert known.of("b").results == ()


def test_the_oldest_is_forgotten() -> None:
    known = Conversations()
    for number in range(conversation.REMEMBERED + 1):
        known.of(str(number)).question = "问"
        known.of("kept")
    assert known.of("0").question == ""
    assert known.of(str(conversation.REMEMBERED)).question == "问"
