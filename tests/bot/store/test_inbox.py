"""Updates in the hands of several processes: each is answered by one, none is left lying."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copytree

import pytest
from sqlalchemy import Connection

from bot.store.database import STEP, TAKING, Database
from bot.store.inbox import DONE, KEPT, RECEIVED, SENDING, Inbox, Received, sweep
from bot.store.lease import FARTHEST, LEASE
from bot.telegram.holder import holder_of
from tests.bot.conftest import ROOT

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def update(number: int) -> Received:
    return Received(number, {"update_id": number}, f'{{"update_id": {number}}}')


def numbers(taken: list[Received]) -> list[int]:
    return [received.update_id for received in taken]


def states(database: Database) -> dict[int, str]:
    with database.read() as connection:
        found = connection.exec_driver_sql("SELECT update_id, state FROM updates").all()
    return {row.update_id: row.state for row in found}


@pytest.fixture
def first(database: Database) -> Inbox:
    return Inbox(database, 1, "first")


@pytest.fixture
def second(database: Database) -> Inbox:
    return Inbox(database, 1, "second")


def test_each_update_is_taken_once(first: Inbox, second: Inbox) -> None:
    assert numbers(first.take([update(2), update(1), update(2)], NOW)) == [2, 1]
    assert numbers(second.take([update(1), update(3)], NOW)) == [3]
    assert numbers(Inbox(first.database, 2, "other bot").take([update(1)], NOW)) == [1]


def test_the_same_update_at_all_processes_at_once(database: Database) -> None:
    inboxes = [Inbox(database, 1, f"process {number}") for number in range(4)]
    with ThreadPoolExecutor(len(inboxes)) as threads:
        for number in range(30):
            taken = threads.map(lambda inbox, n=number: inbox.take([update(n)], NOW), inboxes)
            assert sum(len(one) for one in taken) == 1


def test_nobody_waits_long_behind_what_is_written_down_first(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever asks while an update or its mark is written waits as long, and then to be read."""
    waits: list[float] = []
    begin = Database.begin

    def noted(self: Database, reads: bool = False) -> AbstractContextManager[Connection]:
        waits.append(self._patience(reads))
        return begin(self, reads)

    served = Database(database_url, serves=True)
    served.migrate()
    inbox = Inbox(served, 1, "first")
    monkeypatch.setattr(Database, "begin", noted)
    inbox.take([update(1)], NOW)
    inbox.mark([1], [])
    inbox.mark([], [1])
    served.close()
    assert waits == [TAKING] * 3
    assert TAKING < STEP


def test_what_another_has_in_hand_is_left_alone(first: Inbox, second: Inbox) -> None:
    first.take([update(1), update(2)], NOW)
    assert second.claim(NOW + LEASE - SECOND, own=True) == []
    first.renew(NOW + LEASE - SECOND)
    assert second.claim(NOW + 2 * LEASE - 2 * SECOND) == []
    assert first.claim(NOW + 2 * LEASE) == [], "it is in hand"


def test_what_a_dead_process_had_is_taken_up_in_order(first: Inbox, second: Inbox) -> None:
    first.take([update(2), update(1), update(3)], NOW)
    assert first.mark([1], [3]) == set()
    left = second.claim(NOW + LEASE)
    assert [(one.update_id, one.repeated) for one in left] == [(2, False), (1, True)]
    assert left[0].payload == {"update_id": 2}
    assert first.claim(NOW + LEASE, own=True) == [], "somebody has it now"
    assert second.claim(NOW + 2 * LEASE) == []


def test_who_slept_too_long_does_not_answer_any_more(first: Inbox, second: Inbox) -> None:
    first.take([update(1), update(2)], NOW)
    assert numbers(second.claim(NOW + LEASE)) == [1, 2]
    second.mark([2], [1])
    first.renew(NOW + LEASE)
    assert first.mark([1, 2, 99], []) == {1, 2}, "nothing is known of 99: it is answered"
    assert states(first.database) == {1: DONE, 2: SENDING}
    assert second.mark([], [2]) == set()
    assert first.claim(NOW + 9 * LEASE, own=True) == []


def test_ones_own_from_an_earlier_life_are_taken_up_at_once(first: Inbox) -> None:
    first.take([update(1)], NOW)
    again = Inbox(first.database, 1, "first")
    assert numbers(again.claim(NOW + SECOND, own=True)) == [1]
    assert again.mark([1], []) == set()


def test_what_is_given_back_is_taken_up_at_once(first: Inbox, second: Inbox) -> None:
    first.take([update(1), update(2)], NOW)
    first.mark([2], [])
    first.give_back()
    left = second.claim(NOW + SECOND)
    assert [(one.update_id, one.repeated) for one in left] == [(1, False), (2, True)]
    assert first.mark([1], []) == {1}


def test_a_lease_from_before_the_clock_was_set_back_holds_nothing(
    first: Inbox, second: Inbox
) -> None:
    first.take([update(1)], NOW + timedelta(days=400))
    assert numbers(second.claim(NOW)) == [1]
    assert second.claim(NOW + FARTHEST) == []


def test_damage_is_read_as_nothing(first: Inbox, second: Inbox) -> None:
    first.take([update(1), update(2)], NOW)
    with first.database.begin() as connection:
        connection.exec_driver_sql("UPDATE updates SET payload = '[3' WHERE update_id = 1")
        connection.exec_driver_sql("UPDATE updates SET payload = '[3]' WHERE update_id = 2")
    assert [one.payload for one in second.claim(NOW + LEASE)] == [{}, {}]


def test_all_is_forgotten_after_two_days(first: Inbox) -> None:
    """Answered or not; but not what somebody has in hand."""
    first.take([update(1), update(2)], NOW)
    first.mark([2], [1])
    first.give_back()
    first.take([update(3)], NOW)
    late = NOW + KEPT + SECOND
    first.renew(late)
    first.take([update(4)], late)
    sweep(first.database, late)
    assert states(first.database) == {3: RECEIVED, 4: RECEIVED}
    sweep(first.database, late + LEASE)
    assert states(first.database) == {4: RECEIVED}


def test_the_folders_name_is_for_one_process(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    folder.mkdir()
    program = (
        "import sys; from pathlib import Path; from bot.telegram.holder import holder_of\n"
        "print(holder_of(Path(sys.argv[1])), flush=True); sys.stdin.read()"
    )

    def begin(where: Path) -> tuple[subprocess.Popen[str], str]:
        pipe = subprocess.PIPE
        command = [sys.executable, "-c", program, str(where)]
        process = subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True)
        assert process.stdout is not None
        return process, process.stdout.readline().strip()

    one, name = begin(folder)
    other, others = begin(folder)
    copy = copytree(folder, tmp_path / "copy")
    third, thirds = begin(copy)
    for process in (one, other, third):
        process.kill()
        process.communicate()
    assert len({name, others, thirds}) == 3
    assert holder_of(folder) == name, "of who died there"
    assert holder_of(tmp_path / "nosuch") != holder_of(tmp_path / "nosuch")
    assert all(len(name) <= 40 for name in (name, others, thirds))
