"""Wrong codes are counted in the database: at once, over a restart, and not for ever."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from bot.people.lockout import ACCOUNT, ADDRESS, CODES, LONGEST, NONE, by_account, by_address
from bot.store.database import Database
from bot.store.schema import tries
from bot.store.tries import Tries

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
ME = by_account("telegram:1")


def test_five_of_an_account_and_then_one_a_minute(database: Database) -> None:
    counted = Tries(database)
    assert [counted.take(ME, NOW) for _ in range(5)] == [NONE] * 5
    assert counted.take(ME, NOW) == ACCOUNT.every
    assert counted.take(by_account("telegram:2"), NOW) == NONE, "nobody locks out another"
    later = NOW + ACCOUNT.every
    assert counted.take(ME, later) == NONE
    assert counted.take(ME, later) == ACCOUNT.every


def test_a_restart_forgives_nothing(database: Database, database_url: str) -> None:
    for _ in range(5):
        Tries(database).take(ME, NOW)
    other = Database(database_url)
    assert Tries(other).take(ME, NOW) > NONE
    other.close()


def test_two_hundred_at_once_are_not_all_tried(database: Database) -> None:
    counted = Tries(database)
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _: counted.take(by_address("10.0.0.1"), NOW), range(100)))
    assert waits.count(NONE) == ADDRESS.most


def test_many_addresses_together_are_stopped_too(database: Database) -> None:
    counted = Tries(database)
    waits = [counted.take(by_address(f"10.0.0.{n}"), NOW) for n in range(CODES.most + 5)]
    assert waits == [NONE] * CODES.most + [CODES.every] * 5
    assert counted.take(ME, NOW) == NONE, "an account of its own goes on"


def test_what_is_refused_costs_no_bucket_anything(database: Database) -> None:
    counted = Tries(database)
    for _ in range(ADDRESS.most + CODES.most):
        counted.take(by_address("10.0.0.1"), NOW)
    assert counted.take(by_address("10.0.0.2"), NOW) == NONE, "one address empties its own"


def test_a_right_code_is_given_back(database: Database) -> None:
    counted = Tries(database)
    for _ in range(20):
        assert counted.take(ME, NOW) == NONE
        counted.give_back(ME)


def test_a_clock_turned_back_locks_nobody_out_for_a_day(database: Database) -> None:
    counted = Tries(database)
    for _ in range(6):
        counted.take(ME, NOW + timedelta(days=1))
    assert counted.take(ME, NOW) == ACCOUNT.every
    assert counted.take(ME, NOW + ACCOUNT.every) == NONE


def test_names_are_not_kept_and_go_within_the_hour(database: Database) -> None:
    counted = Tries(database)
    counted.take(by_address("10.0.0.1"), NOW)
    counted.take(ME, NOW)
    with database.read() as connection:
        told = str(connection.execute(select(tries)).all())
    assert "10.0.0.1" not in told
    assert "telegram" not in told
    counted.sweep(NOW + LONGEST - timedelta(seconds=1))
    with database.read() as connection:
        assert len(connection.execute(select(tries)).all()) == 3
    counted.sweep(NOW + LONGEST + timedelta(seconds=1))
    with database.read() as connection:
        assert connection.execute(select(tries)).all() == []
