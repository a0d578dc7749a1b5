"""The journal: what the bot did, for tests to read.

``Call`` is an accepted call, ``Violation`` a refused one. Times are ``time.monotonic()``
seconds. Faults that were injected on purpose are in neither (see ``faults``).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from threading import Condition
from typing import Any, Protocol

_SENDS = frozenset({"sendMessage", "sendDocument", "sendPhoto", "sendPoll"})
_SHOWS = _SENDS | {"editMessageText"}


class HasId(Protocol):
    """Anything with a chat id: a person, a group."""

    @property
    def id(self) -> int: ...


ChatRef = int | HasId


def chat_id(chat: ChatRef) -> int:
    """The numeric id of a chat, given as such or as a person or a group."""
    return chat if isinstance(chat, int) else chat.id


@dataclass(frozen=True)
class Call:
    """One accepted call. ``text``: the plain text it showed, after entity parsing.

    ``answered`` is False when the connection was dropped after the call had been done.
    """

    method: str
    arguments: dict[str, Any]
    chat: int | None
    message_id: int | None
    text: str | None
    at: float
    answered: bool = True


@dataclass(frozen=True)
class Violation:
    """One refused call with Telegram's code and description."""

    method: str
    arguments: dict[str, Any]
    code: int
    description: str
    at: float


@dataclass
class Journal:
    """Every accepted and every refused call, in the order the server took them."""

    changed: Condition
    _calls: list[Call] = field(default_factory=list)
    _violations: list[Violation] = field(default_factory=list)

    def accept(self, call: Call) -> None:
        """Write down an accepted call."""
        with self.changed:
            self._calls.append(call)
            self.changed.notify_all()

    def refuse(self, violation: Violation) -> None:
        """Write down a refused call."""
        with self.changed:
            self._violations.append(violation)
            self.changed.notify_all()

    @property
    def calls(self) -> list[Call]:
        """All accepted calls (a copy)."""
        with self.changed:
            return list(self._calls)

    @property
    def violations(self) -> list[Violation]:
        """All refused calls (a copy)."""
        with self.changed:
            return list(self._violations)

    def of(self, *methods: str, chat: ChatRef | None = None) -> list[Call]:
        """Accepted calls of these methods, in one chat if given."""
        where = None if chat is None else chat_id(chat)
        return [c for c in self.calls if c.method in methods and where in (None, c.chat)]

    def sent(self, chat: ChatRef | None = None) -> list[Call]:
        """Accepted calls that made a new message, edits not included."""
        return self.of(*_SENDS, chat=chat)

    def texts(self, chat: ChatRef | None = None) -> list[str]:
        """Plain texts and captions shown, by new messages and by edits, in order."""
        return _texts(self.of(*_SHOWS, chat=chat))

    def clear(self) -> None:
        """Forget everything written so far."""
        with self.changed:
            self._calls.clear()
            self._violations.clear()


def _texts(calls: Iterable[Call]) -> list[str]:
    return [call.text for call in calls if call.text is not None]
