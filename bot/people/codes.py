"""Codes that let somebody in, and what an invite gives; pure, known to screens and stores."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from bot.people.roles import Role

HAND_LENGTH = 17  # of a walk handed over; not that of an invite: a link says by it what it is
SIGN_IN_LENGTH = 8  # 40 bits, for ten minutes
CODE_LIFE = timedelta(minutes=10)
DAYS, MOST_DAYS, MOST_USES, MOST_LABEL = 7, 90, 500, 40
AGAIN_DAYS = 1  # whoever takes it is somebody with work under way
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # no I, O, 0, 1: codes are read aloud and typed
CODE_LENGTH = 16  # 80 bits
NAME = 12


def new_code(length: int = CODE_LENGTH) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(length))


def is_code(text: str, length: int = CODE_LENGTH) -> bool:
    return len(text) == length and all(letter in _LETTERS for letter in text)


def hashed(code: str) -> str:
    return sha256(code.encode()).hexdigest()


def named(secret: str) -> str:
    """What a browser's session is called: enough of the hash to tell sessions apart."""
    return hashed(secret)[:NAME]


@dataclass(frozen=True, slots=True)
class Invite:
    """What an invite gives: ``uses`` are those left, ``ends`` when the access runs out;
    ``again``: the member it lets in again, as who they are."""

    role: Role
    unit: str
    uses: int
    expires: datetime
    label: str = ""
    ends: datetime | None = None
    id: int = 0
    made_by: str = ""
    again: str = ""
