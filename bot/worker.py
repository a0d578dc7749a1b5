"""The process in which releases are made, beside the one that serves.

    python -m bot.worker WORK

Whoever serves comes first: what is made here waits for the processor and the disk (on Linux
the disk follows the niceness). Standard input is the life line: when its other end is gone,
nobody wants the release any more, and what was half made is cleared away by the next.
"""

from __future__ import annotations

import os
import signal
import sys
from threading import Thread

_NICENESS = 10  # of 19: on a busy machine the last ones get nothing at all


def main() -> None:
    os.nice(_NICENESS)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is meant for the program
    Thread(target=_live_as_long_as_the_other, daemon=True).start()
    answer = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what libraries print is no answer
    import bot.screens.fit  # noqa: F401  registers this room's checks
    from index.worker import work  # only now: loading it is most of the start

    with os.fdopen(answer, "w", encoding="ascii") as told:
        told.write(work(sys.argv[1]))
    os._exit(0)  # all is said and on disk: taking everything apart would only take time


def _live_as_long_as_the_other() -> None:
    os.read(sys.stdin.fileno(), 1)
    os._exit(1)


if __name__ == "__main__":
    main()
