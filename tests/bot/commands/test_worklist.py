"""What officers were told would be read, can be read: ``ledger`` and ``feedback``."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import Result

from bot.store.database import Database
from bot.store.feedback import Feedback
from bot.store.ledger import Ledger
from tests.bot.command_line import Commands, run

__all__ = ["run"]  # the fixture

NOW = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)  # the 21st in Beijing


@pytest.fixture
def state(tmp_path: Path) -> Database:
    """The database of ``run`` with some days of work in it."""
    made = Database(f"sqlite:///{tmp_path / 'var' / 'mingbai.db'}")
    made.migrate()
    ledger, feedback = Ledger(made), Feedback(made)
    ledger.missed("有人要跳楼怎么办〔手机号〕", "unknown", ("umbrella", "gone-guide"), NOW)
    ledger.missed("跳楼怎么处理", "none_of_these", (), NOW - timedelta(days=3))
    ledger.missed("跳楼怎么处理", "unknown", (), NOW - timedelta(days=2))
    ledger.missed("捡到钱包", "unknown", (), NOW - timedelta(days=9))
    ledger.refused("steal-umbrella", date(2026, 11, 20))
    ledger.refused("steal-umbrella", date(2026, 11, 21))
    for person, guide, revision, verdict in (
        ("a", "umbrella", 1, "up"),
        ("b", "umbrella", 1, "up"),
        ("c", "whistle", 1, "down"),
        ("c", "whistle", 2, "wrong"),
    ):
        feedback.give(person, guide, revision, verdict, NOW)
    made.close()
    return made


def told(result: Result) -> list[str]:
    assert result.exit_code == 0, result.output
    return [line.strip() for line in result.stdout.splitlines()]


def test_the_ledger_in_groups(run: Commands, state: Database) -> None:
    assert told(run("ledger")) == [
        "没答上来的问题：4 次，2 组（号码已隐去，不记是谁问的，180 天后删除）",
        "1. 3 次（没找到 2，选了“都不是” 1），2026-11-18 至 2026-11-21",
        "跳楼怎么处理",
        "有人要跳楼怎么办〔手机号〕",
        "最接近：收缴雨伞（umbrella）、gone-guide",
        "2. 1 次（没找到 1），2026-11-12 至 2026-11-12",
        "捡到钱包",
        "按红线拒绝：2 次",
        "2 次　私拿雨伞（steal-umbrella）",
    ]


def test_the_ledger_from_a_day_on(run: Commands, state: Database) -> None:
    since = told(run("ledger", "--since", "2026-11-21"))
    assert "1. 1 次（没找到 1），2026-11-21 至 2026-11-21" in since
    assert "捡到钱包" not in since
    assert "按红线拒绝：1 次" in since
    assert run("ledger", "--since", "昨天").exit_code == 2


def test_the_ledger_for_programs(run: Commands, state: Database) -> None:
    known = json.loads(run("ledger", "--json").stdout)
    assert [len(group) for group in known["misses"]] == [3, 1]
    first = known["misses"][0][0]
    assert set(first) == {"question", "outcome", "times", "first", "last", "nearest"}
    assert sum(one["times"] for group in known["misses"] for one in group) == 4
    assert known["refusals"] == {"steal-umbrella": 2}


def test_an_empty_ledger(run: Commands) -> None:
    assert told(run("ledger"))[0].startswith("没答上来的问题：0 次，0 组")
    assert told(run("feedback")) == ["还没有评价"]


def test_feedback_by_guide_and_revision(run: Commands, state: Database) -> None:
    assert told(run("feedback")) == [
        "👍 有用 0，👎 没帮上 0，有误 1　吹口哨检查（whistle） 第 2 次修订",
        "👍 有用 2，👎 没帮上 0，有误 0　收缴雨伞（umbrella） 第 1 次修订",
        "👍 有用 0，👎 没帮上 1，有误 0　吹口哨检查（whistle） 第 1 次修订",
    ]
    assert json.loads(run("feedback", "--json").stdout)[0] == {
        "guide": "whistle",
        "revision": 2,
        "up": 0,
        "down": 0,
        "wrong": 1,
    }
    assert told(run("feedback", "--since", "2026-11-22")) == ["还没有评价"]
