"""Where releases are made beside the process that serves: a process of its own for each.

Making one takes hundreds of megabytes and a core for a while; here neither is missed by those
who ask. What it made is on disk; it says only what came of it (``index/worker.py``).
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from threading import Lock

from index.edits import Failed, News
from index.worker import Edit, Mend, read_news

LIMIT = 300.0  # seconds; twenty are enough on a small machine, some more when it is busy
_PAUSE = 0.05


class Workshop:
    """``module`` below ``root`` is run as a program, with the work as its argument.

    Safe to use from several threads.
    """

    def __init__(
        self, module: str, root: Path, data: Path, library: Path, limit: float = LIMIT
    ) -> None:
        self._module = module
        self._root = root
        self._data, self._library = data.absolute(), library.absolute()
        self._limit = limit
        self._lock = Lock()
        self._works: list[Work] = []
        self._closed = False

    def edit(self, served: int | None, now: datetime) -> Work:
        """Begin to publish the folder; ``served``: the release to compare with."""
        return self._begin(Edit(str(self._data), str(self._library), served, now.isoformat()))

    def mend(self, number: int) -> tuple[str, ...]:
        """Have a damaged release made again, and wait for it; what was found, in Chinese. What
        could not be made again is still damaged afterwards."""
        with suppress(Failed, OSError):
            return self._begin(Mend(str(self._data), number)).wait().warnings
        return ()

    def close(self) -> None:
        """End what is being made; nothing is begun any more."""
        with self._lock:
            self._closed = True
            for work in self._works:
                work.end()

    def _begin(self, task: Edit | Mend) -> Work:
        with self._lock:
            if self._closed:
                raise Failed("正在停止")
            work = Work(self._command(task), self._environment(), self._limit)
            self._works = [one for one in self._works if not one.over] + [work]
            return work

    def _command(self, task: Edit | Mend) -> list[str]:
        return [sys.executable, "-P", "-m", self._module, task.written()]

    def _environment(self) -> dict[str, str]:
        path = [str(self._root), os.environ.get("PYTHONPATH", "")]
        return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, path))}


class Work:
    """One process at work. It ends when our end of its standard input is gone: also with us."""

    def __init__(self, command: list[str], environment: dict[str, str], limit: float) -> None:
        self._limit = limit
        self._begun = time.monotonic()
        self._told = b""
        self.over = False
        self._process = subprocess.Popen(  # noqa: S603 - our own program, no shell
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
        )
        assert self._process.stdout is not None  # noqa: S101 - for the type checker
        self._out = self._process.stdout
        os.set_blocking(self._out.fileno(), False)

    def look(self) -> News | None:
        """What came of it; None while it is at work, Failed when nothing did. No news of one
        that was ended."""
        if self.over:
            return News()
        code = self._process.poll()
        self._listen()
        if code is None:
            if time.monotonic() - self._begun < self._limit:
                return None
            self.end()
            minutes = f"{self._limit / 60:g}"
            raise Failed(f"生成发布的进程 {minutes} 分钟还没有做完，已经强行结束")
        self.end()
        if code < 0:
            hint = "，可能是内存不够" if code == -signal.SIGKILL else ""
            raise Failed(f"生成发布的进程被强行结束（信号 {-code}）{hint}")
        try:
            return read_news(json.loads(self._told))
        except (ValueError, KeyError, TypeError):
            raise Failed(f"生成发布的进程没有做完就退出了（退出码 {code}）") from None

    def wait(self) -> News:
        """As ``look``, when it has ended."""
        while (news := self.look()) is None:
            time.sleep(_PAUSE)
        return news

    def end(self) -> None:
        """At once; nothing happens when it has ended already."""
        self.over = True
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._out):
            if pipe:
                pipe.close()

    def _listen(self) -> None:
        """So that it need not wait for us with a long story."""
        while not self._out.closed and (more := self._out.read(1 << 16)):
            self._told += more
