"""Where releases lie: folders by number, the file ``current`` that names the served one, and a
lock, so that one process builds at a time.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from index.damage import damaged
from index.manifest import UNREADABLE, read_manifest
from index.sealed import read, seal, unseal, write

KEPT = 20  # of the newest; the served one is kept besides
# What a killed process leaves behind.
_LEFTOVERS = (".building-*", ".mending-*", ".damaged-*", ".old-*", ".current-*")


@dataclass(frozen=True)
class Pointer:
    """``held``: why nothing is published by itself, in Chinese; empty when it may be."""

    number: int
    held: str = ""


class Shelf:
    def __init__(self, root: Path) -> None:
        self.root = root
        self._current = root / "current"

    def folder(self, number: int) -> Path:
        return self.root / f"{number:04d}"

    def numbers(self) -> list[int]:
        """Of the releases that lie here, whole or damaged, oldest first; what strangers put
        beside them, copies too, is none."""
        return [number for number in self._taken() if self._is_ours(number)]

    def next_number(self) -> int:
        return 1 + max(self._taken(), default=0)

    def preferred(self) -> list[int]:
        """The served one first, then those before it: what came later may have been taken back."""
        numbers, pointer = self.numbers(), self.pointer()
        last = pointer.number if pointer else max(numbers, default=0)
        return sorted(numbers, key=lambda number: (number > last, -number))

    def pointer(self) -> Pointer | None:
        """None when it is missing or damaged."""
        try:
            return self._read_pointer()
        except UNREADABLE:
            return None

    def held(self) -> str:
        """Why nothing may be published by itself, in Chinese; empty when it may."""
        try:
            pointer = self._read_pointer()
        except UNREADABLE:
            return "current（记着用哪个发布）损坏，看不出是不是退回过"
        return pointer.held if pointer else ""

    def point_at(self, pointer: Pointer) -> None:
        write(self._current, seal(asdict(pointer)))

    def delete_old(self, served: int) -> None:
        for number in self.numbers()[:-KEPT]:
            if number != served:
                with suppress(OSError):  # tried again after the next release
                    shutil.rmtree(self.folder(number).rename(self.root / f".old-{number}"))

    def clear_leftovers(self) -> None:
        """Of processes that were killed; left alone while another one is building."""
        if any(self._leftovers()):
            with suppress(OSError), self.locked(wait=False):
                pass

    @contextmanager
    def locked(self, wait: bool = True) -> Iterator[None]:
        """Across processes. Whoever holds it knows that nobody needs the leftovers any more."""
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / ".lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
            for path in self._leftovers():
                if path.is_dir():
                    shutil.rmtree(path)
                else:
                    path.unlink()
            yield

    @contextmanager
    def beside(self, what: str) -> Iterator[Path]:
        """A folder to build in, gone afterwards; rename it to keep it."""
        folder = self.root / f".{what}-{os.getpid()}"
        try:
            folder.mkdir()
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _read_pointer(self) -> Pointer | None:
        """None when there is none; one of ``UNREADABLE`` when it is damaged."""
        if not self._current.exists():
            return None
        text = read(self._current)
        if type(number := json.loads(text)) is int:  # as earlier versions wrote it
            return Pointer(number)
        return Pointer(**unseal(text))

    def _taken(self) -> list[int]:
        """Every number that is the name of anything here."""
        names = (path.name for path in self.root.glob("[0-9]*") if path.name.isdecimal())
        return sorted(int(name) for name in names if name == self.folder(int(name)).name)

    def _is_ours(self, number: int) -> bool:
        folder = self.folder(number)
        try:
            manifest = read_manifest(folder)
        except UNREADABLE:
            return folder.is_dir()
        # A copy of another release is whole; one of ours with the wrong manifest is not.
        return manifest.number == number or bool(damaged(folder, manifest))

    def _leftovers(self) -> Iterator[Path]:
        for pattern in _LEFTOVERS:
            yield from self.root.glob(pattern)
