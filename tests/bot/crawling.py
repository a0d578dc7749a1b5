"""Every screen that can be reached by pressing: what is added later is pressed too."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable

from bot.house import House
from bot.people.roles import Member
from bot.screens.reply import Event, EventKind, Reply

_MOST = 1000
_NAMED = re.compile(r"/[0-9a-z]{8}(?=/|$)|/\d+(?=/|$)")  # a walk, a clock, a version
_ENDS_ALL = ("wipe", "unsession")


def crawl(house: House, member: Member, channel: str, begin: Iterable[str]) -> dict[str, Reply]:
    """address -> screen, from the addresses of ``begin`` on; those that differ only in whose they
    are, or in a number, once. Buttons do what they do: clocks are moved, extended, stopped."""
    waiting, seen, found = deque(begin), set[str](), dict[str, Reply]()
    while waiting:
        address = waiting.popleft()
        kind = _NAMED.sub("/*", address)
        if kind in seen or address.startswith(_ENDS_ALL):
            continue
        seen.add(kind)
        press = Event.of(member, channel, EventKind.PRESS, address)
        found[address] = house.assistant.handle(press)
        waiting += [button.address for button in found[address].buttons()]
        assert len(found) < _MOST, "it goes in circles"
    return found
