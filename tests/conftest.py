"""What every room's tests share: a small library of invented law, releases that are built once,
and the number from which tests draw what is random in them."""

from __future__ import annotations

import os
import secrets
import shutil
from datetime import datetime
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest

from guides.folder import read_folder
from index.releases import Releases
from tests.once import once
from tests.real_library import release_library
from tests.small_library import write_library

SEED = "TEST_SEED"
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def pytest_configure() -> None:
    # In the environment, so that all workers draw from the same number.
    os.environ.setdefault(SEED, str(secrets.randbelow(10**6)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.write_line(f"{SEED}={os.environ[SEED]} tries the same kills and damages again")


@pytest.fixture
def seed() -> int:
    """Another one in each run; said at its end, and given to the next one it repeats it."""
    return int(os.environ[SEED])


@pytest.fixture
def chance(seed: int) -> Random:
    return Random(seed)


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
    return once(tmp_path_factory, "real", release_library)


@pytest.fixture(scope="session")
def small_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which the small library is release 1; to be copied."""
    return once(tmp_path_factory, "small", _release_small)


def _release_small(data: Path) -> None:
    Releases(data).publish(read_folder(write_library(data.parent)), "第一版", NOW)


@pytest.fixture
def released(tmp_path: Path, library: Path, small_release: Path) -> Path:
    """A data folder of the test's own in which ``library`` is release 1: a process that starts
    there has nothing to build."""
    return Path(shutil.copytree(small_release, tmp_path / "var"))
