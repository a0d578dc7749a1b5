"""``people`` in the terminal; in this process, since each start of the program costs seconds."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bot.command_line import Commands, run
from tests.bot.conftest import ROOT, environment
from tests.small_library import change

__all__ = ["run"]  # the fixture


def test_invite_list_remove(run: Commands, tmp_path: Path) -> None:
    made = run(
        "people", "invite", "--role", "legal", "--unit", "城东分局 / 河口所", "--label", "夜班"
    )
    assert made.exit_code == 0, made.stderr
    code = re.search(r"邀请码：([A-Z2-9]{16})", made.stdout)
    assert code
    assert f"/invite/{code[1]}" in made.stdout
    assert "MINGBAI_PAGE_URL" in made.stderr, "127.0.0.1 is no address for others"
    assert "█" in made.stdout or "▀" in made.stdout, "the QR code"
    assert "邀请 1 号\t法制民警\t城东分局/河口所" in run("people", "list").stdout
    picture = tmp_path / "invite.png"
    assert run("people", "invite", "--role", "officer", "--qr", str(picture)).exit_code == 0
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert run("people", "remove", "2").stdout.startswith("邀请 2 号已作废")
    from bot.house import members_of
    from bot.settings import Settings
    from bot.store.database import Database
    from tests.bot.on_telegram import clock

    settings = Settings(data=run.data, library=run.library)
    database = Database(settings.database)
    entered = members_of(database, settings).enter(code[1], "telegram:5", "x", clock())
    database.close()
    (listed,) = json.loads(run("people", "list", "--json").stdout)
    assert listed == {
        "id": entered.person,
        "role": "legal",
        "unit": "城东分局/河口所",
        "label": "夜班",
    }
    assert run("people", "role", entered.person, "officer").exit_code == 0
    assert "民警" in run("people", "list").stdout
    assert "已撤销" in run("people", "remove", entered.person).stdout
    assert json.loads(run("people", "list", "--json").stdout) == []
    again = run("people", "remove", entered.person)
    assert again.exit_code == 1
    assert "people list" in again.stderr


def test_inviting_somebody_again(run: Commands) -> None:
    made = run("people", "invite", "--role", "officer", "--unit", "城东分局")
    code = re.search(r"邀请码：([A-Z2-9]{16})", made.stdout)
    assert code
    from bot.house import members_of
    from bot.settings import Settings
    from bot.store.database import Database
    from tests.bot.on_telegram import clock

    settings = Settings(data=run.data, library=run.library)
    database = Database(settings.database)
    members = members_of(database, settings)
    entered = members.enter(code[1], None, "x", clock())
    made = run("people", "invite", "--again", entered.person)
    assert "民警，城东分局，1 人可用" in made.stdout
    assert "进来还是他" in made.stdout
    again = re.search(r"邀请码：([A-Z2-9]{16})", made.stdout)
    assert again
    assert members.enter(again[1], None, "x", clock()) == entered
    database.close()
    assert "people list" in run("people", "invite", "--again", "nobody").stderr


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        ((), 2, "--again"),
        (("--role", "officer", "--again", "x"), 2, "--again"),
        (("--role", "boss"), 2, "boss"),
        (("--role", "officer", "--uses", "0"), 1, "1 到 500 人"),
        (("--role", "officer", "--days", "400"), 1, "1 到 90 天"),
        (("--role", "officer", "--until", "2020-01-01"), 1, "已经过了"),
        (("--role", "officer", "--until", "明年"), 2, "不是日期"),
        (("--role", "officer", "--unit", "字" * 40), 1, "写得太长"),
        (("--role", "officer", "--label", "张三13912345678"), 1, "手机号"),
    ],
)
def test_what_cannot_be_invited(
    run: Commands, words: tuple[str, ...], status: int, told: str
) -> None:
    done = run("people", "invite", *words)
    assert done.exit_code == status
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_the_trail_has_releases_and_finds_tampering(run: Commands, library: Path) -> None:
    assert run("people", "invite", "--role", "officer").exit_code == 0
    assert run("publish", "-m", "第一版").exit_code == 0
    change(library / "asked" / "umbrella.txt", "大伞怎么收", "大伞怎么收呢")
    assert run("publish", "-m", "第二版").exit_code == 0
    assert run("rollback", "1").exit_code == 0
    told = [line.split("\t") for line in run("people", "audit").stdout.splitlines()]
    assert [(line[3], line[4]) for line in told] == [
        ("invite", "invite-1"),
        ("publish", "release-1"),
        ("serve", "release-1"),
        ("publish", "release-2"),
        ("serve", "release-2"),
        ("serve", "release-1"),
    ]
    assert "审计记录完好：6 条" in run("people", "audit", "--verify").stdout
    with sqlite3.connect(run.data / "mingbai.db") as connection:
        connection.execute("DROP TRIGGER audit_no_update")
        connection.execute("UPDATE audit SET actor = 'nobody' WHERE id = 2")
    broken = run("people", "audit", "--verify")
    assert broken.exit_code == 1
    assert "第 2 条" in broken.stderr


def test_a_database_that_is_away_is_told_plainly(run: Commands) -> None:
    (run.data / "mingbai.db").mkdir(parents=True)
    done = run("people", "list")
    assert done.exit_code == 1
    assert "Traceback" not in done.stderr


def test_what_commands_write_is_nobody_elses(tmp_path: Path, library: Path) -> None:
    data = tmp_path / "var"
    command = [sys.executable, str(ROOT / "run_bot.py"), "people", "list"]
    subprocess.run(command, env=environment(data, library), check=True, capture_output=True)
    modes = {path.stat().st_mode & 0o077 for path in (data, *data.rglob("*"))}
    assert modes == {0}
