"""What keeps the program from starting, each told in one line: which setting, what to do."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable
from contextlib import suppress

from rich.console import Console

from bot.house import House, assemble
from bot.settings import Settings
from bot.store.database import StoreError
from index.edits import reason
from index.meaning import NoModel

_PORT = {
    errno.EADDRINUSE: "端口 {port} 已经被占用：也许明白已经在运行；"
    "不是的话，用 MINGBAI_PORT 换一个",
    errno.EADDRNOTAVAIL: "MINGBAI_HOST 写的“{host}”不是这台机器的地址；"
    "写 127.0.0.1（只给本机和代理）或 0.0.0.0（所有地址）",
    errno.EACCES: "端口 {port} 不让用：1024 以下要管理员权限；用 MINGBAI_PORT 换一个",
}


class CannotStart(Exception):
    """For the operator, in Chinese."""


def keep_private(settings: Settings) -> None:
    """The data folder is there and its owner's only, with all that is written from now on."""
    os.umask(0o077)
    data = settings.data
    if data.exists() and not data.is_dir():
        raise CannotStart(f"MINGBAI_DATA 写的 {data} 是一个文件；写一个文件夹")
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotStart(_unwritable(settings, error)) from error
    with suppress(OSError):  # not ours, or a disk that is read-only
        data.chmod(0o700)


def listen(settings: Settings) -> socket.socket:
    """The page's port, before anything is made ready."""
    host, port = settings.host, settings.port
    try:
        family, kind, number, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError as error:
        raise CannotStart(_PORT[errno.EADDRNOTAVAIL].format(host=host, port=port)) from error
    taken = socket.socket(family, kind, number)
    try:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(address)
    except OSError as error:
        taken.close()
        told = _PORT.get(error.errno or 0, f"{{host}}:{{port}} 用不了（{reason(error)}）")
        raise CannotStart(told.format(host=host, port=port)) from error
    return taken


def open_house(settings: Settings, apart: bool = False) -> House:
    """``apart``: of a program that serves."""
    try:
        return assemble(settings, apart=apart)
    except (StoreError, NoModel) as error:
        raise CannotStart(str(error)) from error
    except OSError as error:
        raise CannotStart(_unwritable(settings, error)) from error


def get_ready(house: House, refresh: Callable[[House], bool], console: Console) -> None:
    """Something to serve; the first time that takes a while, and says so."""
    first = not house.serving.releases.shelf.numbers()
    if first:
        console.print("第一次启动：正在检查全部指引、生成第 1 号发布，可能要一分钟…")
    try:
        with console.status("正在准备指引…"):
            ready = refresh(house)
    except OSError as error:
        raise CannotStart(_unwritable(house.settings, error)) from error
    if not ready:
        raise CannotStart("没有可以使用的指引，没有启动")
    if first:
        console.print("指引准备好了")


def _unwritable(settings: Settings, error: OSError) -> str:
    return (
        f"数据文件夹 {settings.data} 写不了（{reason(error)}）："
        "检查权限和磁盘空间，或者用 MINGBAI_DATA 换一个"
    )
