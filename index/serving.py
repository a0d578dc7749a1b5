"""What is served right now: the current release, following the folder and the pointer.

The library folder is the working copy. With ``auto`` a clean edit becomes the next
release; a broken one never does and its problems are told, while the last good
release keeps serving. Without any release a clean library becomes release 1.
After a rollback nothing is published by itself until somebody publishes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import TypeAlias

from guides import checks, disk
from guides.folder import fingerprint, library_files, read_folder
from guides.problems import Problem
from index.releases import NoRelease, Release, Releases
from index.shelf import Pointer

AUTO_NOTE = "文件夹有改动，自动发布"
FIRST_NOTE = "首次启动，自动发布"
AGAIN, NEVER = timedelta(seconds=30), datetime.max.replace(tzinfo=UTC)

Look: TypeAlias = tuple[tuple[str, int, int], ...]


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


def reason(error: Exception) -> str:
    """Why something could not be read or written, in Chinese where it is known."""
    if not isinstance(error, OSError):
        return type(error).__name__
    where = f"：{error.filename}" if error.filename else ""
    return f"{disk.reason(error)}{where}"


class Serving:
    """Safe to use from several threads: one refreshes, all read ``release``."""

    def __init__(self, releases: Releases, library: Path, auto: bool) -> None:
        self.releases = releases
        self.library = library
        self.auto = auto
        # What keeps the folder from being served, as long as it does.
        self.errors: tuple[Problem | Exception, ...] = ()
        self._release: Release | None = None
        self._done: Look | None = None  # the folder when all was done that was to do
        self._failed: tuple[Look | None, datetime] = (None, NEVER)  # and when it is tried again
        self._followed: Pointer | None = None
        self._lock = Lock()

    @property
    def release(self) -> Release:
        """The release served now; NoRelease before the first successful ``refresh``."""
        if self._release is None:
            raise NoRelease("还没有可以使用的发布；先用 check 改好指引，再启动")
        return self._release

    def refresh(self, now: datetime) -> News:
        """Look at folder and pointer once; raises NoRelease when there is nothing to serve."""
        with self._lock:
            if self._release is None:
                self.releases.shelf.clear_leftovers()
            news = self._follow_folder(now)
            pointer = self.releases.shelf.pointer()
            known, self._followed = self._followed, pointer
            if self._release is not None and (known == pointer or not self._is_behind(pointer)):
                return news
            try:
                self._release = self.releases.current()
                news = news.and_then(News(warnings=self._release.findings))
            except NoRelease as error:
                news = news.and_then(News(warnings=(str(error),)))
            if self._is_behind(pointer) and not (news.errors or news.failed):
                # What should be served is damaged: the folder may hold it still.
                news = news.and_then(self._follow_folder(now, lost=True))
            if self._release is None:
                raise NoRelease("；".join(news.why_not()[:2]))
            return news

    def _is_behind(self, pointer: Pointer | None) -> bool:
        """Whether something else should be served than is."""
        number = self._release.number if self._release else None
        return number is None or (pointer is not None and pointer.number != number)

    def _follow_folder(self, now: datetime, lost: bool = False) -> News:
        look = tuple(self._look())
        failed, again = self._failed
        if not lost and (look == self._done or (look == failed and now < again)):
            return News()
        try:
            news = self._publish(now, lost)
        except Exception as error:  # noqa: BLE001 - whatever it was, what is served stays served
            self._failed, self.errors = (look, now + AGAIN), (error,)
            return News(failed=error)
        self._done, self.errors = look, news.errors
        return news

    def _publish(self, now: datetime, lost: bool) -> News:
        """``lost``: the newest release is damaged; then an unchanged folder is news as well."""
        first = not self.releases.shelf.numbers()
        if not first:
            if not self.auto:
                return News()
            newest = self.releases.list()[-1:]
            same = newest and not lost and fingerprint(self.library) == newest[0].fingerprint
            held = self.releases.shelf.held()
            if held and not same:
                return News(
                    warnings=(f"{held}：文件夹里的指引没有自动发布；核对好以后运行 publish",)
                )
            if held or (same and newest[0].number == self.releases.current_number()):
                return News()
        folder = read_folder(self.library)
        served = self._release.library if self._release else self.releases.library()
        errors = tuple(checks.errors(checks.run(folder, now.date(), served)))
        if errors:
            return News(errors=errors)
        before, note = self._release, FIRST_NOTE if first else AUTO_NOTE
        self._release = self.releases.publish(folder, note, now)
        new = before is None or before.number != self._release.number
        return News(published=self._release.number if new else None)

    def _look(self) -> Iterator[tuple[str, int, int]]:
        for path in library_files(self.library):
            try:
                stat = path.stat()
            except OSError:
                continue  # deleted between listing and looking: the next look sees it
            yield str(path), stat.st_mtime_ns, stat.st_size
