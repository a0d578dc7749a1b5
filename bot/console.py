"""The terminal channel: the same screens as plain text, buttons by number."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bot.replies import Caution, Crumbs, Event, EventKind, Reply, Say, Title, lines

PERSON = "terminal:operator"
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
    person: str = PERSON,
) -> None:
    """Talk until the lines end or the operator leaves."""
    reply = handle(Event(person, EventKind.PRESS, "home"))
    show(f"{draw(reply)}\n{_HINT}\n{PROMPT}")
    for line in typed:
        words = line.strip()
        if words.lower() in QUIT:
            return
        reply = handle(_event(person, words, reply))
        show(f"{draw(reply)}\n{PROMPT}")


def _event(person: str, words: str, shown: Reply) -> Event:
    """A number on the screen presses its button; ``/address`` opens one; the rest is said."""
    buttons = list(shown.buttons())
    if words.isascii() and words.isdigit() and 1 <= int(words) <= len(buttons):
        return Event(person, EventKind.PRESS, buttons[int(words) - 1].address)
    if words.startswith("/"):
        return Event(person, EventKind.PRESS, words[1:])
    return Event(person, EventKind.TEXT, words)
