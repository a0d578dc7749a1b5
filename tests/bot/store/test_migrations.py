"""Several replicas that start at once on a fresh PostgreSQL, each a process of its own."""

from __future__ import annotations

import subprocess
import sys

from tests import postgresql as postgres
from tests.bot.conftest import ROOT
from tests.fake_telegram import PATIENCE

# Says when it is ready, waits to be told to go, and says how it went; once for each database.
_REPLICA = """
import sys
from bot.store.database import Database

for url in sys.argv[1:]:
    print("ready", flush=True)
    sys.stdin.readline()
    Database(url).migrate()
    print("done", flush=True)
"""


def test_replicas_that_start_at_once_make_the_tables_once(postgresql: str) -> None:
    urls = [postgres.fresh(postgresql) for _ in range(3)]
    replicas = [
        subprocess.Popen(
            [sys.executable, "-c", _REPLICA, *urls],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for _ in urls:
        for one in replicas:
            assert one.stdout
            assert one.stdout.readline() == "ready\n"
        for one in replicas:
            assert one.stdin
            one.stdin.write("go\n")
            one.stdin.flush()
        told = [one.stdout.readline() for one in replicas if one.stdout]
        assert told == ["done\n", "done\n"], [one.communicate()[1] for one in replicas]
    for one in replicas:
        one.communicate(timeout=PATIENCE)
        assert one.returncode == 0
