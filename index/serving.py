"""What is served right now: the current release, following the folder and the pointer.

The library folder is the working copy. With ``auto`` a clean edit becomes the next
release; a broken one never does and its problems are told, while the last good
release keeps serving. Without any release a clean library becomes release 1.
After a rollback nothing is published by itself until somebody publishes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import TypeAlias

from guides.folder import fingerprint, library_files
from guides.problems import Problem
from index.edits import News, release_edit, waits
from index.heap import give_back
from index.releases import NoRelease, Release, Releases
from index.shelf import Pointer
from index.workshop import Work, Workshop

AGAIN, NEVER = timedelta(seconds=30), datetime.max.replace(tzinfo=UTC)

Look: TypeAlias = tuple[tuple[str, int, int, int], ...]


@dataclass(frozen=True)
class Making:
    """A release of the folder as it was at a ``look``, while ``served`` was."""

    work: Work
    look: Look
    served: int | None


class Serving:
    """Safe to use from several threads: one refreshes, all read ``release``.

    With a ``workshop`` releases are made there, and a look waits for one only when nothing can be
    served before; without, the look that finds an edit publishes it.
    """

    def __init__(
        self, releases: Releases, library: Path, auto: bool, workshop: Workshop | None = None
    ) -> None:
        self.releases = releases
        self.library = library
        self.auto = auto
        # What keeps the folder from being served, as long as it does.
        self.errors: tuple[Problem | Exception, ...] = ()
        self._workshop = workshop
        self._release: Release | None = None
        self._making: Making | None = None
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
                if self._workshop:  # an edit need not be waited for
                    self._release = self.releases.whole()
            before = self._release
            news = self._follow_folder(now)
            news = news.and_then(self._follow_pointer(now, bool(news.errors or news.failed)))
            if self._release is None:
                raise NoRelease("；".join(news.why_not()[:2]))
            if before is not self._release:
                del before  # else it would be kept here
                give_back()
            return news

    def close(self) -> None:
        """End what is being made, and clear it away."""
        if self._workshop:
            self._workshop.close()
            self.releases.shelf.clear_leftovers()

    def _follow_pointer(self, now: datetime, refused: bool) -> News:
        """``refused``: the folder cannot be published."""
        pointer = self.releases.shelf.pointer()
        known, self._followed = self._followed, pointer
        if self._release is not None and (known == pointer or not self._is_behind(pointer)):
            return News()
        try:
            self._release = self.releases.current()
            news = News(warnings=self._release.findings)
        except NoRelease as error:
            news = News(warnings=(str(error),))
        if self._is_behind(pointer) and not refused:
            # What should be served is damaged: the folder may hold it still.
            news = news.and_then(self._follow_folder(now, lost=True))
        return news

    def _is_behind(self, pointer: Pointer | None) -> bool:
        """Whether something else should be served than is."""
        number = self._number
        return number is None or (pointer is not None and pointer.number != number)

    @property
    def _number(self) -> int | None:
        return self._release.number if self._release else None

    def _follow_folder(self, now: datetime, lost: bool = False) -> News:
        look = self._making.look if self._making else tuple(self._look())
        failed, again = self._failed
        idle = look == self._done or (look == failed and now < again)
        if idle and not self._making and not lost:
            return News()
        try:
            news = self._publish(look, now, lost)
        except Exception as error:  # noqa: BLE001 - whatever it was, what is served stays served
            self._making = None
            self.releases.shelf.clear_leftovers()
            self._failed, self.errors = (look, now + AGAIN), (error,)
            return News(failed=error)
        if not self._making:
            self._done, self.errors = look, news.errors
        return news

    def _publish(self, look: Look, now: datetime, lost: bool) -> News:
        """``lost``: the newest release is damaged; then an unchanged folder is news as well."""
        if self._making is None:
            kept_back = self._keep_back(lost)
            if kept_back is not None:
                return kept_back
        if self._workshop is None:
            return self._publish_here(now)
        if self._making is None:
            served = self._number
            self._making = Making(self._workshop.edit(served, now), look, served)
        making = self._making
        news = making.work.look() if self._release else making.work.wait()
        if news is None:
            return News()
        self._making = None
        if news.published and news.published != self._number:
            # Opened like one that somebody else has published, or was by the last look already.
            self._release = self.releases.current()
            news = news.and_then(News(warnings=self._release.findings))
        return self._told(news, making.served)

    def _publish_here(self, now: datetime) -> News:
        before = self._number
        served = self._release.library if self._release else self.releases.library()
        news, release = release_edit(self.releases, self.library, served, now)
        self._release = release or self._release
        return self._told(news, before)

    def _told(self, news: News, before: int | None) -> News:
        """Nothing was published by it when the same is served as before."""
        new = news.published not in (None, before) and news.published == self._number
        return news if new else replace(news, published=None)

    def _keep_back(self, lost: bool) -> News | None:
        """None when the folder is to be published if it is clean."""
        if not self.releases.shelf.numbers():
            return None
        if not self.auto:
            return News()
        newest = self.releases.list()[-1:]
        same = newest and not lost and fingerprint(self.library) == newest[0].fingerprint
        held = self.releases.shelf.held()
        if held and not same:
            return waits(held)
        if held or (same and newest[0].number == self.releases.current_number()):
            return News()
        return None

    def _look(self) -> Iterator[tuple[str, int, int, int]]:
        for path in library_files(self.library):
            try:
                stat = path.stat()
            except OSError:
                continue  # deleted between listing and looking: the next look sees it
            yield str(path), stat.st_mtime_ns, stat.st_size, stat.st_ino
