"""SIGKILL while warnings go out: every one arrives, none twice unmarked; both databases."""

from __future__ import annotations

import pytest

from benchmarks.outbox import run

WORKERS = 2


def test_kill_nine(database_url: str, seed: int) -> None:
    outcome = run(database_url, 150, 2, WORKERS, seed=seed, lease=3.0)
    print(outcome)
    assert outcome.kills == 2
    assert outcome.sound


@pytest.mark.stress
def test_kill_nine_again_and_again(database_url: str) -> None:
    outcome = run(database_url, 400, 4, WORKERS, lease=3.0)
    print(outcome)
    assert outcome.kills == 4
    assert outcome.lost == 0
    assert outcome.unmarked_repeats == 0
    assert outcome.marked > 0, "no kill met a message on its way: nothing was tried"
