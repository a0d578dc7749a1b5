"""One way to drive every channel: say, press, forge, and see what is shown."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from playwright.sync_api import Page

from bot.assistant import Assistant
from bot.people.roles import Role
from bot.screens.reply import (
    Big,
    Call,
    Caution,
    Code,
    Copy,
    Event,
    EventKind,
    Field,
    File,
    Fold,
    Items,
    Reply,
    Say,
    Table,
    Text,
    Title,
)
from bot.terminal import PROMPT
from bot.topics.walks.handover import RENAME
from tests.fake_telegram import Person

_SPACE = re.compile(r"\s+")


def squeezed(text: str) -> str:
    """Without white space, which every channel sets in its own way."""
    return _SPACE.sub("", text)


@dataclass(frozen=True)
class Shown:
    """What one sees: the text without white space, and the labels of the buttons."""

    text: str
    labels: tuple[str, ...]


class Driver(Protocol):
    def say(self, text: str) -> Shown: ...
    def press(self, label: str) -> Shown: ...
    def forge(self, address: str) -> Shown: ...


def pieces(reply: Reply) -> list[str]:
    """Every piece of text a channel must show, whatever it looks like there."""
    found: list[str] = []
    for block in reply.blocks:
        match block:
            case Items(title, items):
                found += [title, *(i.text for i in items), *(i.detail for i in items)]
            case Table(title, columns, rows):
                found += [title, *columns, *(cell for row in rows for cell in row)]
            case Fold(title, text):
                found += [title, text]
            case Call(text, name, number):
                found += [text, name, number]
            case Code() | Copy():
                pass  # a picture; a button
            case File(name):
                found.append(name)
            case Field(label):
                found.append(label)
            case Title(text) | Text(text) | Caution(text) | Say(text) | Big(text):
                found.append(text)
            case _:
                found += list(block.parts)
    return [squeezed(piece) for piece in found if piece]


class Reference:
    """The assistant itself, without any channel: what the others are compared with. As in a
    terminal, a line that is asked for is simply the next one."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant
        self.reply = self._handle(EventKind.PRESS, "home")

    def _handle(self, kind: EventKind, text: str) -> Reply:
        self.reply = self.assistant.handle(
            Event("test:reference", kind, text, Role.ADMIN, channel="terminal")
        )
        return self.reply

    def say(self, text: str) -> Reply:
        return self._handle(EventKind.TEXT, text)

    def press(self, label: str) -> Reply:
        button = next(b for b in self.reply.buttons() if label in b.label)
        return self._handle(EventKind.PRESS, button.address)

    def forge(self, address: str) -> Reply:
        return self._handle(EventKind.PRESS, address)


class Terminal:
    """``run_bot.py chat`` in a process of its own, through its standard input and output."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.shown = self._read()

    def _read(self) -> Shown:
        assert self.process.stdout is not None
        text = ""
        while not text.endswith("\n" + PROMPT):
            char = self.process.stdout.read(1)
            assert char, f"the terminal ended: {text[-500:]}"
            text += char
        labels = re.findall(r"  \[\d+\] (.+?)(?=  \[\d+\] |$)", text, re.MULTILINE)
        self.shown = Shown(squeezed(text), tuple(labels))
        return self.shown

    def say(self, text: str) -> Shown:
        assert self.process.stdin is not None
        self.process.stdin.write(text.replace("\n", " ") + "\n")
        self.process.stdin.flush()
        return self._read()

    def press(self, label: str) -> Shown:
        number = next(n for n, known in enumerate(self.shown.labels, 1) if label in known)
        return self.say(str(number))

    def forge(self, address: str) -> Shown:
        return self.say("/" + address)


class Browser:
    """The phone page in a real Chromium."""

    def __init__(self, page: Page, base: str) -> None:
        self.page = page
        self.base = base

    def _shown(self) -> Shown:
        text = self.page.locator("#screen").text_content() or ""
        # A file and a line are asked for on every channel, but only here by something to press.
        buttons = self.page.locator("main .button:not([download]):not(.line .button)")
        labels = buttons.all_text_contents()
        return Shown(squeezed(text), tuple(labels))

    def say(self, text: str) -> Shown:
        # Elsewhere the word says what a line is for; here it has a field.
        field, named = self.page.locator("form.line"), text.removeprefix(f"{RENAME} ")
        if field.count() and named != text:
            field.locator("input[type=text]").fill(named)
            field.get_by_role("button").click()
        else:
            self.page.fill("#q", text)
            self.page.click("form.ask button")
        self.page.wait_for_load_state()
        return self._shown()

    def press(self, label: str) -> Shown:
        self.page.locator("main .button", has_text=label).first.click()
        self.page.wait_for_load_state()
        return self._shown()

    def forge(self, address: str) -> Shown:
        self.page.goto(f"{self.base}/s/{address}")
        return self._shown()


class Telegram:
    """A person on the fake Bot API server."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.person.start("")
        self.person.wait()

    def _shown(self, act: Callable[[], object], answers: int = 1) -> Shown:
        act()
        for _ in range(answers):
            screen = self.person.wait()
        labels = tuple(b for b in screen.buttons if not b.startswith("📋"))
        return Shown(squeezed(screen.text), labels)

    def say(self, text: str) -> Shown:
        # A client sends a text over 4,096 characters as several messages.
        return self._shown(lambda: self.person.say(text), -(-len(text) // 4096))

    def press(self, label: str) -> Shown:
        screen = self.person.screen()
        exact = next(b for b in screen.buttons if label in b)
        return self._shown(lambda: self.person.press(exact))

    def forge(self, address: str) -> Shown:
        message = self.person.screen().message_id
        return self._shown(lambda: self.person.send_callback(address, message))
