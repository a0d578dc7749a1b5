"""State survives, by noun; the migrations make the tables that the code uses; both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from bot.store.database import Database, StoreError
from bot.store.feedback import Feedback
from bot.store.keys import CODE, LINK, SESSION, Keys, SignedIn
from bot.store.ledger import Ledger, Miss
from bot.store.personal import PersonalData
from bot.store.recents import KEPT, Recents
from bot.store.schema import metadata, updates

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


def test_migrations_make_the_schema(database: Database) -> None:
    database.migrate()  # twice does nothing
    with database.begin() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_recents_are_the_last_ones(database: Database) -> None:
    recents = Recents(database)
    for number in range(KEPT + 3):
        recents.add("a", f"g{number}", NOW + timedelta(seconds=number))
    recents.add("a", "g5", NOW + timedelta(hours=1))
    seen = recents.of("a")
    assert len(seen) == KEPT
    assert seen[:2] == ("g5", f"g{KEPT + 2}")
    assert recents.of("b") == ()


def test_the_ledger(database: Database) -> None:
    ledger = Ledger(database)
    yesterday = NOW - timedelta(days=1)
    ledger.missed("问题", "unknown", ("a",), yesterday)
    ledger.missed("别的", "unknown", (), NOW)
    ledger.missed("问题", "unknown", ("b", "c"), NOW)
    ledger.missed("问题", "none_of_these", (), NOW)
    assert ledger.misses() == [
        Miss("别的", "unknown", (), 1, NOW, NOW),
        Miss("问题", "unknown", ("b", "c"), 2, yesterday, NOW),
        Miss("问题", "none_of_these", (), 1, NOW, NOW),
    ]
    assert [(one.question, one.times) for one in ledger.misses(NOW)] == [
        ("别的", 1),
        ("问题", 1),
        ("问题", 1),
    ]
    ledger.refused("line", date(2026, 11, 21))
    ledger.refused("line", date(2026, 11, 21))
    ledger.refused("line", date(2026, 11, 22))
    ledger.refused("other", date(2026, 11, 20))
    assert ledger.refusals() == {"line": 3, "other": 1}
    assert ledger.refusals(date(2026, 11, 22)) == {"line": 1}


def test_feedback_is_counted_by_guide_and_revision(database: Database) -> None:
    feedback = Feedback(database)
    yesterday = NOW - timedelta(days=1)
    for person, revision, verdict, given in (
        ("a", 1, "up", yesterday),
        ("a", 1, "wrong", NOW),  # the last word counts
        ("b", 1, "wrong", yesterday),
        ("b", 2, "up", NOW),
    ):
        feedback.give(person, "g", revision, verdict, given)
    assert feedback.counts() == {("g", 1, "wrong"): 2, ("g", 2, "up"): 1}
    assert feedback.counts(NOW) == {("g", 1, "wrong"): 1, ("g", 2, "up"): 1}


def test_keys(database: Database) -> None:
    keys = Keys(database)
    life = timedelta(minutes=30)
    later = NOW + life
    keys.add(LINK, "secret", "operator", NOW, life)
    assert keys.session("secret", NOW) is None, "a link is not a session"
    assert keys.use(LINK, "wrong", NOW) is None
    assert keys.use(CODE, "secret", NOW) is None, "a link is not a code"
    assert keys.use(LINK, "secret", NOW) == "operator"
    assert keys.use(LINK, "secret", NOW) is None
    keys.add(LINK, "old", "operator", NOW, life)
    assert keys.use(LINK, "old", later) is None
    keys.add(SESSION, "cookie", "operator", NOW, life, "电脑")
    assert _who(keys.session("cookie", NOW)) == "operator"
    assert keys.session("cookie", later) is None
    keys.forget("cookie")
    assert keys.session("cookie", NOW) is None
    keys.add(SESSION, "stale", "operator", NOW, timedelta())
    PersonalData(database).sweep(later)
    with database.begin() as connection:
        rows = connection.exec_driver_sql("SELECT hash FROM keys").all()
    assert not any("secret" in str(row) or "stale" in str(row) for row in rows)


def test_a_database_that_is_away_says_what_to_look_at(tmp_path: Path) -> None:
    (tmp_path / "state.db").mkdir()
    with pytest.raises(StoreError, match="检查磁盘空间"):
        Database(f"sqlite:///{tmp_path / 'state.db'}").migrate()


def test_what_no_database_takes_is_refused_as_such(database: Database) -> None:
    """Half a character and a number beyond 64 bits come from the driver, not from SQLAlchemy."""
    recents = Recents(database)
    with pytest.raises(StoreError):
        recents.add("\ud83d", "g", NOW)
        recents.flush()
    with pytest.raises(StoreError), database.begin() as connection:
        row = {"bot": 2**70, "update_id": 1, "payload": "", "state": "x", "received": NOW}
        connection.execute(updates.insert().values(row))
    assert Ledger(database).misses() == [], "and it goes on"


def _who(signed_in: SignedIn | None) -> str:
    return signed_in.person if signed_in else ""
