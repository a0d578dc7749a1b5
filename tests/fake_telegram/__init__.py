"""A strict fake of the Telegram Bot API over real HTTP, for tests.

from tests.fake_telegram import FakeTelegram, Fault
"""

from .faults import Fault, FaultPlan
from .journal import Call, Journal, Violation
from .patience import PATIENCE
from .people import Group, Person
from .screen import Screen
from .server import FakeTelegram

__all__ = [
    "PATIENCE",
    "Call",
    "FakeTelegram",
    "Fault",
    "FaultPlan",
    "Group",
    "Journal",
    "Person",
    "Screen",
    "Violation",
]
