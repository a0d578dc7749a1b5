"""Processes that a test has to find, as the system lists them."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path


def children(parent: int, module: str) -> list[int]:
    """Children of a process that run a module of Python's."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            status = (folder / "status").read_text(encoding="utf-8")
            line = (folder / "cmdline").read_bytes().decode()
            if f"\nPPid:\t{parent}\n" in status and f"\0{module}\0" in line:
                found.append(int(folder.name))
    return found


def runs(pid: int) -> bool:
    """Whether it has not ended yet."""
    with suppress(OSError):
        return "Z (zombie)" not in Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return False
