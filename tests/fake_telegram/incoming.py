"""Incoming texts: what a person's client makes of typed words.

Source: https://core.telegram.org/bots/api#messageentity: the server marks commands, mentions,
hashtags and addresses by itself. Offsets in UTF-16 units.
"""

import re
from collections.abc import Iterator

from .markup import utf16_length
from .refusal import JSONObject
from .rules import MAX_TEXT
from .world import Message

_MARKS = re.compile(
    r"(?P<url>https?://[^\s<>\"]+)"
    r"|(?<![\w/@])(?P<bot_command>/[A-Za-z0-9_]{1,32}(?:@[A-Za-z0-9_]{3,32})?)(?![\w/])"
    r"|(?<![\w@])(?P<mention>@[A-Za-z0-9_]{3,32})"
    r"|(?<!\w)(?P<hashtag>#\w+)"
)


def incoming_text(text: str) -> JSONObject:
    """``text`` and ``entities`` of a message; ValueError when a client would not send it."""
    text = text.strip()
    if not text:
        raise ValueError("a client does not send an empty message")
    content: JSONObject = {"text": text}
    entities = [
        {
            "type": found.lastgroup,
            "offset": utf16_length(text[: found.start()]),
            "length": utf16_length(found.group()),
        }
        for found in _MARKS.finditer(text)
    ]
    if entities:
        content["entities"] = entities
    return content


def pieces(text: str) -> Iterator[str]:
    """``text`` cut into pieces of at most 4096 UTF-16 units."""
    piece, length = "", 0
    for character in text:
        units = utf16_length(character)
        if length + units > MAX_TEXT:
            yield piece
            piece, length = "", 0
        piece += character
        length += units
    yield piece


def seen_in_privacy(message: Message, username: str) -> bool:
    """Whether a bot in privacy mode gets this message of a group.

    Source: https://core.telegram.org/bots/features#privacy-mode: commands not meant for
    another bot, mentions of the bot, answers to its messages.
    """
    me = f"@{username}".lower()
    replied = message.body.get("reply_to_message", {}).get("from", {})
    if replied.get("username") == username:
        return True
    words = (message.text or "").lower().split()
    if me in words:
        return True
    if not words or not words[0].startswith("/"):
        return False
    return "@" not in words[0] or words[0].endswith(me)
