"""A release of the small library, for each test its own."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from index.releases import Releases

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


@pytest.fixture
def releases(released: Path) -> Releases:
    """Release 1 of ``library`` as it is before the test changes it."""
    return Releases(released)
