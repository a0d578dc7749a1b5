"""Ids of what officers start: short enough for a button, not to be guessed."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable
from typing import TypeAlias

RandomBytes: TypeAlias = Callable[[int], bytes]


def new_id(random: RandomBytes = secrets.token_bytes) -> str:
    """Eight lower-case base32 characters, from five random bytes."""
    return base64.b32encode(random(5)).decode("ascii").lower()
