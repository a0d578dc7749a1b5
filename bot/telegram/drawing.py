"""Screens -> Telegram: HTML that its parser accepts, and an inline keyboard."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape, unescape
from typing import Any, TypeAlias

from bot.screens.reply import (
    Big,
    Block,
    Call,
    Caution,
    Code,
    Copy,
    Crumbs,
    Field,
    File,
    Fold,
    Item,
    Items,
    Reply,
    Say,
    Table,
    Title,
    lines,
)

MAX_TEXT = 4096  # UTF-16 units after the markup is taken out
MAX_COPY = 256
MAX_COPY_BUTTONS = 6
_LABEL = 40


Keyboard: TypeAlias = list[list[dict[str, Any]]]


@dataclass(frozen=True)
class Drawn:
    """``text`` in Telegram's HTML; ``keyboard`` rows of InlineKeyboardButton as plain data:
    building the library's objects for every answer costs as much as finding the answer."""

    text: str
    keyboard: Keyboard


def draw(reply: Reply) -> Drawn:
    """One message; ``bot.screens.cards.paged`` has made it short enough already."""
    # A QR code goes as a picture of its own, a file as a document: see Channel.
    text = "\n\n".join(_block(b) for b in reply.blocks if not isinstance(b, Code | Copy))
    rows: Keyboard = [
        [{"text": _label(b.label), "callback_data": b.address} for b in row] for row in reply.rows
    ]
    return Drawn(text, _copy_buttons(reply) + rows)


def shows_already(shown: str, keyboard: Any, drawn: Drawn) -> bool:
    """Whether a message with this text and keyboard is ``drawn`` as it is: editing it would be
    refused."""
    text = unescape(re.sub(r"<[^>]*>", "", drawn.text))
    return text.strip() == shown.strip() and (keyboard or []) == drawn.keyboard


def _block(block: Block) -> str:
    match block:
        case Crumbs(parts):
            return f"<i>{escape(' › '.join(parts), quote=False)}</i>"
        case Title(text) | Big(text):
            return f"<b>{escape(text, quote=False)}</b>"
        case Caution(text):
            return f"⚠️ {escape(text, quote=False)}"
        case Call():
            return f"☎️ {escape(chr(10).join(lines(block)), quote=False)}"
        case Say(text):
            return f"🗣 <code>{escape(text, quote=False)}</code>"
        case Fold(title, text):
            words = f"{escape(title, quote=False)}\n{escape(text, quote=False)}"
            return f"<blockquote expandable>{words}</blockquote>"
        case Items(title, items, numbered):
            told = [_item(i, n if numbered else 0) for n, i in enumerate(items, start=1)]
            return "\n".join([f"<b>{escape(title, quote=False)}</b>"] * bool(title) + told)
        case Table(title, columns, rows):
            told = [_row(columns, row) for row in rows]
            return "\n".join([f"<b>{escape(title, quote=False)}</b>", *told])
        case Field():
            return escape("\n".join(lines(block)), quote=False)
        case File(name):
            return f"📎 {escape(name, quote=False)}"
    return escape(block.text, quote=False)


def _item(item: Item, number: int) -> str:
    mark = f"{number}." if number else "•"
    text = f"{mark} {escape(item.text, quote=False)}"
    return f"{text}\n<i>{escape(item.detail, quote=False)}</i>" if item.detail else text


def _row(columns: tuple[str, ...], row: tuple[str, ...]) -> str:
    """Tables are unreadable on a phone: one paragraph a row, each cell with its column."""
    cells = [f"{c}：{v}" for c, v in zip(columns, row, strict=True) if v]
    return "• " + escape("；".join(cells), quote=False)


def _copy_buttons(reply: Reply) -> Keyboard:
    offered = [pair for block in reply.blocks if (pair := _copied(block))]
    return [
        [{"text": label, "copy_text": {"text": text}}] for label, text in offered[:MAX_COPY_BUTTONS]
    ]


def _copied(block: Block) -> tuple[str, str] | None:
    """The label and the text of a button that copies; None: not to be copied, or too long."""
    match block:
        case Say(text):
            label = _label(f"📋 {text}", 24)
        case Copy(name, text):
            label = _label(f"📋 {name}")
        case _:
            return None
    return (label, text) if len(text.encode("utf-16-le")) // 2 <= MAX_COPY else None


def _label(text: str, most: int = _LABEL) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
