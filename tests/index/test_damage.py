"""Releases damaged at random: the same answers, no lost guide, and it is said where and what."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

import pytest

from guides.folder import read_folder
from guides.library import Library
from index import releases as releases_module
from index.builder import Index, build
from index.releases import NoRelease, Release, Releases
from tests.small_library import change, revise, write_library

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
QUESTIONS = ("黑伞挡路了太重", "口哨半夜响", "好看的顺走那把偷偷拿回家", "伞几时退", "火星土豆", "")


def answers(release: Release) -> list[object]:
    """All that an officer could notice, and every guide and redline as it is written."""
    told = [release.ask(question, date(2026, 11, 21)) for question in QUESTIONS]
    shown = [(a.outcome, [(r.guide.id, r.score) for r in a.guides], a.redline) for a in told]
    return [*shown, release.library.guides, release.library.redlines, release.library.words]


@dataclass
class Published:
    """Two releases, the second served, and what each of them answers."""

    data: Path
    answers: dict[int, list[object]]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    folder = tmp_path_factory.mktemp("published")
    library, releases = write_library(folder), Releases(folder / "var")
    first = releases.publish(read_folder(library), "第一版", NOW)
    guide = library / "scene" / "umbrella.yaml"
    change(guide, "title: 收缴雨伞", "title: 收缴大伞")
    change(library / "asked" / "whistle.txt", "口哨半夜响", "口哨半夜里响")
    revise(guide)
    second = releases.publish(read_folder(library), "第二版", NOW)
    return Published(folder / "var", {1: answers(first), 2: answers(second)})


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """One library is built once only, and nothing waits for a disk: 300 damages take seconds.
    That building gives the same each time, another test shows."""
    monkeypatch.setattr("index.sealed._sync", lambda path: None)
    known: dict[str, Index] = {}

    def build_once(library: Library) -> Index:
        key = repr((library.guides, library.redlines, library.words))
        if key not in known:
            known[key] = build(library)
        return known[key]

    monkeypatch.setattr(releases_module, "build", build_once)


def _flip(path: Path, random: Random) -> None:
    content = bytearray(path.read_bytes())
    content[random.randrange(len(content))] ^= 1 << random.randrange(8)
    path.write_bytes(content)


def _zero(path: Path, random: Random) -> None:
    content = bytearray(path.read_bytes())
    start = random.randrange(len(content))
    content[start : start + 512] = bytes(len(content[start : start + 512]))
    path.write_bytes(content)


def _cut(path: Path, random: Random) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: random.randrange(len(content))])


def _other(path: Path, random: Random) -> None:
    """The file of the same name in the other release, or garbage."""
    number = "0001" if "0002" in path.parts else "0002"
    other = Path(*(number if part in ("0001", "0002") else part for part in path.parts))
    path.write_bytes(other.read_bytes() if other.is_file() else random.randbytes(300))


def _delete(path: Path, random: Random) -> None:
    path.unlink()


def _delete_folder(path: Path, random: Random) -> None:
    if path.parent.name in ("0001", "0002", "releases"):
        path.unlink()
    else:
        shutil.rmtree(path.parent)


def _folder(path: Path, random: Random) -> None:
    path.unlink()
    path.mkdir()


def _pipe(path: Path, random: Random) -> None:
    path.unlink()
    os.mkfifo(path)


KINDS: tuple[Callable[[Path, Random], None], ...] = (
    *(_flip, _flip, _zero, _cut, _other, _delete, _delete_folder, _folder, _pipe),
)


def damage(root: Path, whole: dict[str, bytes], random: Random) -> set[str]:
    """Names of what is no more as it was: ``current``, ``0001/...``, ``0002/...``."""
    # Each part of a release as often as any other, however many files it has.
    parts = sorted({"/".join(name.split("/")[:2]) for name in whole})
    for _ in range(random.choice((1, 1, 2, 3))):
        part = random.choice(parts)
        names = [name for name in whole if f"{name}/".startswith(f"{part}/")]
        path = root / random.choice(sorted(names))
        if path.is_file() and path.stat().st_size:
            random.choice(KINDS)(path, random)
    after = contents(root)
    return {name for name, content in whole.items() if after.get(name) != content}


def contents(root: Path) -> dict[str, bytes]:
    files = (path for path in root.rglob("*") if path.is_file() and path.name != ".lock")
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


def restore(root: Path, whole: dict[str, bytes]) -> None:
    after = contents(root)
    for pipe in [path for path in root.rglob("*") if path.is_fifo()]:
        pipe.unlink()
    for name in after.keys() - whole.keys():
        (root / name).unlink()
    for name, content in whole.items():
        if after.get(name) != content:
            path = root / name
            if path.is_dir():
                shutil.rmtree(path)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


@pytest.mark.usefixtures("quick")
def test_random_damage_changes_no_answer(published: Published, tmp_path: Path, seed: int) -> None:
    mended, _, _ = damage_again_and_again(published, tmp_path / "var", range(seed, seed + 40))
    assert mended, "the damages must try mending"


@pytest.mark.stress
@pytest.mark.usefixtures("quick")
def test_three_hundred_damages(published: Published, tmp_path: Path) -> None:
    mended, fell_back, lost = damage_again_and_again(published, tmp_path / "var", range(300))
    assert mended > 50, "the damages must try mending"
    assert fell_back > 10, "the damages must try falling back"
    assert lost < 30


def damage_again_and_again(published: Published, data: Path, seeds: range) -> tuple[int, int, int]:
    """How often the newest release was mended, an older one was served, and none was left."""
    as_published = contents(published.data / "releases")
    mended = fell_back = lost = 0
    for seed in seeds:
        restore(data / "releases", as_published)
        touched = damage(data / "releases", as_published, Random(seed))
        whole = [n for n in (2, 1) if not any(name.startswith(f"000{n}") for name in touched)]
        try:
            release = Releases(data).current()
        except NoRelease as error:
            assert not whole, f"seed {seed}: {touched}: {error}"
            lost += 1
            continue
        assert release.number >= max(whole, default=1), f"seed {seed}: {touched}"
        assert answers(release) == published.answers[release.number], f"seed {seed}: {touched}"
        told = "".join(release.findings)
        if 2 not in whole:
            assert "第 2 号" in told, f"seed {seed}: {touched} and not a word"
        elif "current" in touched:
            assert "current" in told, f"seed {seed}: {touched} and not a word"
        else:
            assert told == "", f"seed {seed}: nothing that is served was touched"
        mended += release.number == 2 and 2 not in whole
        fell_back += release.number == 1
    return mended, fell_back, lost
