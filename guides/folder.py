"""The library folder as it lies on disk: every file read, every problem kept.

Reading never stops at the first broken file; ``Folder.library`` is what could be
read, and it is only served when ``guides.checks`` finds no error.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from guides.areas import Area
from guides.disk import NotRead, is_hidden, printable, read_bytes
from guides.holidays import Calendar, read_overrides
from guides.laws import Catalogue, CatalogueError
from guides.library import ASIDES, Library
from guides.model import Aside, Guide, Redline
from guides.parts import Status
from guides.problems import Mark, Problem
from guides.reading import Read, read_guide, read_redline
from guides.words import WordGroup
from guides.yaml_source import Source, read_text, read_yaml

RETIRED, REDLINES, ASKED = "retired", "redlines", "asked"
_TOP = ("areas.yaml", "holidays.yaml", "laws.yaml", "words.yaml")
LAWS_MAX_BYTES = 1024 * 1024  # facts about every law: one long list, not a guide
_T = TypeVar("_T")


@dataclass(frozen=True)
class AskedFile:
    """The phrasings of one guide or redline, each with its line."""

    path: Path
    lines: tuple[tuple[int, str], ...]
    text: str  # the file as it was read

    @property
    def id(self) -> str:
        return self.path.stem

    @property
    def phrasings(self) -> tuple[str, ...]:
        return tuple(text for _, text in self.lines)


@dataclass(frozen=True)
class Folder:
    root: Path
    areas: tuple[Area, ...]
    guides: tuple[Read[Guide], ...]
    redlines: tuple[Read[Redline], ...]
    asked: tuple[AskedFile, ...]
    words: tuple[WordGroup, ...]
    words_source: Source | None
    laws: Catalogue
    laws_data: Any
    holidays_data: Any
    problems: tuple[Problem, ...]
    unread: tuple[Path, ...]
    files: Mapping[str, bytes]  # as they were read, by their names below the root

    @cached_property
    def fingerprint(self) -> str:
        """Of what was read, whatever happened to the files on disk since."""
        return _fingerprint(self.files)

    @cached_property
    def asked_by_id(self) -> dict[str, AskedFile]:
        return {file.id: file for file in self.asked}

    def read_guides(self) -> Iterator[tuple[Source, Guide]]:
        """Every guide whose file could be read, with the places of its values."""
        for read in self.guides:
            if read.model is not None:
                yield read.source, read.model

    @cached_property
    def ids(self) -> tuple[frozenset[str], frozenset[str]]:
        """Ids of (guides, redlines), those of files that could not be read included:
        one broken file must not make every mention of it a problem as well."""
        guides = frozenset(_id_of(read.source) for read in self.guides)
        return guides, frozenset(_id_of(read.source) for read in self.redlines)

    def current(self) -> Iterator[tuple[Source, Guide]]:
        """Guides that are or will be served: neither drafts nor retired."""
        for source, guide in self.read_guides():
            if guide.status is Status.IN_FORCE:
                yield source, guide

    def read_redlines(self) -> Iterator[tuple[Source, Redline]]:
        for read in self.redlines:
            if read.model is not None:
                yield read.source, read.model

    def library(self) -> Library:
        return Library(
            areas=self.areas,
            guides=tuple(
                guide.model_copy(update={"asked": self._phrasings(guide.id)})
                for _, guide in self.read_guides()
            ),
            redlines=tuple(
                redline.model_copy(update={"asked": self._phrasings(redline.id)})
                for _, redline in self.read_redlines()
            ),
            words=self.words,
            laws=self.laws,
            calendar=Calendar(read_overrides(self.holidays_data)),
            asides=tuple(
                Aside(id=owner, asked=phrasings)
                for owner in ASIDES
                if (phrasings := self._phrasings(owner))
            ),
        )

    def _phrasings(self, owner: str) -> tuple[str, ...]:
        file = self.asked_by_id.get(owner)
        return file.phrasings if file else ()


def _id_of(source: Source) -> str:
    named = source.data.get("id") if isinstance(source.data, dict) else None
    return named if isinstance(named, str) else source.path.stem.partition("@")[0]


def library_files(root: Path) -> list[Path]:
    """Every file of the library, in a fixed order: what is read, hashed, and published.

    A name decides, not what lies behind it: a guide that cannot be opened is a problem, not
    a guide less. Links are followed, so that a linked folder is read, hashed and copied alike.
    """
    return [path for path in _everything(root) if _belongs(path, root)]


def unread_files(root: Path) -> list[Path]:
    """What lies in the folder and is not part of the library; of a folder, only its name."""
    return [path for path in _everything(root) if not _belongs(path, root)]


def _everything(root: Path) -> Iterator[Path]:
    """Files and folders on the two levels there are; folders of guides are looked into."""
    for path in _inside(root) or ():
        inside = None if is_hidden(path.name) else _inside(path)
        yield from [path] if inside is None else inside


def _inside(folder: Path) -> list[Path] | None:
    """None for what is no folder, or one that cannot be looked into."""
    try:
        return sorted(folder.iterdir())
    except OSError:
        return None


def _belongs(path: Path, root: Path) -> bool:
    if is_hidden(path.name) or _inside(path) is not None or printable(path) != str(path):
        return False
    if path.parent == root:
        return path.name in _TOP
    return path.suffix == (".txt" if path.parent.name == ASKED else ".yaml")


def fingerprint(root: Path) -> str:
    """One hash over the names and bytes of all files: equal means nothing changed."""
    return _fingerprint({_name(path, root): _content(path) for path in library_files(root)})


def _content(path: Path) -> bytes:
    try:
        return read_bytes(path, LAWS_MAX_BYTES)
    except NotRead as error:  # never published: reading it is a problem
        return error.wrong.encode()


def _fingerprint(files: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name in sorted(files, key=PurePosixPath):
        digest.update(name.encode() + b"\0")
        digest.update(hashlib.sha256(files[name]).digest())
    return digest.hexdigest()


def _name(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()


def read_folder(root: Path) -> Folder:
    """Read all files below ``root``; only a missing folder raises (FileNotFoundError)."""
    if not root.is_dir():
        raise FileNotFoundError(f"没有找到指引文件夹 {root}；用 MINGBAI_LIBRARY 指出它在哪里")
    files = library_files(root)
    if not files:
        raise FileNotFoundError(f"指引文件夹 {root} 是空的，或者没有读取权限；检查 MINGBAI_LIBRARY")
    problems: list[Problem] = []
    areas, areas_source = _read_list(root / "areas.yaml", Area, problems)
    words: tuple[WordGroup, ...] = ()
    words_source: Source | None = None
    if root / "words.yaml" in files:
        words, words_source = _read_list(root / "words.yaml", WordGroup, problems)
    guides: list[Read[Guide]] = []
    redlines: list[Read[Redline]] = []
    asked: list[AskedFile] = []
    for path in files:
        if path.parent == root:
            continue
        if path.parent.name == ASKED:
            asked.append(_read_asked(path, problems))
        elif path.parent.name == REDLINES:
            redlines.append(read_redline(path))
        else:
            guides.append(read_guide(path))
    problems += [problem for read in guides for problem in read.problems]
    problems += [problem for read in redlines for problem in read.problems]
    laws, laws_source = _read_laws(root / "laws.yaml", problems)
    holidays = None
    if root / "holidays.yaml" in files:
        holidays = _read_holidays(root / "holidays.yaml", problems)
    sources = [areas_source, words_source, laws_source, holidays]
    sources += [read.source for read in guides] + [read.source for read in redlines]
    texts = {source.path: source.text for source in sources if source}
    texts |= {file.path: file.text for file in asked}
    return Folder(
        root=root,
        areas=areas,
        guides=tuple(guides),
        redlines=tuple(redlines),
        asked=tuple(asked),
        words=words,
        words_source=words_source,
        laws=laws,
        laws_data=laws_source.data or [],
        holidays_data=holidays.data if holidays else None,
        problems=tuple(problems),
        unread=tuple(unread_files(root)),
        files={_name(path, root): text.encode() for path, text in texts.items()},
    )


def _read_list(
    path: Path, shape: type[_T], problems: list[Problem]
) -> tuple[tuple[_T, ...], Source]:
    source = read_yaml(path)
    problems.extend(source.problems)
    if source.data is None:
        return (), source
    try:
        # Through JSON, as for guides: strict types, yet lists may become tuples.
        adapter = TypeAdapter(tuple[shape, ...])  # type: ignore[valid-type]
        return adapter.validate_json(json.dumps(source.data)), source
    except ValidationError as error:
        for details in error.errors():
            wrong = f"{path.name} 的写法不对（{details['msg']}）"
            mark = source.mark(details["loc"])
            problems.append(Problem(path, mark, "G015", wrong, "照文件里其他各项的样子写"))
        return (), source


def _read_laws(path: Path, problems: list[Problem]) -> tuple[Catalogue, Source]:
    source = read_yaml(path, limit=LAWS_MAX_BYTES)
    problems.extend(source.problems)
    try:
        return Catalogue.from_mapping(source.data or []), source
    except CatalogueError as error:
        mend = "照文件开头的说明和其他各项的样子写"
        problems += [Problem(path, source.mark(loc), "G015", w, mend) for loc, w in error.problems]
        return Catalogue.from_mapping([]), replace(source, data=None)


def _read_holidays(path: Path, problems: list[Problem]) -> Source:
    source = read_yaml(path)
    problems.extend(source.problems)
    try:
        read_overrides(source.data)
    except ValueError as error:
        problems.append(_wrong_shape(path, error))
        return replace(source, data=None)
    return source


def _wrong_shape(path: Path, error: ValueError) -> Problem:
    return Problem(path, Mark(), "G015", f"{path.name}：{error}", "照文件里其他各项的样子写")


def _read_asked(path: Path, problems: list[Problem]) -> AskedFile:
    text, unreadable = read_text(path)
    problems.extend(unreadable)
    lines = tuple(
        (number, line.strip())
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip() and not line.lstrip().startswith("#")
    )
    return AskedFile(path, lines, text)
