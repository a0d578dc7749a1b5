"""Small JSON files that carry their own hash, and writing that a power cut cannot tear."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

_SEAL = "sha256"


def seal(content: Mapping[str, Any]) -> str:
    return json.dumps({_SEAL: _hash(content), **content}, ensure_ascii=False, indent=1)


def unseal(text: str) -> dict[str, Any]:
    """What ``seal`` wrote; ValueError when anything in it is not as it was."""
    content = json.loads(text)
    if not isinstance(content, dict) or content.pop(_SEAL, None) != _hash(content):
        raise ValueError("the seal does not fit")
    return content


def _hash(content: Mapping[str, Any]) -> str:
    return sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def read(path: Path) -> str:
    """The text of a file; OSError for what is none, instead of waiting for it."""
    if not path.is_file():
        raise FileNotFoundError(path)
    return path.read_text(encoding="utf-8")


def write(path: Path, text: str) -> None:
    """Whatever happens, ``path`` is the old file or the new one."""
    beside = path.with_name(f".{path.name}-{os.getpid()}")
    beside.write_text(text, encoding="utf-8")
    swap(beside, path)


def swap(new: Path, old: Path) -> None:
    """Put ``new``, a file or a folder, in the place of ``old``, safely on disk."""
    sync(new)
    new.replace(old)
    _sync(old.parent)


def sync(path: Path) -> None:
    """A file, or a folder with all that is in it, onto the disk."""
    if path.is_dir():
        for inside in path.iterdir():
            sync(inside)
    _sync(path)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
