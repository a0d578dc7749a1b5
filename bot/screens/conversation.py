"""Where people are: what a typed line or 返回 would mean. In memory only, and no case data."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from bot.people.codes import new_code

REMEMBERED = 10_000
HOUR = timedelta(hours=1)
_MOST, _TOKEN = 30, 10  # words that are kept of one conversation; letters


@dataclass(frozen=True, slots=True)
class _Kept:
    since: datetime
    words: tuple[str, ...]
    beside: object


class Lately:
    """What was asked, made or said in the last hour, each under a token that cannot be guessed:
    an address holds the token, so that a screen can be shown again and says nothing by itself."""

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}
        self._lock = Lock()

    def keep(self, now: datetime, *words: str, token: str = "", beside: object = None) -> str:
        """The token of ``words``; with the ``token`` of others in their place. ``beside``: what
        was found for them."""
        token = token or new_code(_TOKEN).lower()
        with self._lock:
            self._kept.pop(token, None)
            self._kept[token] = _Kept(now, words, beside)
            while len(self._kept) > _MOST:
                del self._kept[next(iter(self._kept))]
        return token

    def find(self, token: str, now: datetime) -> tuple[str, ...]:
        """Empty once they are forgotten."""
        kept = self._find(token, now)
        return kept.words if kept else ()

    def beside(self, token: str, now: datetime) -> object:
        """None once it is forgotten."""
        kept = self._find(token, now)
        return kept.beside if kept else None

    def _find(self, token: str, now: datetime) -> _Kept | None:
        self.sweep(now)
        with self._lock:
            return self._kept.get(token)

    def sweep(self, now: datetime) -> None:
        with self._lock:
            for token in [one for one, kept in self._kept.items() if now - kept.since >= HOUR]:
                del self._kept[token]


@dataclass(slots=True)
class Conversation:
    """``results``: guide ids of the last choice. ``guide``: the one that is being read.
    ``awaiting``: the address of the screen that the next line is for; ``said``: how such a line
    is written, until somebody is told that another was taken for a question.

    ``question`` is the last one, redacted, kept only until 都不是 or the next question; ``asked``
    the token of its words as they were typed.
    """

    results: tuple[str, ...] = ()
    guide: str = ""
    question: str = ""
    asked: str = ""
    awaiting: str = ""
    said: str = ""
    lately: Lately = field(default_factory=Lately)


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

    def sweep(self, now: datetime) -> None:
        """Forget the words of more than an hour ago."""
        with self._lock:
            known = list(self._known.values())
        for one in known:
            one.lately.sweep(now)
