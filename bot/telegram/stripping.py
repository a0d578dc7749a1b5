"""What of an update is written down until it is answered: no names, no places, no numbers."""

from __future__ import annotations

import json
from typing import Any

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


def stripped(update: dict[str, Any]) -> str:
    """An update as JSON with which an interrupted answer can still be given.

    A location becomes an unreadable message; a question loses what ``redact`` finds.
    """
    return json.dumps(_strip(update), ensure_ascii=False)


def _strip(part: Any, key: str = "") -> Any:
    if isinstance(part, dict):
        return {k: _strip(v, k) for k, v in part.items() if k not in _DROPPED}
    if isinstance(part, list):
        return [_strip(one) for one in part]
    if isinstance(part, str) and key in _EMPTIED:
        return ""
    return redact(part) if isinstance(part, str) and key in _TYPED else part
