"""kill -9 around ticks and clocks, a small run of ``benchmarks.ticks`` (500 deaths there)."""

from __future__ import annotations

import subprocess
import sys

from tests.bot.conftest import ROOT


def test_what_was_confirmed_is_there(tmp_path: object, database_url: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.ticks", "--kills", "40", "--database", database_url],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert ", 0 lost" in done.stdout
    confirmed = int(done.stdout.split("kills, ")[1].split()[0])
    assert confirmed >= 40


def test_the_count_can_tell_a_loss() -> None:
    from benchmarks.ticks import Told

    told = Told()
    for line in ("? step/look 1", "! step/look 1", "? step/look 0", "? clock/abcdefgh 1"):
        told.hear(line)
    assert told.confirmed == {"step/look": "1"}
    assert set(told.open) == {"step/look", "clock/abcdefgh"}
    assert told.count == 1
