"""Rules for texts: what a message, a caption or a toast may hold.

Source: https://core.telegram.org/bots/api#sendmessage, #senddocument, #answercallbackquery.
All lengths are UTF-16 code units after entity parsing.
"""

from typing import Any

from .arguments import Arguments
from .markup import Formatted, parse_html, usable_address, utf16_length
from .refusal import JSONObject, bad_request
from .start import check_link

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_TOAST = 200
_ENTITY_KINDS = frozenset(
    [
        "mention",
        "hashtag",
        "cashtag",
        "bot_command",
        "url",
        "email",
        "phone_number",
        "bold",
        "italic",
        "underline",
        "strikethrough",
        "spoiler",
        "blockquote",
        "expandable_blockquote",
        "code",
        "pre",
        "text_link",
        "text_mention",
        "custom_emoji",
        "date_time",
    ]
)


def read_formatted(source: str, parse_mode: str, entities: Any = None) -> Formatted:
    """Text and entities of ``source``, trimmed as Telegram does; raises ``Refusal`` 400.

    Only HTML and no mode at all are read: Markdown is refused, the bot does not use it.
    """
    if "\x00" in source or any("\ud800" <= character <= "\udfff" for character in source):
        raise bad_request("strings must be encoded in UTF-8")
    mode = parse_mode.lower()
    if mode == "html":
        formatted = parse_html(source)
    elif mode == "":
        formatted = Formatted(source, read_entities(entities, utf16_length(source)))
    else:
        raise bad_request("unsupported parse_mode")
    for entity in formatted.entities:
        if entity["type"] == "text_link":
            check_link(entity["url"])
    return formatted.trimmed()


def read_entities(value: Any, length: int) -> list[JSONObject]:
    """Check a ``MessageEntity`` array against a text of ``length`` units; ``Refusal`` 400."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise bad_request("can't parse entities: expected an Array of MessageEntity")
    for entity in value:
        if not isinstance(entity, dict) or entity.get("type") not in _ENTITY_KINDS:
            raise bad_request("can't parse entities: unsupported type of a MessageEntity")
        offset, size = entity.get("offset"), entity.get("length")
        if not isinstance(offset, int) or not isinstance(size, int):
            raise bad_request('can\'t parse entities: field "offset" must be of type Number')
        if offset < 0 or size <= 0 or offset + size > length:
            raise bad_request("can't parse entities: entity is out of the text's bounds")
        if entity["type"] == "text_link" and not usable_address(str(entity.get("url"))):
            raise bad_request("can't parse entities: wrong address of a text_link")
    return [dict(entity) for entity in value]


def read_text(arguments: Arguments) -> Formatted:
    """The ``text`` of a message: 1-4096 units."""
    formatted = read_formatted(
        arguments.text("text"), arguments.text("parse_mode"), arguments.composite("entities")
    )
    if not formatted.text:
        raise bad_request("message text is empty")
    if utf16_length(formatted.text) > MAX_TEXT:
        raise bad_request("message is too long")
    return formatted


def read_caption(arguments: Arguments) -> Formatted:
    """The ``caption`` of a file: 0-1024 units."""
    formatted = read_formatted(
        arguments.text("caption"),
        arguments.text("parse_mode"),
        arguments.composite("caption_entities"),
    )
    if utf16_length(formatted.text) > MAX_CAPTION:
        raise bad_request("message caption is too long")
    return formatted


def read_toast(arguments: Arguments) -> str:
    """The ``text`` of an answer to a button: 0-200 units, no formatting."""
    text = arguments.text("text")
    if utf16_length(text) > MAX_TOAST:
        raise bad_request("MESSAGE_TOO_LONG")
    return text
