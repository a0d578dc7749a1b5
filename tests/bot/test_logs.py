"""Nothing secret reaches a log: not in messages, not in tracebacks, not from other libraries."""

from __future__ import annotations

import io
import json
import logging
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from bot.logs import clean, set_up

TOKEN = "123456:AAF-abc_DEF"
PERSON = "11010119900307123X"


@pytest.fixture
def console(tmp_path: Path) -> Iterator[io.StringIO]:
    before = logging.getLogger().handlers[:]
    shown = io.StringIO()
    set_up(tmp_path, Console(file=shown, width=400))
    yield shown
    for handler in logging.getLogger().handlers[:]:
        handler.close()
    logging.getLogger().handlers[:] = before


def test_secrets_are_taken_out_everywhere(console: io.StringIO, tmp_path: Path) -> None:
    log = logging.getLogger("some.library")
    log.warning("GET https://api/bot%s/getMe and %s", TOKEN, PERSON)
    try:
        raise ValueError(f"no answer from /bot{TOKEN}/ for 13912345678")
    except ValueError:
        log.exception("failed at http://127.0.0.1/enter?key=s3cret-key")
    written = (tmp_path / "log" / "mingbai.jsonl").read_text(encoding="utf-8")
    for text in (console.getvalue(), written):
        for secret in (TOKEN, PERSON, "13912345678", "s3cret-key"):
            assert secret not in text
        assert "〔令牌〕" in text
    first, second = (json.loads(line) for line in written.splitlines())
    assert first.keys() == {"at", "level", "logger", "message"}
    assert "ValueError" in second["traceback"]


def test_urls_of_http_libraries_are_not_logged(console: io.StringIO) -> None:
    logging.getLogger("httpx").info("HTTP Request: POST https://api/bot1:x/sendMessage")
    logging.getLogger("aiohttp.client").info("POST")
    assert console.getvalue() == ""


def test_a_disk_that_is_full_is_no_reason_not_to_start(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("not a folder")
    before = logging.getLogger().handlers[:]
    shown = io.StringIO()
    set_up(tmp_path, Console(file=shown))
    logging.getLogger().handlers[:] = before
    assert "日志文件写不了" in shown.getvalue()


def test_times_and_articles_stay() -> None:
    assert (
        clean("2026-11-21 10:05:33 第97条 127.0.0.1:8080")
        == "2026-11-21 10:05:33 第97条 127.0.0.1:8080"
    )


def test_a_disk_that_fills_up_is_said_once_and_not_with_the_line(
    console: io.StringIO, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        for _ in range(100):
            logging.getLogger("some.library").warning("of %s", PERSON)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "日志文件写不了" in told
    assert PERSON not in told
    assert console.getvalue().count("WARNING") == 100
