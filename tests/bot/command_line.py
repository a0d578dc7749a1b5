"""The commands, run in this process."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.commands.main import commands
from tests.bot.conftest import environment


class Commands:
    def __init__(self, data: Path, library: Path) -> None:
        self.data, self.library = data, library

    def __call__(self, *words: str, **more: str) -> Result:
        env: dict[str, str | None] = {**environment(self.data, self.library, **more)}
        return CliRunner().invoke(commands, words, env=env)


@pytest.fixture
def run(tmp_path: Path, library: Path, monkeypatch: pytest.MonkeyPatch) -> Commands:
    for name in [n for n in os.environ if n.startswith(("MINGBAI_", "TELEGRAM_"))]:
        monkeypatch.delenv(name)
    return Commands(tmp_path / "var", library)
