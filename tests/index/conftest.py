"""One release of the small library, built once and copied for each test."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from guides.folder import read_folder
from index.releases import Releases
from tests.small_library import write_library

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with release 1."""
    folder = tmp_path_factory.mktemp("released")
    Releases(folder / "var").publish(read_folder(write_library(folder)), "第一版", NOW)
    return folder / "var"


@pytest.fixture
def releases(tmp_path: Path, library: Path, released: Path) -> Releases:
    """Release 1 of ``library`` as it is before the test changes it."""
    shutil.copytree(released, tmp_path / "var")
    return Releases(tmp_path / "var")
