"""What goes along with an officer: walks, clocks and the warnings that wait for them.

The stores and the pure rules put together; topics ask here, and so does whoever delivers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.clocks.clock import Clock
from bot.clocks.notice import messages
from bot.message import Message
from bot.store.clocks import Clocks
from bot.store.outbox import Outbox
from bot.store.preferences import PersonalPreferences
from bot.store.walks import Walks
from guides.holidays import Calendar


@dataclass(frozen=True)
class Incidents:
    """``new_id`` names what is about to be started. Every ``now`` is in the zone of the days."""

    walks: Walks
    clocks: Clocks
    preferences: PersonalPreferences
    outbox: Outbox
    new_id: Callable[[], str]

    def schedule(self, clock: Clock, calendar: Calendar, now: datetime) -> tuple[Message, ...]:
        """The warnings of a clock, by the wishes of its person."""
        if clock.stopped or now.tzinfo is None:
            return ()
        wishes = self.preferences.of(clock.person)
        return messages(clock, calendar, now, wishes, now.tzinfo)

    def begin(self, clock: Clock, calendar: Calendar, now: datetime) -> bool:
        """Start it, with its warnings; False when it runs already."""
        return self.clocks.start(clock, self.schedule(clock, calendar, now), now)

    def change(self, clock: Clock, calendar: Calendar, now: datetime) -> bool:
        """Write a changed clock, with its new warnings; False when it was changed meanwhile."""
        return self.clocks.change(clock, self.schedule(clock, calendar, now), now)
