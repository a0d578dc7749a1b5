"""A problem in a file of the library: where it is, what is wrong, how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from guides.disk import printable


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a file; line and column count from 1."""

    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True)
class Problem:
    path: Path
    mark: Mark
    code: str
    wrong: str
    mend: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        place = f"{printable(self.path)}:{self.mark.line}:{self.mark.column}"
        return f"{place} {self.code} {self.wrong}；{self.mend}"

    @property
    def order(self) -> tuple[bool, str, int, int, str]:
        """What must be mended first, hints after it."""
        hint = self.severity is not Severity.ERROR
        return (hint, str(self.path), self.mark.line, self.mark.column, self.code)
