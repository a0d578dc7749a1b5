"""The data folder is nobody else's on the machine: what is in it says who asks and what they do."""

from __future__ import annotations

from pathlib import Path

OTHERS = 0o077  # what group and others might do
_OURS = ("audit.*", "laws", "log", "mingbai.db*", "releases", "telegram.name")


def close_folder(data: Path) -> None:
    """Take from others what an earlier version, or a copy, left open to them. OSError when the
    folder is not ours."""
    if not data.is_dir():
        return
    found = [data]
    for name in _OURS:
        for path in data.glob(name):
            found += [path, *path.rglob("*")]
    for path in found:
        mode = path.stat().st_mode
        if mode & OTHERS and not path.is_symlink():
            path.chmod(mode & 0o777 & ~OTHERS)
