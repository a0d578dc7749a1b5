"""A bucket for each person: explained once, then silent, then free again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.people.rates import BURST, Pass, Rates

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


def test_too_fast_is_told_once() -> None:
    rates = Rates(60)
    assert [rates.take("a", NOW) for _ in range(BURST)] == [Pass.FREE] * BURST
    assert rates.take("a", NOW) is Pass.TOLD
    assert rates.take("a", NOW) is Pass.SILENT
    assert rates.take("b", NOW) is Pass.FREE, "others are not slowed down"
    later = NOW + timedelta(seconds=2)
    assert [rates.take("a", later) for _ in range(3)] == [Pass.FREE, Pass.FREE, Pass.TOLD]


def test_a_clock_that_jumps_back_gives_nothing_and_takes_nothing() -> None:
    rates = Rates(60)
    for _ in range(BURST):
        rates.take("a", NOW)
    assert rates.take("a", NOW - timedelta(hours=1)) is Pass.TOLD
    assert rates.take("a", NOW - timedelta(hours=1) + timedelta(seconds=1)) is Pass.FREE


def test_no_limit() -> None:
    rates = Rates(0)
    assert {rates.take("a", NOW) for _ in range(BURST * 3)} == {Pass.FREE}
