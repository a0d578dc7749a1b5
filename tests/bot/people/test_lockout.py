"""Buckets of wrong codes: they empty, fill again, and do not care what a clock does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.people.lockout import ACCOUNT, CODES, LONGEST, NONE, Bucket

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
BUCKET = Bucket(5, MINUTE)


def test_it_fills_again_and_never_over() -> None:
    assert BUCKET.filled(0, NOW, NOW + MINUTE) == 1
    assert BUCKET.filled(0.5, NOW, NOW + MINUTE * 2) == 2.5
    assert BUCKET.filled(4, NOW, NOW + timedelta(days=1)) == 5


def test_one_waits_for_a_whole_try() -> None:
    assert BUCKET.wait(1) == BUCKET.wait(4) == NONE
    assert BUCKET.wait(0) == MINUTE
    assert BUCKET.wait(0.5) == MINUTE / 2


def test_a_clock_that_was_turned_back_costs_nothing() -> None:
    assert BUCKET.filled(3, NOW + timedelta(days=1), NOW) == 3


def test_what_is_guessed_at_the_allowed_pace_is_not_found() -> None:
    a_year = timedelta(days=365) / CODES.every
    assert a_year * 20 / 2**40 < 1e-4
    assert timedelta(minutes=5) <= LONGEST <= timedelta(hours=1)
    assert ACCOUNT.most == 5
