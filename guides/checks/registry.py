"""Checks of the library: one rule, one small function, one code.

``@check("G053", ...)`` registers a function from ``Context`` to problems; rooms
further up register theirs the same way (a screen that does not fit). ``run``
returns everything at once, in the order of files and lines.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from guides.folder import Folder
from guides.library import Library
from guides.problems import Problem, Severity
from guides.yaml_source import Loc, Source


@dataclass(frozen=True)
class Context:
    """``served``: what officers are served now, None before the first release; ``confirmed``:
    ids of custody limits that somebody means to change."""

    folder: Folder
    today: date
    served: Library | None = None
    confirmed: frozenset[str] = frozenset()

    def report(
        self,
        source: Source,
        loc: Loc,
        code: str,
        wrong: str,
        mend: str,
        severity: Severity = Severity.ERROR,
    ) -> Problem:
        return Problem(source.path, source.mark(loc), code, wrong, mend, severity)


Check: TypeAlias = Callable[[Context], Iterable[Problem]]
REGISTRY: dict[str, Check] = {}


def check(code: str) -> Callable[[Check], Check]:
    """Register a check under its code; a code is never used twice."""

    def register(function: Check) -> Check:
        if code in REGISTRY:
            raise ValueError(f"check code {code} is used twice")
        REGISTRY[code] = function
        return function

    return register


def run(
    folder: Folder,
    today: date,
    served: Library | None = None,
    confirmed: Iterable[str] = (),
) -> list[Problem]:
    """All problems of the folder: those of reading and those of every registered check."""
    context = Context(folder, today, served, frozenset(confirmed))
    problems = set(folder.problems)
    for function in REGISTRY.values():
        problems.update(function(context))
    return sorted(problems, key=lambda problem: problem.order)


def errors(problems: Iterable[Problem]) -> list[Problem]:
    return [problem for problem in problems if problem.severity is Severity.ERROR]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """「是不是想写 …？」, or nothing when nothing is near."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"是不是想写 {near[0]}？" if near else ""


def texts(value: object, loc: Loc = ()) -> Iterator[tuple[Loc, str]]:
    """Every text inside plain YAML data, with its location."""
    if isinstance(value, str):
        yield loc, value
    elif isinstance(value, dict):
        for key, child in value.items():
            yield from texts(child, (*loc, key))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from texts(child, (*loc, index))
