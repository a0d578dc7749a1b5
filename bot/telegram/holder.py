"""The name under which a process has updates in hand."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from secrets import token_hex


def holder_of(folder: Path) -> str:
    """The name of the data folder, while nobody else runs on it; else one of its own.

    So what a process that died had in hand is known by the next one as its own, and need not
    wait for its lease to end. A copy of a folder is another file, and has another name.
    """
    try:
        file = os.open(folder / "telegram.holder", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:  # a disk that takes nothing
        return token_hex(8)
    try:  # never closed: the lock ends with the process
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        name = os.read(file, 16).decode("ascii", "replace")
        if not name:
            name = token_hex(8)
            os.write(file, name.encode())
    except OSError:
        os.close(file)
        return token_hex(8)
    return f"{name}-{os.fstat(file).st_ino}"
