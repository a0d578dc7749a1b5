"""Releases: checked guides and their index, under one number.

A release is built beside the others, opened once to prove that it works, and only
then renamed into place; ``current`` names the one that is served. Everything but
``files/`` (the guides as published) can be rebuilt from it.

    <data>/releases/0001/manifest.json  library.json  index/  files/
    <data>/releases/current
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import Any

from guides import bundle
from guides.folder import Folder, fingerprint, library_files, read_folder
from guides.library import Library
from index.analysis import clauses
from index.answers import MOST_GUIDES, Answer, Ranked
from index.building import build, entries, open_index, save, title_of
from index.judging import Judgement, Outcome, judge
from index.meaning import Encode, learn
from index.searching import Searcher

# Raised whenever building or searching changes what is stored: older indexes are rebuilt.
ENGINE = 5


class NoRelease(Exception):
    """There is nothing to serve, and why."""


@dataclass(frozen=True)
class Manifest:
    number: int
    created: str  # ISO 8601
    note: str
    guides: int
    redlines: int
    fingerprint: str
    library_sha256: str
    engine: int


class Release:
    """One opened release; safe to ask from several threads."""

    def __init__(self, manifest: Manifest, library: Library, searcher: Searcher) -> None:
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

    def _judge(self, question: str, explain: bool) -> Judgement:
        found = self._searcher.search(question, explain)
        return judge(found, lambda: [self._searcher.search(part) for part in clauses(question)])


class Releases:
    """The releases below one data folder."""

    def __init__(self, data: Path, encode: Encode | None = None) -> None:
        """``encode``: a sentence model, for what is opened here; releases are the same without."""
        self.root = data / "releases"
        self._encode = encode

    def list(self) -> list[Manifest]:
        """Every readable release, oldest first."""
        found = []
        for folder in sorted(self.root.glob("[0-9]*")):
            try:
                found.append(_read_manifest(folder))
            except (OSError, ValueError, TypeError):
                continue  # an unreadable manifest: not offered, its number stays taken
        return found

    def current_number(self) -> int | None:
        try:
            return int((self.root / "current").read_text())
        except (OSError, ValueError):
            return None

    def publish(self, folder: Folder, note: str, now: datetime) -> Release:
        """Build a release from a folder without errors (the caller has checked) and serve it."""
        with self._locked():
            number = 1 + max((int(p.name) for p in self.root.glob("[0-9]*")), default=0)
            beside = self.root / f".building-{os.getpid()}"
            shutil.rmtree(beside, ignore_errors=True)
            try:
                _copy_files(folder.root, beside / "files")
                # What is published is what was copied, even if an editor saved meanwhile.
                same = fingerprint(beside / "files") == folder.fingerprint
                published = folder if same else read_folder(beside / "files")
                manifest = _fill(beside, published, number, note, now)
                release = self._open(beside, manifest)  # proved, and held in memory from here on
                beside.rename(self.root / _name(number))
            finally:
                shutil.rmtree(beside, ignore_errors=True)
            self._point_at(number)
        return release

    def rollback(self, number: int) -> Release:
        """Serve an earlier release again; NoRelease when it cannot be opened."""
        release = self.load(number)
        with self._locked():
            self._point_at(number)
        return release

    def current(self) -> Release:
        """The served release; a lost pointer or a damaged index is mended on the way."""
        number = self.current_number()
        if number is None:
            known = self.list()
            if not known:
                raise NoRelease("还没有发布过任何版本")
            number = known[-1].number
        return self.load(number)

    def load(self, number: int) -> Release:
        folder = self.root / _name(number)
        if not folder.is_dir():
            raise NoRelease(f"没有第 {number} 号发布；用 releases 命令看有哪些")
        try:
            manifest = _read_manifest(folder)
            if manifest.engine != ENGINE:
                raise ValueError("made by another version of the program")
            return self._open(folder, manifest)
        except Exception:  # noqa: BLE001 - whatever is damaged, the guides can rebuild it
            with self._locked():
                return self._mend(number)

    def _mend(self, number: int) -> Release:
        """Rebuild library and index of a release from its own files."""
        folder = self.root / _name(number)
        beside = self.root / f".mending-{os.getpid()}"
        shutil.rmtree(beside, ignore_errors=True)
        try:
            try:
                old = _read_manifest(folder)
                note, created = old.note, datetime.fromisoformat(old.created)
            except (OSError, ValueError, TypeError):
                note = "（说明已损坏）"
                created = datetime.fromtimestamp(folder.stat().st_mtime).astimezone()
            try:
                shutil.copytree(folder / "files", beside / "files")
                published = read_folder(beside / "files")
            except OSError as error:
                raise NoRelease(
                    f"第 {number} 号发布已损坏，其中的指引文件也读不出（{error}）；"
                    "用 rollback 换一个发布，或者重新 publish"
                ) from error
            manifest = _fill(beside, published, number, note, created)
            release = self._open(beside, manifest)
            discarded = self.root / f".damaged-{os.getpid()}"
            folder.rename(discarded)
            beside.rename(folder)
            shutil.rmtree(discarded, ignore_errors=True)
            return release
        finally:
            shutil.rmtree(beside, ignore_errors=True)

    def _open(self, folder: Path, manifest: Manifest) -> Release:
        """Open and prove: the library is the one that was indexed, and the index answers."""
        text = (folder / "library.json").read_text(encoding="utf-8")
        if sha256(text.encode()).hexdigest() != manifest.library_sha256:
            raise ValueError("library.json does not match its manifest")
        library = bundle.load(text)
        newest = library.newest()
        meaning = learn(newest, self._encode, self.root).score if self._encode else None
        searcher = Searcher(newest, open_index(folder / "index"), meaning=meaning)
        for entry in entries(newest)[:1]:
            if not searcher.search(title_of(entry)).guides:
                raise ValueError("the index does not find its own first title")
        return Release(manifest, library, searcher)

    def _point_at(self, number: int) -> None:
        beside = self.root / f".current-{os.getpid()}"
        beside.write_text(str(number))
        beside.replace(self.root / "current")

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One builder at a time, across processes."""
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / ".lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield


def _name(number: int) -> str:
    return f"{number:04d}"


def _copy_files(source: Path, target: Path) -> None:
    for path in library_files(source):
        copy = target / path.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)


def _fill(folder: Path, published: Folder, number: int, note: str, now: datetime) -> Manifest:
    """Write library, index and manifest of one release into ``folder``."""
    text = bundle.dump(published)
    library = published.library().newest()
    (folder / "library.json").write_text(text, encoding="utf-8")
    save(build(library), folder / "index")
    manifest = Manifest(
        number=number,
        created=now.isoformat(timespec="seconds"),
        note=note,
        guides=len(library.guides),
        redlines=len(library.redlines),
        fingerprint=published.fingerprint,
        library_sha256=sha256(text.encode()).hexdigest(),
        engine=ENGINE,
    )
    described = json.dumps(asdict(manifest), ensure_ascii=False, indent=1)
    (folder / "manifest.json").write_text(described, encoding="utf-8")
    return manifest


def _read_manifest(folder: Path) -> Manifest:
    raw: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return Manifest(**raw)
