"""What an edit of the folder comes to: the next release, or what keeps it from being one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from guides import checks, disk
from guides.folder import read_folder
from guides.library import Library
from guides.problems import Problem
from index.releases import Held, Release, Releases

AUTO_NOTE = "文件夹有改动，自动发布"
FIRST_NOTE = "首次启动，自动发布"


@dataclass(frozen=True)
class News:
    """What one look found: a new release, or the errors that kept it back.

    ``warnings``: what whoever runs this must know, in Chinese. ``failed``: why a clean folder
    could not be published; it is tried again.
    """

    published: int | None = None
    errors: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()
    failed: Exception | None = None

    def and_then(self, more: News) -> News:
        return News(
            more.published or self.published,
            self.errors + more.errors,
            self.warnings + more.warnings,
            more.failed or self.failed,
        )

    def why_not(self, number: int | None = None) -> list[str]:
        """What keeps the folder from being served, and what was found damaged, in Chinese;
        ``number``: of the release served all the same."""
        still = f"，仍用第 {number} 号发布" if number else ""
        told = [f"指引有错{still}：{problem}" for problem in self.errors]
        if self.failed:
            told.append(f"没能发布{still}：{reason(self.failed)}")
        return [*self.warnings, *told]


class Failed(Exception):
    """Why nothing was made, in Chinese; its cause is the ``Trace`` of what nobody foresaw."""


class Trace(Exception):
    """The traceback of another process, as text."""


def unforeseen(error: Exception) -> Exception | None:
    """The error, when its traceback tells more than its reason."""
    known = isinstance(error, OSError) or (isinstance(error, Failed) and not error.__cause__)
    return None if known else error


def reason(error: Exception) -> str:
    """Why something could not be read or written, in Chinese where it is known."""
    if isinstance(error, Failed):
        return str(error)
    if not isinstance(error, OSError):
        return type(error).__name__
    where = f"：{error.filename}" if error.filename else ""
    return f"{disk.reason(error)}{where}"


def waits(held: str) -> News:
    """``held``: why nothing may be published by itself."""
    return News(warnings=(f"{held}：文件夹里的指引没有自动发布；核对好以后运行 publish",))


def release_edit(
    releases: Releases, library: Path, served: Library | None, now: datetime
) -> tuple[News, Release | None]:
    """Read the folder, check what was read, publish what was checked. Nobody has asked for it:
    not after a rollback. ``served``: to compare with."""
    first = not releases.shelf.numbers()
    folder = read_folder(library)
    errors = tuple(checks.errors(checks.run(folder, now.date(), served)))
    if errors:
        return News(errors=errors), None
    try:
        note = FIRST_NOTE if first else AUTO_NOTE
        release = releases.publish(folder, note, now, by_itself=True)
    except Held as held:
        return waits(str(held)), None
    return News(published=release.number), release
