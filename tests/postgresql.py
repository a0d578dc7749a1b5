"""A PostgreSQL server of our own, for tests and benchmarks: on a socket in a temporary folder."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import create_engine, make_url


def programs() -> Path | None:
    """Where the newest installed server's programs are; None when there is none."""
    there = Path("/usr/lib/postgresql").glob("*/bin")
    return max(there, key=lambda bin: int(bin.parent.name.partition(".")[0]), default=None)


@contextmanager
def server(durable: bool = False) -> Iterator[str]:
    """The URL of a running server. ``durable``: commits reach the disk, as in earnest."""
    found = programs()
    if found is None:
        raise RuntimeError("PostgreSQL is not installed")
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    # root's temporary folders are closed to it
    home = Path("/tmp") / f"mingbai-pg-{os.getpid()}-{secrets.token_hex(2)}"

    def run(*words: str) -> None:
        # No pipe: the server would keep it open.
        none = subprocess.DEVNULL
        subprocess.run(
            [*as_user, *words], check=True, cwd="/", timeout=60, stdout=none, stderr=none
        )

    run("mkdir", "-p", str(home))
    try:
        run(str(found / "initdb"), "--no-sync", "-A", "trust", "-D", f"{home}/data")
        options = f"-c listen_addresses='' -c unix_socket_directories={home}"
        if not durable:
            options += " -c fsync=off"
        run(str(found / "pg_ctl"), "-w", "-D", f"{home}/data", "-o", options, "start")
        yield f"postgresql+psycopg://postgres@/postgres?host={home}"
    finally:
        run(str(found / "pg_ctl"), "-m", "immediate", "-D", f"{home}/data", "stop")
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def stopped(url: str) -> Iterator[None]:
    """The server hangs: it takes what it is sent and answers nothing. Only this one server:
    others may run beside it."""
    home = Path(str(make_url(url).query["host"]))
    master = int((home / "data" / "postmaster.pid").read_text(encoding="ascii").split()[0])
    numbers = [master, *_children(master)]
    try:
        for number in numbers:
            _send(number, signal.SIGSTOP)
        yield
    finally:
        for number in numbers:
            _send(number, signal.SIGCONT)


def _send(number: int, what: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(number, what)


def _children(parent: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has just ended
            if int(stat.read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(stat.parent.name))
    return found


def fresh(url: str) -> str:
    """A new, empty database on the server; its URL."""
    name = f"fresh_{secrets.token_hex(4)}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return make_url(url).set(database=name).render_as_string(hide_password=False)
