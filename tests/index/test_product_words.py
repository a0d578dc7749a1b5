"""What the product itself calls things is never refused, whoever asks how."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

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


def test_nothing_that_the_library_names_is_refused(release: Release) -> None:
    named = topics(release.library)
    named += [redline.title for redline in release.library.redlines]
    refused = [
        asked
        for topic in named
        for frame in FRAMES
        if release.ask(asked := frame.format(topic), TODAY).outcome is Outcome.REFUSE
    ]
    assert len(named) > 1000
    assert not refused


def test_no_label_of_a_button_is_refused(
    release: Release, real_release: Path, tmp_path: Path
) -> None:
    found = set(labels(Path(shutil.copytree(real_release, tmp_path / "var"))))
    assert len(found) > 200
    refused = [
        asked
        for label in found
        for frame in FRAMES
        if release.ask(asked := frame.format(label), TODAY).outcome is Outcome.REFUSE
    ]
    assert not refused


def test_a_title_opens_its_guide(release: Release) -> None:
    for guide in release.library.guides:
        answer = release.ask(guide.title, TODAY)
        assert answer.outcome is Outcome.ANSWER, guide.title
        assert answer.guides[0].guide.id == (guide.sheet_of or guide.id)
