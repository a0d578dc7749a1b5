"""Somebody walking along a guide, at a time set by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bot.house import House, assemble
from bot.people.roles import Member, Role
from bot.screens.reply import Event, EventKind, Reply, plain
from bot.settings import Settings
from bot.walks.walk import Walk
from tests.bot.talk import NOW

ME, OTHER = Member("me", Role.OFFICER), Member("other", Role.OFFICER)


class Walking:
    """A house whose clock is set by hand, and somebody pressing buttons in it."""

    def __init__(self, tmp_path: Path, library: Path) -> None:
        self.now = NOW
        self.library = library
        settings = Settings(data=tmp_path / "var", library=library)
        self.house: House = assemble(settings, lambda: self.now)
        self.house.serving.refresh(self.now)
        self.reply = Reply(())

    def go(self, address: str, member: Member = ME) -> str:
        self.reply = self.house.assistant.handle(Event.of(member, "page", EventKind.PRESS, address))
        return plain(self.reply)

    def say(self, text: str, member: Member = ME) -> str:
        self.reply = self.house.assistant.handle(Event.of(member, "page", EventKind.TEXT, text))
        return plain(self.reply)

    def fill(self, address: str, line: str, member: Member = ME) -> str:
        event = Event.of(member, "page", EventKind.PRESS, address)
        self.reply = self.house.assistant.handle(replace(event, line=line))
        return plain(self.reply)

    def press(self, label: str, member: Member = ME) -> str:
        found = [b for b in self.reply.buttons() if label in b.label]
        assert found, (label, self.labels())
        return self.go(found[0].address, member)

    def labels(self) -> list[str]:
        return [button.label for button in self.reply.buttons()]

    def address(self, label: str) -> str:
        return next(b.address for b in self.reply.buttons() if label in b.label)

    def walk(self, id: str) -> Walk:
        found = self.house.incidents.walks.get(id)
        assert found is not None
        return found

    @property
    def walks(self) -> list[str]:
        return [walk.id for walk in self.house.incidents.walks.of(ME.person)]
