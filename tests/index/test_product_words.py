"""What the product itself calls things is never refused, whoever asks how."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from random import Random

import pytest

from bot.house import assemble
from bot.people.roles import Role
from bot.screens.reply import Event, EventKind
from bot.settings import Settings
from index.builder import topics
from index.judging import Outcome
from index.releases import Release, Releases
from tests.real_library import LIBRARY, NOW

TODAY = date(2026, 11, 30)
FRAMES = ("{}", "{}怎么办", "帮我看看{}", "领导让我问{}")
MOST_SCREENS = 400


@pytest.fixture(scope="module")
def release(real_release: Path) -> Release:
    return Releases(real_release).current()


def labels(data: Path) -> Iterator[str]:
    """Of every button that can be reached from the first screen without changing anything."""
    house = assemble(Settings(data=data, library=LIBRARY), lambda: NOW)
    house.serving.refresh(NOW)
    try:
        waiting, seen = ["home", "help", "walks", "clocks"], set[str]()
        while waiting and len(seen) < MOST_SCREENS:
            address = waiting.pop(0)
            if address in seen:
                continue
            seen.add(address)
            pressed = Event("a", EventKind.PRESS, address, Role.ADMIN)
            for button in house.assistant.handle(pressed).buttons():
                yield button.label
                waiting.append(button.address)
    finally:
        house.database.close()


def named(release: Release) -> list[str]:
    found = topics(release.library)
    found += [redline.title for redline in release.library.redlines]
    assert len(found) > 1000
    return found


def refused(release: Release, asked: Iterable[str]) -> list[str]:
    return [words for words in asked if release.ask(words, TODAY).outcome is Outcome.REFUSE]


def test_nothing_that_the_library_names_is_refused(release: Release, chance: Random) -> None:
    """Each asked in one of the ways, another one in each run; ``make stress`` asks in all."""
    asked = [chance.choice(FRAMES).format(topic) for topic in named(release)]
    assert not refused(release, asked)


@pytest.mark.stress
def test_nothing_is_refused_however_it_is_asked(release: Release) -> None:
    asked = [frame.format(topic) for topic in named(release) for frame in FRAMES]
    assert not refused(release, asked)


def test_no_label_of_a_button_is_refused(
    release: Release, real_release: Path, tmp_path: Path
) -> None:
    found = set(labels(Path(shutil.copytree(real_release, tmp_path / "var"))))
    assert len(found) > 200
    assert not refused(release, [frame.format(label) for label in found for frame in FRAMES])


def test_a_title_opens_its_guide(release: Release) -> None:
    for guide in release.library.guides:
        answer = release.ask(guide.title, TODAY)
        assert answer.outcome is Outcome.ANSWER, guide.title
        assert answer.guides[0].guide.id == (guide.sheet_of or guide.id)
