"""The one rule of circulation: which words a channel may show, of a guide or of what it started.

What was started while its guide was internal stays so whatever becomes of the guide; and
what was started before its guide became internal is so from then on.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TypeAlias

from bot.clocks.clock import Clock
from bot.walks.walk import Walk
from guides.model import Guide
from guides.parts import Circulation
from index.releases import Release

Thing: TypeAlias = Guide | Clock | Walk


class Withheld(Exception):
    """Words were asked for that the channel may not show; the message is the guide's title,
    which may be said, or empty."""


def may_show(
    thing: Thing, channel: str, internal_on: Collection[str], release: Release, day: date
) -> bool:
    """``internal_on``: the channels that show internal guides; ``day``: today."""
    if channel in internal_on:
        return True
    if isinstance(thing, Guide):
        return thing.circulation is Circulation.OPEN
    guide = guide_now(thing, release, day)
    if guide is None:  # gone altogether: only what was written down at the start is known
        return thing.circulation is Circulation.OPEN
    return Circulation.INTERNAL not in (thing.circulation, guide.circulation)


def guide_now(thing: Clock | Walk, release: Release, day: date) -> Guide | None:
    """Its guide as it is today; once it is retired, as it was last."""
    return release.on(day).guide(thing.guide) or release.library.newest().guide(thing.guide)
