"""What keeps the program from starting is one line that names the setting, never a traceback."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bot.settings import Settings
from bot.startup import CannotStart, keep_private, listen, open_house
from tests.bot.conftest import ROOT, environment, start
from tests.bot.patience import eventually
from tests.fake_telegram import PATIENCE


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield int(other.getsockname()[1])


@pytest.mark.parametrize("host", ["203.0.113.7", "nosuch.invalid", "not a host"])
def test_a_host_that_is_not_ours(host: str) -> None:
    with pytest.raises(CannotStart, match="MINGBAI_HOST"):
        listen(Settings(host=host, port=0))


def test_the_port_is_ours_once(taken: int) -> None:
    with pytest.raises(CannotStart, match=f"{taken} 已经被占用"):
        listen(Settings(port=taken))


def test_a_data_folder_that_is_none(tmp_path: Path) -> None:
    file = tmp_path / "var"
    file.write_text("")
    with pytest.raises(CannotStart, match="是一个文件"):
        keep_private(Settings(data=file))
    for nowhere in (file / "below", Path("/proc/mingbai")):
        with pytest.raises(CannotStart, match="MINGBAI_DATA"):
            keep_private(Settings(data=nowhere))


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgres://u@h/d", "MINGBAI_DATABASE_URL"),
        ("mysql://u@h/d", "MINGBAI_DATABASE_URL"),
        ("not a url", "MINGBAI_DATABASE_URL"),
        ("postgresql+pg8000://u:secret@h/d", "pg8000 没有装"),
        ("postgresql+nosuch://u:secret@h/d", "MINGBAI_DATABASE_URL"),
        ("sqlite:////nowhere/mingbai/state.db", "/nowhere/mingbai 不存在"),
        ("sqlite:///var/mingbai/state.db", "四条斜杠"),
    ],
)
def test_a_database_that_cannot_be_meant(tmp_path: Path, url: str, words: str) -> None:
    with pytest.raises(CannotStart) as caught:
        open_house(Settings(data=tmp_path / "var", database_url=url))
    assert words in str(caught.value)
    assert "secret" not in str(caught.value)


def test_nothing_of_it_is_a_traceback(tmp_path: Path, library: Path, taken: int) -> None:
    """The program itself; and a misspelt setting is said."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "run_bot.py")],
        env=environment(tmp_path / "var", library, MINGBAI_PORT=str(taken), MINGBAI_PROT="1"),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 1
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 2
    assert "MINGBAI_PROT" in lines[0]
    assert "MINGBAI_PORT" in lines[0]
    assert f"端口 {taken}" in lines[1]


def test_a_database_that_is_away_at_the_start(tmp_path: Path, library: Path) -> None:
    """Guides are read, the operator's link comes with the database; what is written down is the
    owner's alone."""
    data = tmp_path / "var"
    data.mkdir(mode=0o755)
    state = tmp_path / "state.db"
    state.mkdir()
    running = start(data, library, MINGBAI_DATABASE_URL=f"sqlite:///{state}", MINGBAI_ACCESS="open")
    try:
        with httpx.Client(base_url=running.base) as page:
            assert "收缴雨伞" in page.get("/s/g/umbrella").text
        assert "第一次启动" in running.text()
        assert running.link == ""
        state.rmdir()
        eventually(lambda: "/enter?key=" in running.text(), "not mended")
    finally:
        running.stop()
    assert "Traceback" not in running.text()
    assert running.text().count("照常能查指引") == 1, "one line a minute"
    assert data.stat().st_mode & 0o777 == 0o700
    written = [path for path in (state, *data.rglob("*")) if path.is_file()]
    assert not [path for path in written if path.stat().st_mode & 0o077]
