"""A message that must arrive, before it is written down (bot/store/outbox.py). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

RELAY = "relay"  # the kind of what others are told instead of its person


@dataclass(frozen=True, slots=True)
class Message:
    """``name`` says what it is about and when: a second message of a name is not written.

    ``person`` is who is told, ``subject`` the clock it belongs to, ``body`` plain JSON, ``due``
    an aware moment.
    """

    name: str
    person: str
    kind: str
    subject: str
    body: dict[str, Any]
    due: datetime
