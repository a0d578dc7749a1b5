"""What an update says, as far as anybody here reads it.

Read from the plain data and not by the library: that refuses a whole update for one field it
misses or does not know, such as a poll from an older Bot API server.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

# By the field of an update; what is not here is not asked for.
KINDS = ("callback_query", "inline_query", "message", "edited_message")
_HOLDS = {
    "voice": ("voice", "audio", "video_note"),
    "sticker": ("sticker", "animation"),  # an animation is a document as well
    "file": ("document", "photo", "video"),
}


class Unreadable(ValueError):
    """An update without what every update of its kind has."""


@dataclass(frozen=True, slots=True)
class Said:
    """A message. ``words``: its text or caption; ``holds``: voice, sticker, file, other, or
    empty when it is text only; ``album``: what photos that were sent together share."""

    user: int
    chat: int
    message: int
    words: str
    holds: str
    album: str
    edited: bool


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button. ``message``: the one below which it stands, 0 when that cannot be edited;
    ``text`` and ``keyboard`` are what it shows."""

    user: int
    chat: int
    query: str
    address: str
    message: int
    text: str
    keyboard: Any


@dataclass(frozen=True, slots=True)
class Typed:
    """``@bot words`` in any chat, with every letter typed."""

    user: int
    chat: int
    query: str
    words: str


Incoming: TypeAlias = Said | Pressed | Typed


def read(kind: str, payload: Any) -> Incoming | None:
    """The field ``kind`` of an update; None: not for us, since it is no private chat's.

    Unreadable when it is not what it should be.
    """
    match kind, payload:
        case (("message" | "edited_message"), {"chat": {"type": str(where)}}):
            edited = kind == "edited_message"
            return _said(payload, edited) if where == "private" else None
        case "callback_query", {"id": str(query), "from": {"id": user}}:
            return _pressed(payload, _number(user), query)
        case "inline_query", {"id": str(query), "from": {"id": user}, "query": str(words)}:
            return Typed(_number(user), user, query, sound(words))
    raise Unreadable(kind)


def sound(text: str) -> str:
    """Without halves of characters, which can be neither stored nor sent."""
    return text.encode("utf-8", "replace").decode()


def is_number(value: object) -> bool:
    """Whether ``value`` can be a number of Telegram's: the database takes no larger ones."""
    return type(value) is int and -(2**63) <= value < 2**63


def _number(value: Any) -> int:
    if not is_number(value):
        raise Unreadable("a number")
    return int(value)


def _said(message: dict[str, Any], edited: bool) -> Said:
    match message:
        case {"message_id": number, "from": {"id": user}, "chat": {"id": chat}}:
            return Said(
                user=_number(user),
                chat=_number(chat),
                message=_number(number),
                words=_text(message, "text") or _text(message, "caption"),
                holds=_holds(message),
                album=_text(message, "media_group_id"),
                edited=edited,
            )
    raise Unreadable("message")


def _pressed(query: dict[str, Any], user: int, number: str) -> Pressed | None:
    address = _text(query, "data")
    match query.get("message"):
        case {"chat": {"type": str(kind)}} if kind != "private":
            return None
        case {"chat": {"id": chat}, "message_id": shown, "date": int(date), **rest} if date:
            return Pressed(
                user=user,
                chat=_number(chat),
                query=number,
                address=address,
                message=_number(shown),
                text=_text(rest, "text"),
                keyboard=_part(rest.get("reply_markup"), "inline_keyboard"),
            )
    # Too old to be shown, or of a message sent inline: the answer goes to the person's own chat.
    return Pressed(user, user, number, address, 0, "", None)


def _holds(message: dict[str, Any]) -> str:
    for name, fields in _HOLDS.items():
        if any(message.get(field) for field in fields):
            return name
    return "" if isinstance(message.get("text"), str) else "other"


def _text(part: Mapping[Any, Any], name: str) -> str:
    value = part.get(name)
    return sound(value) if isinstance(value, str) else ""


def _part(part: Any, name: str) -> Any:
    return part.get(name) if isinstance(part, dict) else None
