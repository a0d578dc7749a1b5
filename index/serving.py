"""What is served right now: the current release, following the folder and the pointer.

The library folder is the working copy. With ``auto`` a clean edit becomes the next
release; a broken one never does and its problems are told, while the last good
release keeps serving. Without any release a clean library becomes release 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock

from guides import checks
from guides.folder import fingerprint, library_files, read_folder
from guides.problems import Problem
from index.releases import NoRelease, Release, Releases

AUTO_NOTE = "文件夹有改动，自动发布"
FIRST_NOTE = "首次启动，自动发布"


@dataclass(frozen=True)
class News:
    """What one look at the folder found: a new release, or the errors that kept it back."""

    published: int | None = None
    errors: tuple[Problem, ...] = ()


class Serving:
    """Safe to use from several threads: one refreshes, all read ``release``."""

    def __init__(self, releases: Releases, library: Path, auto: bool) -> None:
        self.releases = releases
        self.library = library
        self.auto = auto
        self._release: Release | None = None
        self._seen: tuple[tuple[str, int, int], ...] | None = None
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
            news = self._follow_folder(now)
            self._follow_pointer(news)
            return news

    def _follow_folder(self, now: datetime) -> News:
        seen = tuple(self._look())
        if seen == self._seen:
            return News()
        self._seen = seen
        known = self.releases.list()
        if known and (not self.auto or fingerprint(self.library) == known[-1].fingerprint):
            return News()
        try:
            folder = read_folder(self.library)
        except FileNotFoundError as error:
            if not known:
                raise NoRelease(str(error)) from error
            return News()
        errors = tuple(checks.errors(checks.run(folder, now.date())))
        if errors:
            return News(errors=errors)
        note = AUTO_NOTE if known else FIRST_NOTE
        self._release = self.releases.publish(folder, note, now)
        return News(published=self._release.number)

    def _follow_pointer(self, news: News) -> None:
        try:
            number = self.releases.current_number()
            if self._release is None or number not in (None, self._release.number):
                self._release = self.releases.current()
        except NoRelease as error:
            if self._release is None:
                first = f"：{news.errors[0]}" if news.errors else ""
                raise NoRelease(f"{error}{first}") from error

    def _look(self) -> Iterator[tuple[str, int, int]]:
        for path in library_files(self.library):
            try:
                stat = path.stat()
            except OSError:
                continue  # deleted between listing and looking: the next look sees it
            yield str(path), stat.st_mtime_ns, stat.st_size
