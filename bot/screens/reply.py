"""Event in, Reply out: the language between the assistant and every channel.

A reply is one screen: blocks to read and rows of buttons. It knows nothing of
Telegram, HTML or terminals; each channel draws it in its own way. A button carries
an address, a short path such as ``g/admin-summons/s/identify``: the same string is
Telegram's callback data and the page's URL, and means the same after a restart.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from bot.people.roles import Member, Role

MAX_ADDRESS = 64  # bytes: Telegram's callback data


class EventKind(StrEnum):
    TEXT = "text"  # what a person typed or dictated
    PRESS = "press"  # a button, a link, a command: ``text`` is an address
    UNREADABLE = "unreadable"  # a sticker, a file, a voice message: ``text`` says which


@dataclass(frozen=True, slots=True)
class Event:
    """``person`` is the key of who speaks (bot/people/roles.py), in ``role`` and ``unit``;
    ``session`` names the browser that is signed in, "" elsewhere; ``line`` was typed into a
    ``Field``; ``below``: the screen that words were typed below, where the channel knows it.
    ``leads``: whoever sends it goes on to ``Reply.at``, so that nothing needs to be drawn here."""

    person: str
    kind: EventKind
    text: str
    role: Role = Role.OFFICER
    unit: str = ""
    channel: str = "page"
    session: str = ""
    line: str = ""
    below: str | None = None
    leads: bool = False

    @classmethod
    def of(cls, member: Member, channel: str, kind: EventKind, text: str) -> Event:
        return cls(member.person, kind, text, member.role, member.unit, channel)


@dataclass(frozen=True, slots=True)
class Crumbs:
    """Where this screen stands: 首页 › 行政案件 › 治安传唤."""

    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Title:
    text: str


@dataclass(frozen=True, slots=True)
class Text:
    text: str


@dataclass(frozen=True, slots=True)
class Caution:
    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """A sentence that sends one to the telephone. Whom to call is filled in as the screen leaves
    the assistant (bot/screens/call.py); empty: nobody is named, and the sentence stands alone."""

    text: str
    name: str = ""
    number: str = ""

    @property
    def dial(self) -> str:
        """The number as a telephone takes it."""
        return "".join(letter for letter in self.number if letter.isdigit() or letter == "+")


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a list; ``detail`` is smaller print below it."""

    text: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Items:
    title: str
    items: tuple[Item, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Say:
    """Words to be spoken as they stand; channels offer to copy them."""

    text: str


@dataclass(frozen=True, slots=True)
class Big:
    """Words to hold up to a person: the page shows them as large as it can."""

    text: str


@dataclass(frozen=True, slots=True)
class Copy:
    """A button that copies ``text``; nothing to read."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Field:
    """A line to be typed for ``address``. The page has a field of its own for it, so that its
    question bar always asks; elsewhere the line follows ``word`` in a message (``topics.awaits``),
    and every other message asks. ``example``: of a line."""

    label: str
    address: str
    button: str
    most: int  # characters
    word: str
    example: str

    @property
    def said(self) -> str:
        return f"{self.word} {self.example}"


@dataclass(frozen=True, slots=True)
class File:
    """A file to keep; ``address`` is the screen that makes it again."""

    name: str
    mime: str
    text: str
    address: str


@dataclass(frozen=True, slots=True)
class Code:
    """A link to be scanned by the phone beside this one: channels draw its QR code."""

    text: str


@dataclass(frozen=True, slots=True)
class Fold:
    """Reasons and articles behind a short step: shown when asked for."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Block: TypeAlias = (
    Crumbs
    | Title
    | Text
    | Caution
    | Call
    | Items
    | Say
    | Big
    | Copy
    | Field
    | File
    | Code
    | Fold
    | Table
)


@dataclass(frozen=True, slots=True)
class Button:
    """``primary``: what one most likely presses next; the page shows it so."""

    label: str
    address: str
    primary: bool = False

    def __post_init__(self) -> None:
        if not 0 < len(self.address.encode()) <= MAX_ADDRESS:
            raise ValueError(f"button address does not fit: {self.address!r}")


@dataclass(frozen=True, slots=True)
class Reply:
    """``fresh``: an answer to words, shown as a new message; else the screen is replaced.
    ``pin``: worth keeping at the top of a chat.

    ``at``: the address that shows this screen as it stands whenever it is opened; "" where none
    does. ``toast``: what has been done or went wrong just now, for a channel that goes to ``at``
    instead of showing the reply. ``live``: what it says changes as time goes by."""

    blocks: tuple[Block, ...]
    rows: tuple[tuple[Button, ...], ...] = ()
    fresh: bool = False
    pin: bool = False
    at: str = ""
    toast: str = ""
    live: bool = False

    def buttons(self) -> Iterator[Button]:
        for row in self.rows:
            yield from row

    def news(self) -> tuple[str, Call | None]:
        """The toast, and apart from it whom it says to call."""
        said = self.toast.split("\n")
        calls = [one for one in self.blocks if isinstance(one, Call) and one.text in said]
        kept = (line for line in said if line not in [call.text for call in calls])
        return "\n".join(kept), next(iter(calls), None)


@dataclass(slots=True)
class Draft:
    """A reply being put together."""

    blocks: list[Block] = field(default_factory=list)
    rows: list[tuple[Button, ...]] = field(default_factory=list)

    def add(self, *blocks: Block | None) -> Draft:
        """Append blocks; None is nothing to show."""
        self.blocks += [block for block in blocks if block is not None]
        return self

    def row(self, *buttons: Button | None) -> Draft:
        """Append a row of one or two buttons; None is no button."""
        kept = tuple(button for button in buttons if button is not None)
        if kept:
            self.rows.append(kept)
        return self

    def grid(self, buttons: list[Button], wide: int = 2) -> Draft:
        for start in range(0, len(buttons), wide):
            self.row(*buttons[start : start + wide])
        return self

    def reply(
        self, fresh: bool = False, at: str = "", toast: str = "", live: bool = False
    ) -> Reply:
        return Reply(tuple(self.blocks), tuple(self.rows), fresh, at=at, toast=toast, live=live)


def lines(block: Block) -> Iterator[str]:
    """A block as plain lines, without any markup: what it says, whatever the channel."""
    match block:
        case Crumbs(parts):
            yield " › ".join(parts)
        case Items(title, items, numbered):
            if title:
                yield title
            for number, item in enumerate(items, start=1):
                yield f"{number}. {item.text}" if numbered else f"· {item.text}"
                if item.detail:
                    yield item.detail
        case Call(text, name, number):
            yield text
            if number:
                yield f"{name}：{number}"
        case Fold(title, text):
            yield title
            yield from text.split("\n")
        case Table(title, columns, rows):
            yield title
            yield " / ".join(columns)
            for row in rows:
                yield " / ".join(row)
        case File(name):
            yield f"文件：{name}"
        case Field(label):
            yield f"发“{block.said}”这样的一句，别的话都当问题答。{label}"
        case Copy():
            return
        case _:
            yield from block.text.split("\n")


def plain(reply: Reply) -> str:
    """The whole screen as plain text, buttons left out."""
    return "\n".join(line for block in reply.blocks for line in lines(block))
