"""What of an update is written down until it is answered: no names, no places, no numbers."""

from __future__ import annotations

import json
from typing import Any

from bot.telegram.incoming import sound
from guides.personal import redact

_EMPTIED = frozenset({"first_name", "title", "phone_number", "user_id"})
_DROPPED = frozenset(
    {
        *("username", "last_name", "language_code", "vcard", "entities", "caption_entities"),
        *("reply_to_message", "external_reply", "quote", "forward_origin", "via_bot", "venue"),
        *("file_name", "thumbnail", "author_signature", "sender_chat", "location"),
    }
)
_TYPED = frozenset({"text", "caption", "query", "data"})
_DEEPEST = 40  # nothing of Telegram's is nested as deep


def stripped(update: dict[str, Any]) -> str:
    """An update as JSON with which an interrupted answer can still be given.

    A location becomes an unreadable message; a question loses what ``redact`` finds.
    """
    return sound(json.dumps(_strip(update, "", _DEEPEST), ensure_ascii=False))


def _strip(part: Any, key: str, levels: int) -> Any:
    if not levels:
        return None
    if isinstance(part, dict):
        return {k: _strip(v, k, levels - 1) for k, v in part.items() if k not in _DROPPED}
    if isinstance(part, list):
        return [_strip(one, "", levels - 1) for one in part]
    if isinstance(part, str) and key in _EMPTIED:
        return ""
    return redact(part) if isinstance(part, str) and key in _TYPED else part
