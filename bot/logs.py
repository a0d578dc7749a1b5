"""Structured logs without a token, a personal number or what anybody asked.

People read the console; machines read ``<data>/log/mingbai.jsonl``, one JSON object a
line, kept small by rotation. What is redacted is redacted in the finished line, so
tracebacks and other libraries' messages are covered too.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import time
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from traceback import extract_tb

from rich.console import Console
from rich.logging import RichHandler

from guides.disk import reason
from guides.personal import redact

_KEY = re.compile(r"(key=)[A-Za-z0-9_-]+")
_SIZE, _KEPT = 1024 * 1024, 5
_SAY_SECONDS = 60.0
# They log URLs (the token is in them), whole updates or every bad answer, which we handle.
_LOUD = ("httpx", "httpcore", "aiohttp", "telegram", "telegram.ext", "uvicorn", "alembic")


def clean(text: str) -> str:
    """``text`` without tokens, sign-in keys and personal numbers."""
    return redact(_KEY.sub(r"\1〔已隐去〕", text))


def place(error: BaseException) -> str:
    """What and where, without the words of the error: they may quote what somebody wrote."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    frames = extract_tb(error.__traceback__)
    where = f"，{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{where}"


class Plain(logging.Formatter):
    """For people: the message and its traceback, cleaned."""

    def format(self, record: logging.LogRecord) -> str:
        return clean(super().format(record))


class Lines(logging.Formatter):
    """For machines: one JSON object a line, cleaned."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, str] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": clean(record.getMessage()),
        }
        if record.exc_info:
            told["traceback"] = clean(self.formatException(record.exc_info))
        return json.dumps(told, ensure_ascii=False)


class Written(RotatingFileHandler):
    """Says once in a while that its disk is full; without the line that could not be written,
    which nobody has cleaned yet."""

    _said: float | None = None

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        now = time.monotonic()
        if self._said is None or now - self._said >= _SAY_SECONDS:
            self._said = now
            error = sys.exc_info()[1]
            why = reason(error) if isinstance(error, OSError) else type(error).__name__
            sys.stderr.write(f"日志文件写不了（{why}），这段时间的日志只在这里显示\n")


def set_up(data: Path | None, console: Console) -> None:
    """Log to the console, and below ``data`` when its disk can be written."""
    shown = RichHandler(console=console, show_path=False, markup=False)
    shown.setFormatter(Plain("%(message)s"))
    handlers: list[logging.Handler] = [shown]
    if data is not None:
        try:
            (data / "log").mkdir(parents=True, exist_ok=True)
            path = data / "log" / "mingbai.jsonl"
            written = Written(path, maxBytes=_SIZE, backupCount=_KEPT, encoding="utf-8")
            written.setFormatter(Lines())
            handlers.append(written)
        except OSError as error:
            console.print(f"日志文件写不了（{reason(error)}），只在这里显示")
    logging.basicConfig(level=logging.WARNING, handlers=handlers, force=True)
    for name in _LOUD:
        logging.getLogger(name).setLevel(logging.WARNING)
