"""Where people are: what a typed line or 返回 would mean. In memory only, and no case data."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

REMEMBERED = 10_000


@dataclass(slots=True)
class Conversation:
    """``results``: guide ids of the last choice. ``guide``: the one that is being read.
    ``awaiting``: a limit id whose start is asked.

    ``question`` is the last one, redacted, kept only until 都不是 or the next question.
    """

    results: tuple[str, ...] = ()
    guide: str = ""
    question: str = ""
    awaiting: str = ""


class Conversations:
    """The conversations of this process, the last ones used. A restart forgets them: a
    question never reaches a disk, and an old button says that it is old."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, Conversation] = OrderedDict()
        self._lock = Lock()

    def forget(self, person: str) -> None:
        """Drop a person's conversations on every channel."""
        with self._lock:
            for key in [key for key in self._known if key.endswith(f" {person}")]:
                del self._known[key]

    def of(self, person: str) -> Conversation:
        """The conversation of a person, to be changed in place."""
        with self._lock:
            known = self._known.setdefault(person, Conversation())
            self._known.move_to_end(person)
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
            return known
