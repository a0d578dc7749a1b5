"""Releases: checked guides and their index, under one number.

A release is built beside the others, opened once to prove that it works, and only
then renamed into place; ``current`` names the one that is served. The manifest holds the
hash of every file: what is damaged is neither opened nor built from. Everything but the
guides (in ``files/`` and once more in ``library.json``) can be made again from them.

    <data>/releases/0001/manifest.json  library.json  index/  files/
    <data>/releases/current
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from time import perf_counter

from guides import bundle
from guides.changes import changed_parts
from guides.folder import Folder
from guides.library import Library
from index.analysis import clauses
from index.answers import MOST_GUIDES, Answer, Ranked
from index.builder import FILE, Index, build, entries, open_index, save, title_of
from index.damage import damaged, examine, is_stored_guide, named
from index.judging import Judgement, Outcome, judge
from index.manifest import (
    FILES,
    LIBRARY,
    MANIFEST,
    UNREADABLE,
    Manifest,
    hashes,
    read_manifest,
    write_manifest,
)
from index.meaning import Encode, learn
from index.sealed import read, swap
from index.searching import Searcher
from index.shelf import Pointer, Shelf

# Raised whenever building or searching changes what is stored: older indexes are rebuilt.
ENGINE = 5
INDEX = f"index/{FILE}"


class NoRelease(Exception):
    """There is nothing to serve, and why."""


class Held(Exception):
    """Nothing may be published by itself, and why, in Chinese."""


class Release:
    """One opened release; safe to ask from several threads.

    ``findings``: what was found damaged on the way to it, and what came of it, in Chinese.
    """

    def __init__(self, manifest: Manifest, library: Library, searcher: Searcher) -> None:
        self.findings: tuple[str, ...] = ()
        self.manifest = manifest
        self.library = library
        self._searcher = searcher
        self._on: tuple[date, Library] | None = None

    @property
    def number(self) -> int:
        return self.manifest.number

    def on(self, day: date) -> Library:
        """The library of this release as in force on ``day``."""
        if self._on is None or self._on[0] != day:
            self._on = (day, self.library.on(day))
        return self._on[1]

    def ask(self, question: str, day: date, explain: bool = False) -> Answer:
        """The one path from a question to its outcome, whatever the channel."""
        started = perf_counter()
        served = self.on(day)
        judgement = self._judge(question, explain)
        ranked = tuple(
            Ranked(guide, round(candidate.score, 4), candidate.why)
            for candidate in judgement.guides[:MOST_GUIDES]
            if (guide := served.guide(candidate.id))
        )
        outcome = judgement.outcome
        first = judgement.guides[0].id if judgement.guides else None
        if outcome in (Outcome.ANSWER, Outcome.CHOOSE) and (
            not ranked or ranked[0].guide.id != first
        ):
            outcome = Outcome.UNKNOWN  # what fits best was not in force on that day
        redline = self.library.redline(judgement.redline) if judgement.redline else None
        elapsed = round((perf_counter() - started) * 1000, 2)
        return Answer(
            question,
            outcome,
            ranked,
            redline,
            self.number,
            elapsed,
            small_talk=judgement.small_talk,
            lead=judgement.lead,
        )

    def finds(self, title: str) -> bool:
        """Whether anything is found for a title."""
        return bool(self._searcher.search(title).guides)

    def _judge(self, question: str, explain: bool) -> Judgement:
        found = self._searcher.search(question, explain)
        return judge(found, lambda: [self._searcher.search(part) for part in clauses(question)])


class Releases:
    """The releases below one data folder."""

    def __init__(
        self,
        data: Path,
        encode: Encode | None = None,
        have_mended: Callable[[int], tuple[str, ...]] | None = None,
    ) -> None:
        """``encode``: a sentence model, for what is opened here; releases are the same without.
        ``have_mended``: makes a damaged release again elsewhere and says what it found; what is
        damaged still is made again here."""
        self.root = data / "releases"
        self.shelf = Shelf(self.root)
        self._encode = encode
        self._have_mended = have_mended

    def list(self) -> list[Manifest]:
        """Of every release whose manifest is whole, oldest first."""
        found = []
        for number in self.shelf.numbers():
            with suppress(*UNREADABLE):
                found.append(read_manifest(self.shelf.folder(number), number))
        return found

    def current_number(self) -> int | None:
        pointer = self.shelf.pointer()
        return pointer.number if pointer else None

    def publish(self, folder: Folder, note: str, now: datetime, by_itself: bool = False) -> Release:
        """Serve what was read into ``folder`` (the caller has checked it) and nothing else: in
        a new release, or in the newest one when that says the same. ``by_itself``: nobody has
        asked for it; Held after a rollback, one that came while we were reading too."""
        text = bundle.dump(folder)
        with self.shelf.locked():
            if by_itself and self.shelf.numbers() and (held := self.shelf.held()):
                raise Held(held)
            release = self._newest_with(text) or self._make(folder, text, note, now)
            self.shelf.point_at(Pointer(release.number))
            self.shelf.delete_old(release.number)
        return release

    def rollback(self, number: int) -> Release:
        """Serve an earlier release again, and nothing else until somebody publishes;
        NoRelease when it cannot be opened."""
        release = self.load(number)
        with self.shelf.locked():
            self.shelf.point_at(Pointer(number, f"已经退回到第 {number} 号发布"))
        return release

    def current(self) -> Release:
        """The release that ``current`` names; when that is damaged, the newest whole one."""
        found = []
        pointer, numbers = self.shelf.pointer(), self.shelf.numbers()
        if pointer is None and numbers:
            found.append("current（记着用哪个发布）损坏或者不见了")
        elif pointer and pointer.number not in numbers:
            found.append(f"current 指的第 {pointer.number} 号发布不见了")
        for number in self.shelf.preferred():
            try:
                release = self.load(number)
            except NoRelease as error:
                found.append(str(error))
                continue
            if found:
                found.append(f"现在用第 {number} 号发布")
            release.findings = (*found, *release.findings)
            return release
        if numbers:
            raise NoRelease("；".join([*found, "没有一个完好的发布，运行 publish 重新发布"]))
        raise NoRelease("还没有发布过任何版本")

    def whole(self) -> Release | None:
        """The release that ``current`` names, when there is nothing wrong with it at all."""
        pointer = self.shelf.pointer()
        try:
            release = self._open_whole(pointer.number) if pointer else None
        except Exception:  # noqa: BLE001 - whatever is damaged, ``current`` says it
            return None
        return None if release is None or release.findings else release

    def library(self) -> Library | None:
        """What ``current`` would serve, to compare with; None before the first release."""
        known = map(self.library_of, self.shelf.preferred())
        return next((library for library in known if library), None)

    def library_of(self, number: int) -> Library | None:
        """What a release tells; None when nothing proves that it is whole."""
        with suppress(*UNREADABLE):
            _, _, text = examine(self.shelf.folder(number), number, ENGINE)
            return bundle.load(text) if text is not None else None
        return None

    def load(self, number: int) -> Release:
        """Open one release. What can be made again of it is, when it is of another version of
        the program or damaged; NoRelease when its guides cannot be proved to be whole."""
        if number not in self.shelf.numbers():
            raise NoRelease(f"没有第 {number} 号发布；用 releases 命令看有哪些")
        try:
            return self._open_whole(number)
        except Exception:  # noqa: BLE001 - whatever is damaged, the guides can rebuild it
            found = self._have_mended(number) if self._have_mended else ()
            try:
                release = self._mend(number)
            except UNREADABLE as error:
                raise NoRelease(f"第 {number} 号发布没能重新生成（{error}）") from error
            release.findings = found or release.findings
            return release

    def _open_whole(self, number: int) -> Release:
        folder = self.shelf.folder(number)
        manifest = read_manifest(folder, number)
        if manifest.engine != ENGINE:
            raise ValueError("made by another version of the program")
        wrong = damaged(folder, manifest)
        if not all(is_stored_guide(name) for name in wrong):
            raise ValueError(f"damaged: {wrong}")
        release = self._open(folder, manifest)
        if wrong:
            told = f"第 {number} 号发布里存的指引损坏了（{named(wrong)}），答复不受影响"
            release.findings = (f"{told}；再 publish 一次就又有完好的一份",)
        return release

    def _mend(self, number: int) -> Release:
        """Make the index again from what is proved to be as it was published."""
        folder = self.shelf.folder(number)
        with ExitStack() as stack:
            with suppress(OSError):  # where nothing can be written, it is served all the same
                stack.enter_context(self.shelf.locked())
            with suppress(*UNREADABLE):
                return self._open_whole(number)  # another process was quicker
            manifest, wrong, text = examine(folder, number, ENGINE)
            if text is None:
                told = f"第 {number} 号发布损坏（{named(wrong)}），其中的指引不再完整，不用它"
                raise NoRelease(told)
            library = bundle.load(text)
            index = build(library.newest())
            manifest = _described(manifest, library)
            release = self._release(manifest, library, index)
            if wrong:
                told = f"第 {number} 号发布损坏（{named(wrong)}），已用完好的指引重新生成"
                release.findings = (told,)
            try:
                with self.shelf.beside("mending") as beside:
                    _write(beside, manifest, text, index)
                    # One by one, the manifest last: stopped in between, it is mended again.
                    (folder / INDEX).parent.mkdir(exist_ok=True)
                    for name in (INDEX, LIBRARY, MANIFEST):
                        swap(beside / name, folder / name)
            except OSError as error:
                told = f"重新生成的第 {number} 号发布没能存下（{error}），下次启动还要再做一遍"
                release.findings += (told,)
            return release

    def _make(self, folder: Folder, text: str, note: str, now: datetime) -> Release:
        before, library = self.library(), folder.library()
        manifest = Manifest(
            number=self.shelf.next_number(),
            created=now.isoformat(timespec="seconds"),
            note=note,
            fingerprint=folder.fingerprint,
            files={f"{FILES}/{name}": _hash(content) for name, content in folder.files.items()},
            changed=list(changed_parts(before, library)) if before else [],
        )
        with self.shelf.beside("building") as beside:
            for name, content in folder.files.items():  # first: no room is noticed early
                path = beside / FILES / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            index = build(library.newest())
            _write(beside, _described(manifest, library), text, index)
            manifest = read_manifest(beside, manifest.number)
            if damaged(beside, manifest):
                raise OSError("写下的和读回的不一样")
            release = self._open(beside, manifest)  # proved to work
            swap(beside, self.shelf.folder(manifest.number))
        return release

    def _newest_with(self, text: str) -> Release | None:
        """The newest release if it holds this very library and is whole."""
        for number in self.shelf.numbers()[-1:]:
            with suppress(*UNREADABLE):
                manifest = read_manifest(self.shelf.folder(number), number)
                if manifest.files[LIBRARY] == _hash(text.encode()):
                    release = self._open_whole(number)
                    return None if release.findings else release
        return None

    def _open(self, folder: Path, manifest: Manifest) -> Release:
        """Open what lies on disk, and prove that its index answers for its library."""
        library = bundle.load(read(folder / LIBRARY))
        release = self._release(manifest, library, open_index(folder / "index"))
        for entry in entries(library.newest())[:1]:
            if not release.finds(title_of(entry)):
                raise ValueError("the index does not find its own first title")
        return release

    def _release(self, manifest: Manifest, library: Library, index: Index) -> Release:
        newest = library.newest()
        meaning = learn(newest, self._encode, self.root).score if self._encode else None
        return Release(manifest, library, Searcher(newest, index, meaning=meaning))


def _hash(content: bytes) -> str:
    return sha256(content).hexdigest()


def _described(manifest: Manifest, library: Library) -> Manifest:
    newest = library.newest()
    return replace(
        manifest,
        guides=len(newest.guides),
        redlines=len(newest.redlines),
        engine=ENGINE,
    )


def _write(folder: Path, manifest: Manifest, text: str, index: Index) -> None:
    """Library, index and, with their hashes, the manifest of one release."""
    (folder / LIBRARY).write_text(text, encoding="utf-8")
    save(index, folder / "index")
    files = manifest.files | hashes(folder, (LIBRARY, INDEX))
    write_manifest(folder, replace(manifest, files=files))
