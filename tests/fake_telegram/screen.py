"""Screens: what a person sees of one message of the bot."""

from dataclasses import dataclass

from .files import StoredFile
from .refusal import JSONObject
from .world import Message


@dataclass(frozen=True)
class Screen:
    """A snapshot of one message: plain ``text`` (or caption) and its buttons.

    ``rows`` are the labels of the inline keyboard, row by row; ``keyboard`` those of the reply
    keyboard below the input field; ``body`` is the Bot API Message object; ``file`` what the
    message carries.
    """

    message_id: int
    text: str
    rows: tuple[tuple[str, ...], ...]
    keyboard: tuple[tuple[str, ...], ...]
    entities: tuple[JSONObject, ...]
    body: JSONObject
    file: StoredFile | None
    buttons_by_label: dict[str, JSONObject]
    force_reply: bool

    @property
    def buttons(self) -> list[str]:
        """All labels of the inline keyboard, row after row."""
        return [label for row in self.rows for label in row]

    def button(self, label: str) -> JSONObject:
        """The button with this label, else the only one that contains it; LookupError."""
        exact = self.buttons_by_label.get(label)
        if exact is not None:
            return exact
        close = [b for name, b in self.buttons_by_label.items() if label in name]
        if len(close) != 1:
            raise LookupError(f"no button {label!r} among {self.buttons}")
        return close[0]

    def fragments(self, kind: str) -> list[str]:
        """The pieces of the text under entities of this kind, e.g. ``bold``, ``code``."""
        units = self.text.encode("utf-16-le")
        return [
            units[2 * e["offset"] : 2 * (e["offset"] + e["length"])].decode("utf-16-le")
            for e in self.entities
            if e["type"] == kind
        ]


def read_screen(message: Message, file: StoredFile | None, reply: JSONObject | None) -> Screen:
    """A snapshot of ``message``; ``reply`` is the reply keyboard the person has."""
    body = dict(message.body)
    inline: list[list[JSONObject]] = (message.markup or {}).get("inline_keyboard", [])
    below: list[list[JSONObject]] = (reply or {}).get("keyboard", [])
    return Screen(
        message_id=message.id,
        text=message.text or str(body.get("poll", {}).get("question", "")),
        rows=tuple(tuple(str(b["text"]) for b in row) for row in inline),
        keyboard=tuple(tuple(str(b["text"]) for b in row) for row in below),
        entities=tuple(body.get("entities", body.get("caption_entities", ()))),
        body=body,
        file=file,
        buttons_by_label={b["text"]: b for row in inline for b in row},
        force_reply=bool((message.markup or {}).get("force_reply")),
    )
