"""What every room's tests share: a small library of invented law."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.real_library import release_library
from tests.small_library import write_library


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return write_library(tmp_path)


@pytest.fixture
def shared() -> Path:
    """The folder of statutes and questions beside the checkout; skips where it is absent."""
    folder = Path(__file__).parents[2] / "shared"
    if not folder.is_dir():
        pytest.skip("../shared is not here")
    return folder


@pytest.fixture(scope="session")
def real_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which the real guides are release 1; to be copied by who changes it."""
    return release_library(tmp_path_factory.mktemp("released"))
