"""kill -9 around ticks and clocks, a small run of ``benchmarks.ticks`` (500 deaths there)."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.bot.conftest import ROOT
from tests.fake_telegram import PATIENCE


@pytest.mark.parametrize("kills", [5, pytest.param(40, marks=pytest.mark.stress)])
def test_what_was_confirmed_is_there(database_url: str, seed: int, kills: int) -> None:
    chosen = ["--kills", str(kills), "--seed", str(seed), "--database", database_url]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.ticks", *chosen],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=5 * PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert ", 0 lost" in done.stdout
    confirmed = int(done.stdout.split("kills, ")[1].split()[0])
    assert confirmed >= kills


def test_the_count_can_tell_a_loss() -> None:
    from benchmarks.ticks import Told

    told = Told()
    for line in ("? step/look 1", "! step/look 1", "? step/look 0", "? clock/abcdefgh 1"):
        told.hear(line)
    assert told.confirmed == {"step/look": "1"}
    assert set(told.open) == {"step/look", "clock/abcdefgh"}
    assert told.count == 1
