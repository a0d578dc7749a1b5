"""SIGKILL while warnings go out: every one arrives, none twice unmarked; both databases."""

from __future__ import annotations

import pytest

from benchmarks.outbox import run

COUNT, KILLS, WORKERS = 400, 4, 2


def test_kill_nine(database_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    outcome = run(database_url, COUNT, KILLS, WORKERS, lease=3.0)
    with capsys.disabled():
        print(f"\n{outcome}")
    assert outcome.kills == KILLS
    assert outcome.lost == 0
    assert outcome.unmarked_repeats == 0
    assert outcome.marked > 0, "no kill met a message on its way: nothing was tried"
