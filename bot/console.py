"""The terminal channel: the same screens as plain text, buttons by number."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from bot.qr import qr_text
from bot.replies import Caution, Code, Crumbs, Event, EventKind, Reply, Say, Title, lines
from bot.roles import OPERATOR, Member, Role

PERSON = Member(OPERATOR, Role.ADMIN)
QUIT = frozenset({"q", "quit", "exit", "退出"})
PROMPT = "> "
_HINT = "（输入问题，或者按钮的数字；q 退出）"


def draw(reply: Reply) -> str:
    """A screen as it is printed, its buttons numbered from 1."""
    parts: list[str] = []
    for block in reply.blocks:
        told = "\n".join(lines(block))
        match block:
            case Crumbs():
                parts.append(f"[{told}]")
            case Title():
                parts.append(f"== {told} ==")
            case Code(text):
                parts.append(qr_text(text))
            case Say():
                parts.append(f"「{told}」")
            case Caution():
                parts.append(f"! {told}")
            case _:
                parts.append(told)
    for number, button in enumerate(reply.buttons(), start=1):
        parts.append(f"  [{number}] {button.label}")
    return "\n".join(parts)


def chat(
    handle: Callable[[Event], Reply],
    typed: Iterable[str],
    show: Callable[[str], None],
    person: Member = PERSON,
) -> None:
    """Talk until the lines end or the operator leaves."""
    reply = handle(Event.of(person, "terminal", EventKind.PRESS, "home"))
    show(f"{draw(reply)}\n{_HINT}\n{PROMPT}")
    for line in typed:
        words = line.strip()
        if words.lower() in QUIT:
            return
        reply = handle(_event(person, words, reply))
        show(f"{draw(reply)}\n{PROMPT}")


def _event(person: Member, words: str, shown: Reply) -> Event:
    """A number on the screen presses its button; ``/address`` opens one; the rest is said."""
    buttons = list(shown.buttons())
    said = partial(Event.of, person, "terminal")
    if words.isascii() and words.isdigit() and 1 <= int(words) <= len(buttons):
        return said(EventKind.PRESS, buttons[int(words) - 1].address)
    if words.startswith("/"):
        return said(EventKind.PRESS, words[1:])
    return said(EventKind.TEXT, words)
