"""The terminal channel: the same screens as plain text, buttons by number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from threading import Event as Stop
from threading import Lock

from rich.cells import cell_len

from bot.people.roles import OPERATOR, Member, Role
from bot.screens.cards import home
from bot.screens.qr import qr_text
from bot.screens.reply import (
    Call,
    Caution,
    Code,
    Copy,
    Crumbs,
    Event,
    EventKind,
    File,
    Reply,
    Say,
    Title,
    lines,
)

PERSON = Member(OPERATOR, Role.ADMIN)
QUIT = frozenset({"q", "quit", "exit", "退出"})
PROMPT = "> "
_LINE = "─" * 8
_WIDE = 76  # columns
_BOLD, _DIM, _YELLOW = 1, 2, 33
_CLOCK_DIGITS = 4  # 2230 is no slip where a time is awaited
_HINT = "（输入问题，或者按钮的数字；q 退出）"


def draw(reply: Reply, styled: bool = False) -> str:
    """A screen as it is printed, its buttons numbered from 1, as many a line as fit; ``styled``:
    for a terminal that knows bold and colours."""
    parts: list[str] = []

    def in_style(told: str, code: int) -> str:
        return f"\x1b[{code}m{told}\x1b[0m" if styled else told

    for block in reply.blocks:
        told = "\n".join(lines(block))
        match block:
            case Crumbs():
                parts.append(in_style(f"[{told}]", _DIM))
            case Title():
                parts.append(in_style(f"== {told} ==", _BOLD))
            case Code(text):
                parts.append(qr_text(text))
            case Copy():
                continue  # a terminal copies by itself
            case File(name, _, text):
                parts.append(f"{_LINE} {name} {_LINE}\n{text.rstrip()}\n{_LINE * 3}")
            case Say():
                parts.append(f"「{told}」")
            case Caution() | Call():
                parts.append(in_style(f"! {told}", _YELLOW))
            case _:
                parts.append(told)
    line = ""
    for number, button in enumerate(reply.buttons(), start=1):
        told = f"  [{number}] {button.label}"
        if line and cell_len(line + told) > _WIDE:
            parts.append(line)
            line = ""
        line += told
    return "\n".join([*parts, line] if line else parts)


def draw_aside(reply: Reply) -> str:
    """A screen that breaks in: the numbers go on meaning the screen before it, so its buttons
    are told by their addresses."""
    buttons = [f"  /{button.address}  {button.label}" for button in reply.buttons()]
    return "\n".join([_LINE, draw(replace(reply, rows=())), *buttons, _LINE])


def chat(
    handle: Callable[[Event], Reply],
    typed: Iterable[str],
    show: Callable[[str], None],
    person: Member = PERSON,
    before_prompt: Callable[[], None] = lambda: None,
    styled: bool = False,
) -> None:
    """Talk until the lines end or the operator leaves."""
    reply = handle(Event.of(person, "terminal", EventKind.PRESS, "home"))
    show(f"{draw(reply, styled)}\n{_HINT}\n")
    before_prompt()
    show(PROMPT)
    for line in typed:
        words = line.strip()
        if words.lower() in QUIT:
            return
        event = _event(person, words, reply)
        if event is None:
            show(f"“{words}”不是这一屏的按钮，也不像问题。{_HINT}\n")
        else:
            reply = handle(event)
            show(f"{draw(reply, styled)}\n")
        before_prompt()
        show(PROMPT)


class Bell:
    """Warnings that break in, each once: before a prompt, or while the operator types.

    ``pull`` gives them with their numbers; ``seen`` is told the numbers of what was printed.
    Neither may raise.
    """

    def __init__(
        self,
        pull: Callable[[], Sequence[tuple[int, Reply]]],
        seen: Callable[[Sequence[int]], None],
        show: Callable[[str], None],
    ) -> None:
        self._pull = pull
        self._seen = seen
        self._show = show
        self._rung: set[int] = set()
        self._lock = Lock()

    def ring(self, waiting: bool = False) -> None:
        """Print what has not been printed; ``waiting``: at a prompt, so with another one."""
        with self._lock:
            fresh = [(id, reply) for id, reply in self._pull() if id not in self._rung]
            if not fresh:
                return
            told = "\n".join(draw_aside(reply) for _, reply in fresh)
            self._show(f"\n{told}\n{PROMPT}" if waiting else f"{told}\n")
            ids = [id for id, _ in fresh]
            self._rung.update(ids)
            self._seen(ids)

    def keep_ringing(self, stop: Stop, seconds: float = 5.0) -> None:
        """For a thread of its own, until ``stop``."""
        while not stop.wait(seconds):
            self.ring(waiting=True)


def _event(person: Member, words: str, shown: Reply) -> Event | None:
    """A number on the screen, or the words of a button, presses it; ``/address`` opens one; the
    rest is said. None: a number that no button has, or a single letter, which is a slip and no
    question for legal staff."""
    buttons = list(shown.buttons())
    said = partial(Event.of, person, "terminal")
    if words.isascii() and words.isdigit() and 1 <= int(words) <= len(buttons):
        return said(EventKind.PRESS, buttons[int(words) - 1].address)
    named = {button.label.removeprefix("‹ "): button.address for button in (*buttons, home())}
    if words in named:
        return said(EventKind.PRESS, named[words])
    if words.isascii() and (words.isdigit() or len(words) == 1) and len(words) != _CLOCK_DIGITS:
        return None
    if words.startswith("/"):
        return said(EventKind.PRESS, words[1:])
    return said(EventKind.TEXT, words)
