"""The docs say what is there: codes, commands, files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

import bot.screens.fit  # noqa: F401  its checks are registered too
from bot.commands.main import commands
from guides import checks
from guides.model import Guide

ROOT = Path(__file__).parents[1]
READMES = ("README.md", "README.zh-CN.md")


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_every_check_is_explained_and_nothing_else() -> None:
    manual = _text("docs/指引编写手册.md")
    explained = set(re.findall(r"^\| ([GT]\d{3}) \|", manual, re.MULTILINE))
    source = "".join(
        path.read_text(encoding="utf-8")
        for folder in ("guides", "bot")
        for path in (ROOT / folder).rglob("*.py")
    )
    assert explained == set(re.findall(r'"([GT]\d{3})"', source))
    assert set(checks.REGISTRY) <= explained


def test_the_sample_of_the_manual_shows_every_field() -> None:
    manual = _text("docs/指引编写手册.md")
    found = re.search(r"```yaml\n(.*?)```", manual, re.DOTALL)
    assert found is not None
    shown = yaml.safe_load(found.group(1))
    only_sheets = {"sheet_of", "dos", "donts", "remember", "cases", "asked"}
    assert set(Guide.model_fields) - only_sheets <= set(shown)


@pytest.mark.parametrize("name", READMES)
def test_readme_names_real_commands_and_files(name: str) -> None:
    text = _text(name)
    known = {c.name or c.callback.__name__ for c in commands.registered_commands if c.callback}
    known |= {group.name or "" for group in commands.registered_groups}
    used = set(re.findall(r"run_bot\.py (\w+)", text))
    assert used
    assert used <= known
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (ROOT / target).exists(), target


def test_no_registry_is_named() -> None:
    hosts = ("py" + "pi.org", "python" + "hosted", "npm" + "js.org", "deb" + "ian.org")
    for path in (ROOT / "locks").iterdir():
        text = path.read_text(encoding="utf-8")
        assert not any(host in text for host in hosts), path


@pytest.mark.parametrize("lock", ["run", "semantic"])
def test_every_package_that_is_installed_has_its_licence_listed(lock: str) -> None:
    locked = re.findall(r"^([a-z0-9-]+)(?:\[.*\])?==", _text(f"locks/{lock}.txt"), re.M)
    listed = re.findall(r"^\| ([a-z0-9-]+) \| \S", _text("docs/licences.md"), re.M)
    assert locked
    assert set(locked) <= set(listed)
