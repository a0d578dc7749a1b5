"""The bytes and the text of one file, whatever it turns out to be.

A folder that people fill by hand holds pipes, devices, files of other people, files in
GBK and files of five gigabytes sooner or later. Each is one sentence here: never a wait,
never a traceback, never more memory than ``limit``.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from enum import StrEnum
from errno import EACCES, EDQUOT, EISDIR, ELOOP, ENOENT, ENOSPC, ENOTDIR, EPERM, EROFS
from pathlib import Path

_REASONS = {
    EACCES: "没有权限",
    EPERM: "没有权限",
    ENOENT: "没有这个文件或文件夹",
    ENOTDIR: "路径里有一段不是文件夹",
    ENOSPC: "磁盘没有空间了",
    EDQUOT: "磁盘配额用完了",
    EROFS: "磁盘是只读的",
    ELOOP: "链接绕成了圈",
    EISDIR: "是文件夹",
}
UTF_8 = "在编辑器里选“另存为”，编码选 UTF-8"


class Why(StrEnum):
    """What keeps a file from being read."""

    CLOSED = "closed"
    TOO_LARGE = "too_large"
    ENCODING = "encoding"


@dataclass
class NotRead(ValueError):
    """``wrong`` and ``mend`` are Chinese; ``line`` counts from 1."""

    why: Why
    wrong: str
    mend: str
    line: int = 1

    def __str__(self) -> str:
        return f"{self.wrong}；{self.mend}"


def read_bytes(path: Path, limit: int) -> bytes:
    """The whole of a regular file of at most ``limit`` bytes; NotRead for anything else."""
    try:
        with open(path, "rb", opener=_open_without_waiting) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise NotRead(Why.CLOSED, "不是普通文件（管道、设备一类）", "移走它")
            raw = file.read(limit + 1)
    except OSError as error:
        mend = "检查文件是否存在、有没有读取权限"
        raise NotRead(Why.CLOSED, f"文件打不开（{reason(error)}）", mend) from error
    if len(raw) > limit:
        size = max(status.st_size, limit + 1) // 1024
        wrong = f"文件有 {size} KB，超过 {limit // 1024} KB"
        raise NotRead(Why.TOO_LARGE, wrong, "拆成几个文件")
    return raw


def _open_without_waiting(path: str, flags: int) -> int:
    """Opening a pipe that nobody writes to would otherwise never return."""
    return os.open(path, flags | os.O_NONBLOCK)


def read_text(path: Path, limit: int) -> str:
    """A UTF-8 file, its BOM kept; NotRead guesses what else its encoding may be."""
    raw = read_bytes(path, limit)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        wrong = f"文件不是 UTF-8 编码，{_guess(raw, error.start)}"
        raise NotRead(Why.ENCODING, wrong, UTF_8, line) from error


def _guess(raw: bytes, start: int) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "看起来是 UTF-16 编码（带 BOM 标记，记事本里叫 Unicode）"
    try:
        raw.decode("gb18030")
    except UnicodeDecodeError:
        return f"第 {start + 1} 个字节不是 UTF-8"
    return "看起来是 GBK 编码"


def is_hidden(name: str) -> bool:
    """Hidden files, and what editors and systems leave beside an open or a saved one."""
    return name.startswith((".", "~", "#")) or name.endswith(("~", ".tmp", ".bak"))


def reason(error: OSError) -> str:
    """Why something could not be read or written, in Chinese where it is known."""
    return _REASONS.get(error.errno or 0, error.strerror or str(error))


def printable(path: Path) -> str:
    """A path for a screen: a name in GBK bytes (a zip from Windows) becomes readable."""
    raw = os.fsencode(path)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")
