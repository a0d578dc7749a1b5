"""What is known of a database that is away: who tries, and what the log says of it."""

from __future__ import annotations

import logging

import pytest

from bot.store.outage import AGAIN, Outage

GONE = "数据库用不了"
READS, WRITES = True, False


class Elapsed:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def elapsed() -> Elapsed:
    return Elapsed()


@pytest.fixture
def outage(elapsed: Elapsed) -> Outage:
    return Outage(elapsed)


def test_who_comes_after_one_who_waited_does_not_wait(outage: Outage, elapsed: Elapsed) -> None:
    assert outage.known(WRITES) == ""
    outage.failed(WRITES, GONE, waited=True)
    assert outage.known(WRITES) == GONE
    elapsed.now += AGAIN
    assert outage.known(WRITES) == "", "one tries again"
    assert outage.known(WRITES) == GONE, "the others do not wait with it"
    assert outage.lasts(WRITES)
    outage.worked(WRITES)
    assert outage.known(WRITES) == ""
    assert not outage.lasts(WRITES)


def test_what_fails_at_once_is_tried_each_time(outage: Outage) -> None:
    outage.failed(WRITES, GONE)
    assert outage.known(WRITES) == ""


def test_one_line_a_minute_with_a_count(
    outage: Outage, elapsed: Elapsed, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        for _ in range(150):
            outage.failed(WRITES, GONE)
            elapsed.now += 1
        outage.worked(WRITES)
        outage.worked(WRITES)
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == 4
    assert "已有 1 次" in told[0]
    assert "已有 61 次" in told[1]
    assert "已有 121 次" in told[2]
    assert "恢复了；其间有 150 次" in told[3]


def test_one_that_comes_and_goes_fills_no_log(
    outage: Outage, elapsed: Elapsed, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        for _ in range(100):
            outage.failed(WRITES, GONE)
            outage.worked(WRITES)
            elapsed.now += 0.5
    assert len(caplog.records) == 2


def test_reading_goes_on_where_only_writing_fails(
    outage: Outage, elapsed: Elapsed, caplog: pytest.LogCaptureFixture
) -> None:
    outage.failed(WRITES, GONE, waited=True)
    assert outage.known(WRITES) == GONE
    assert outage.known(READS) == ""
    outage.worked(READS)
    assert "恢复" not in caplog.text
    outage.failed(READS, GONE)
    outage.worked(WRITES)
    assert "恢复" not in caplog.text
    outage.worked(READS)
    assert "恢复了；其间有 2 次" in caplog.text


def test_who_has_nothing_to_write_proves_no_recovery(
    outage: Outage, caplog: pytest.LogCaptureFixture
) -> None:
    outage.failed(WRITES, GONE, waited=True)
    outage.worked(WRITES, proved=False)
    assert outage.known(WRITES) == "", "it answers in time"
    assert "恢复" not in caplog.text
    outage.worked(WRITES)
    assert "恢复了" in caplog.text
