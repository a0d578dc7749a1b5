"""The dispatcher: every message arrives or is given up for good, whatever happens around it."""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

import bot.outbox
from bot.outbox import AT_ONCE, Delivery, Dispatcher, NotTaken
from bot.store.database import Database, StoreError
from bot.store.outbox import LEASE, Claimed, Message, Outbox

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
YEAR = timedelta(days=365)
TICK = LEASE.total_seconds() / 3


class Time:
    """Stands still until told; ``jump`` sets the clock on the wall only."""

    def __init__(self) -> None:
        self.wall = NOW
        self.seconds = 0.0
        self._sleeping: list[tuple[float, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return self.wall

    def elapsed(self) -> float:
        return self.seconds

    def jump(self, by: timedelta) -> None:
        self.wall += by

    @property
    def longest(self) -> float:
        """Seconds until the last one who sleeps wakes up."""
        return max((at - self.seconds for at, _ in self._sleeping), default=0.0)

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.get_running_loop().create_future()
        self._sleeping.append((self.seconds + seconds, woken))
        await woken

    async def advance(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.seconds += seconds
        for at, woken in self._sleeping:
            if at <= self.seconds and not woken.done():
                woken.set_result(None)
        self._sleeping = [(at, woken) for at, woken in self._sleeping if not woken.done()]
        await asyncio.sleep(0.01)


class Channel:
    """Delivers at once, unless told otherwise by name; ``got`` is (name, repeated)."""

    def __init__(self) -> None:
        self.got: list[tuple[str, bool]] = []
        self.begun: list[str] = []
        self.open: dict[str, asyncio.Event] = {}
        self.broken_off: list[str] = []
        self.does: dict[str, Callable[[Claimed], Awaitable[Delivery]]] = {}
        self.at_most = 0
        self._inside = 0

    def hold(self, *names: str) -> None:
        self.open.update({name: asyncio.Event() for name in names})

    async def deliver(self, claimed: Claimed) -> Delivery:
        name = claimed.message.name
        self.begun.append(name)
        self._inside += 1
        self.at_most = max(self.at_most, self._inside)
        try:
            if name in self.open:
                await self.open[name].wait()
            if name in self.does:
                return await self.does[name](claimed)
        except asyncio.CancelledError:
            self.broken_off.append(name)
            raise
        finally:
            self._inside -= 1
        self.got.append((name, claimed.repeated))
        return Delivery.DELIVERED


def raising(*errors: Exception) -> Callable[[Claimed], Awaitable[Delivery]]:
    """Fails with each error in turn, then delivers."""
    left = list(errors)

    async def deliver(_: Claimed) -> Delivery:
        if left:
            raise left.pop(0)
        return Delivery.DELIVERED

    return deliver


async def undeliverable(_: Claimed) -> Delivery:
    return Delivery.UNDELIVERABLE


class Desk:
    """Everything around one dispatcher."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.outbox = Outbox(database)
        self.time = Time()
        self.channel = Channel()
        self.instead: Callable[[Claimed], Sequence[Message]] = lambda claimed: ()

    def dispatcher(self) -> Dispatcher:
        return Dispatcher(
            self.outbox,
            self.channel.deliver,
            self.time.now,
            self.escalate,
            sleep=self.time.sleep,
            elapsed=self.time.elapsed,
        )

    def escalate(self, claimed: Claimed) -> Sequence[Message]:
        return self.instead(claimed)

    def put(self, *names: str) -> None:
        self.outbox.put([message(name) for name in names])

    @asynccontextmanager
    async def running(self) -> AsyncIterator[asyncio.Task[None]]:
        task = asyncio.create_task(self.dispatcher().run())
        try:
            yield task
        finally:
            if not task.cancelling():
                task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def until(self, holds: Callable[[], bool], step: float = 0.0) -> None:
        """Wait until something holds; each round ``step`` seconds go by."""
        for _ in range(3000):
            if holds():
                return
            await self.time.advance(step)
        raise AssertionError(f"never: {self.states()}, {self.channel.got}")

    async def until_renewed(self, name: str) -> None:
        """Let a third of a lease go by; returns when it was renewed and waits again."""
        before = self.rows()[name]
        await self.time.advance(TICK)
        await self.until(lambda: self.rows()[name] != before and self.time.longest == TICK)

    def states(self) -> dict[str, str]:
        return {name: state for name, (state, *_) in self.rows().items()}

    def rows(self) -> dict[str, tuple[str, bool, str]]:
        """name -> (state, repeated, lease)."""
        with self.database.read() as connection:
            told = "SELECT name, state, repeated, lease FROM outbox"
            found = connection.exec_driver_sql(told).all()
        return {row.name: (row.state, bool(row.repeated), str(row.lease)) for row in found}

    def all_sent(self) -> bool:
        return set(self.states().values()) == {"sent"}


class Gone:
    """A database that is away."""

    def connect(self) -> None:
        raise OperationalError("SELECT", {}, OSError("disk I/O error"))


def message(name: str, person: str = "telegram:1") -> Message:
    return Message(name, person, "warning", "clock", {"text": f"内容 {name}"}, NOW)


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


def run(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(work())


def test_one_batch(desk: Desk) -> None:
    names = [str(number) for number in range(AT_ONCE + 5)]
    desk.put(*names)

    async def work() -> None:
        dispatcher = desk.dispatcher()
        assert [await dispatcher.once() for _ in range(3)] == [AT_ONCE, 5, 0]

    run(work)
    assert desk.channel.got == [(name, False) for name in names]
    assert desk.all_sent()


def test_running_sends_what_falls_due(desk: Desk) -> None:
    async def work() -> None:
        async with desk.running():
            desk.put("a")
            await desk.until(desk.all_sent, step=1)
            soon = desk.time.now() + timedelta(seconds=30)
            desk.outbox.put([Message("b", "telegram:1", "warning", "clock", {}, soon)])
            await desk.until(lambda: desk.time.now() >= soon - timedelta(seconds=2), step=1)
            assert desk.channel.begun == ["a"]
            await desk.until(desk.all_sent, step=1)

    run(work)
    assert desk.channel.got == [("a", False), ("b", False)]


def test_what_a_dead_process_held_goes_out_marked(desk: Desk) -> None:
    desk.put("a", "b")
    desk.outbox.claim(NOW, 1)  # and never heard of again

    async def work() -> None:
        assert await desk.dispatcher().once() == 1
        await desk.time.advance(LEASE.total_seconds())
        assert await desk.dispatcher().once() == 1

    run(work)
    assert desk.channel.got == [("b", False), ("a", True)]


def test_no_more_than_twenty_and_stuck_ones_keep_nobody_waiting(desk: Desk) -> None:
    stuck = [f"stuck {number}" for number in range(AT_ONCE - 1)]
    others = [f"other {number}" for number in range(30)]
    desk.put(*stuck, *others)

    async def work() -> None:
        desk.channel.hold(*stuck)
        async with desk.running():
            await desk.until(lambda: sum(s == "sent" for s in desk.states().values()) == 30)
            assert desk.channel.at_most == AT_ONCE
            assert {desk.states()[name] for name in stuck} == {"sending"}
            for name in stuck:
                desk.channel.open[name].set()
            await desk.until(desk.all_sent)

    run(work)
    assert len(desk.channel.got) == len(stuck) + len(others)
    assert not any(repeated for _, repeated in desk.channel.got)


def test_all_twenty_stuck_for_an_hour_then_everything_arrives_once(desk: Desk) -> None:
    names = [str(number) for number in range(AT_ONCE + 10)]
    desk.put(*names)

    async def work() -> None:
        desk.channel.hold(*names)
        async with desk.running():
            await desk.until(lambda: len(desk.channel.begun) == AT_ONCE)
            for _ in range(int(3600 / TICK)):
                await desk.until_renewed("0")
                late = desk.time.now() + LEASE / 2
                assert len(desk.outbox.claim(late, 1, holding=range(AT_ONCE + 1, 99))) == 0
            for name in names:
                desk.channel.open[name].set()
            await desk.until(desk.all_sent)

    run(work)
    assert sorted(desk.channel.got) == sorted((name, False) for name in names)


@pytest.mark.parametrize(
    ("error", "repeated"),
    [(NotTaken(), False), (StoreError("x"), False), (RuntimeError("内容 a"), True)],
)
def test_an_error_means_later(
    desk: Desk, error: Exception, repeated: bool, caplog: pytest.LogCaptureFixture
) -> None:
    desk.put("a")
    desk.channel.does["a"] = raising(error, error, error)

    async def work() -> None:
        dispatcher = desk.dispatcher()
        for pause in (2, 4, 8):
            assert await dispatcher.once() == 1
            await desk.time.advance(pause - 1)
            assert await dispatcher.once() == 0
            await desk.time.advance(1)
            assert desk.rows()["a"][:2] == ("due", repeated)
        assert await dispatcher.once() == 1

    run(work)
    assert desk.all_sent()
    assert "内容" not in caplog.text
    assert caplog.text.count(type(error).__name__) == 1, "said once"


def test_the_pause_grows_to_five_minutes(desk: Desk) -> None:
    desk.put("a")
    desk.channel.does["a"] = raising(*[NotTaken()] * 30)

    async def work() -> None:
        dispatcher = desk.dispatcher()
        for _ in range(29):
            assert await dispatcher.once() == 1
            await desk.time.advance(300)

    run(work)
    assert desk.channel.begun == ["a"] * 29


def test_undeliverable_goes_to_others(desk: Desk) -> None:
    desk.put("a", "b")
    desk.channel.does["a"] = undeliverable
    asked: list[str] = []

    def instead(claimed: Claimed) -> list[Message]:
        asked.append(claimed.message.name)
        return [message(f"legal {number}", f"telegram:{number}") for number in (2, 3)]

    desk.instead = instead

    async def work() -> None:
        dispatcher = desk.dispatcher()
        assert await dispatcher.once() == 2
        assert desk.states()["a"] == "undelivered"
        assert await dispatcher.once() == 2
        assert await dispatcher.once() == 0

    run(work)
    assert asked == ["a"]
    assert sorted(desk.channel.got) == [("b", False), ("legal 2", False), ("legal 3", False)]


def test_undeliverable_is_written_together_with_its_replacement(desk: Desk) -> None:
    """The first attempt to write fails at the replacement: the row has to stay open."""
    desk.put("a")
    desk.channel.does["a"] = undeliverable
    broken = message("legal", None)  # type: ignore[arg-type]
    seen: list[str] = []

    def instead(_: Claimed) -> list[Message]:
        seen.append(desk.states()["a"])
        return [broken] if len(seen) == 1 else [message("legal")]

    desk.instead = instead

    async def work() -> None:
        async with desk.running():
            await desk.until(lambda: desk.states().get("legal") == "sent", step=1)

    run(work)
    assert seen == ["sending", "sending"]
    assert desk.states() == {"a": "undelivered", "legal": "sent"}


def test_an_escalation_that_fails_is_asked_again(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.put("a")
    desk.channel.does["a"] = undeliverable
    asked: list[bool] = []

    def instead(claimed: Claimed) -> list[Message]:
        asked.append(claimed.repeated)
        if len(asked) == 1:
            raise KeyError("内容 a")
        return [message("legal")]

    desk.instead = instead

    async def work() -> None:
        async with desk.running():
            await desk.until(lambda: desk.states().get("legal") == "sent", step=1)

    run(work)
    assert asked == [False, False]
    assert "内容" not in caplog.text


def test_nobody_left_to_tell_is_said_by_number(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.put("first", "姓名电话")
    desk.channel.does["姓名电话"] = undeliverable

    async def work() -> None:
        await desk.dispatcher().once()

    run(work)
    assert desk.states() == {"first": "sent", "姓名电话": "undelivered"}
    (record,) = [record for record in caplog.records if record.levelname == "ERROR"]
    assert "第 2 行" in record.getMessage()
    assert "姓名电话" not in caplog.text
    assert "telegram:1" not in caplog.text


def test_the_database_goes_away_between_sending_and_marking(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    desk.put("a", "b")
    engine = desk.database.engine

    async def last_words(_: Claimed) -> Delivery:
        monkeypatch.setattr(desk.database, "engine", Gone())
        return Delivery.DELIVERED

    desk.channel.does["b"] = last_words

    async def work() -> None:
        async with desk.running():
            await desk.until(lambda: isinstance(desk.database.engine, Gone))
            for _ in range(70):  # longer than the leases
                await desk.time.advance(1)
            monkeypatch.setattr(desk.database, "engine", engine)
            await desk.until(desk.all_sent, step=1)
            for _ in range(70):
                await desk.time.advance(1)

    run(work)
    assert sorted(desk.channel.begun) == ["a", "b"], "each went out once"
    assert caplog.text.count("数据库用不了") == 1
    assert caplog.text.count("数据库恢复") == 1


def test_the_database_is_away_at_the_start(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    desk.put("a")
    engine = desk.database.engine

    async def work() -> None:
        monkeypatch.setattr(desk.database, "engine", Gone())
        async with desk.running():
            for _ in range(30):
                await desk.time.advance(1)
            monkeypatch.setattr(desk.database, "engine", engine)
            await desk.until(desk.all_sent, step=1)

    run(work)
    assert desk.channel.got == [("a", False)]
    assert caplog.text.count("数据库用不了") == 1


def test_a_send_whose_lease_cannot_be_renewed_is_broken_off(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The database may be away for this process only: another one would send it too."""
    desk.put("a")
    engine = desk.database.engine

    async def work() -> None:
        desk.channel.hold("a")
        async with desk.running():
            await desk.until(lambda: desk.channel.begun == ["a"])
            for _ in range(4):
                await desk.until_renewed("a")
            monkeypatch.setattr(desk.database, "engine", Gone())
            await desk.time.advance(TICK)
            await desk.until(lambda: "数据库用不了" in caplog.text)
            assert desk.channel.broken_off == [], "there is time for another try"
            await desk.time.advance(TICK)  # the next would be when anybody may take it
            await desk.until(lambda: desk.channel.broken_off == ["a"])
            monkeypatch.setattr(desk.database, "engine", engine)
            desk.channel.open["a"].set()
            await desk.until(desk.all_sent, step=1)

    run(work)
    assert desk.channel.got == [("a", True)]


@pytest.mark.parametrize("jumps", [(YEAR, -YEAR), (-YEAR, YEAR)])
def test_the_clock_jumps_while_a_send_goes_on(desk: Desk, jumps: tuple[timedelta, ...]) -> None:
    desk.put("a")

    async def work() -> None:
        desk.channel.hold("a")
        async with desk.running():
            await desk.until(lambda: desk.channel.begun == ["a"])
            for jump in jumps:
                desk.time.jump(jump)
                for _ in range(10):
                    await desk.time.advance(1)
                before = desk.rows()
                await desk.until(lambda before=before: desk.rows() != before, step=1)  # type: ignore[misc]
            desk.channel.open["a"].set()
            await desk.until(desk.all_sent, step=1)

    run(work)
    assert desk.channel.got == [("a", False)]


def test_the_clock_is_set_back_over_a_dead_process(desk: Desk) -> None:
    """Its lease ends in a year by the new clock, and its message is due in a year: it goes."""
    desk.put("a", "b")
    desk.outbox.claim(NOW, 1)

    async def work() -> None:
        desk.time.jump(-YEAR)
        async with desk.running():
            await desk.until(lambda: desk.states()["a"] == "sent", step=1)
            assert desk.channel.got == [("a", True)]
            desk.time.jump(YEAR)
            await desk.until(desk.all_sent, step=1)

    run(work)
    assert desk.channel.got == [("a", True), ("b", False)]


def test_a_send_somebody_else_has_taken_is_broken_off(desk: Desk) -> None:
    desk.put("a")

    async def work() -> None:
        desk.channel.hold("a")
        async with desk.running():
            await desk.until(lambda: desk.channel.begun == ["a"])
            ahead = NOW + LEASE + timedelta(minutes=1)  # a machine whose clock is wrong
            (stolen,) = desk.outbox.claim(ahead, 1)
            assert stolen.repeated
            await desk.time.advance(TICK)
            await desk.until(lambda: desk.channel.broken_off == ["a"])
            for _ in range(20):
                await desk.time.advance(1)
            assert desk.outbox.renew([stolen], ahead) == {stolen.id}, "it is the other's"
            desk.outbox.sent([stolen.id], NOW)

    run(work)
    assert desk.channel.begun == ["a"]
    assert desk.all_sent()


def test_a_claim_that_took_as_long_as_its_lease_is_not_sent(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.put("a")
    claim = desk.outbox.claim

    def slow(*given: Any) -> list[Claimed]:
        taken = claim(*given)
        desk.time.seconds += LEASE.total_seconds()
        return taken

    async def work() -> None:
        monkeypatch.setattr(desk.outbox, "claim", slow)
        assert await desk.dispatcher().once() == 1

    run(work)
    assert desk.channel.begun == []
    assert desk.rows()["a"][:2] == ("due", False)


def test_the_end_waits_for_sends_and_writes_their_marks(desk: Desk) -> None:
    desk.put("a", "b")

    async def work() -> None:
        desk.channel.hold("a", "b")
        async with desk.running() as task:
            await desk.until(lambda: len(desk.channel.begun) == 2)
            task.cancel()
            await asyncio.sleep(0.01)
            assert not task.done()
            desk.channel.open["a"].set()
            desk.channel.open["b"].set()

    run(work)
    assert desk.all_sent()
    assert sorted(desk.channel.got) == [("a", False), ("b", False)]


def test_the_end_gives_back_what_is_stuck(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.outbox, "GRACE", 0.3)
    desk.put("stuck", "quick")

    async def work() -> None:
        desk.channel.hold("stuck")
        async with desk.running():
            await desk.until(lambda: desk.states()["quick"] == "sent")
        assert desk.rows()["stuck"][:2] == ("due", True), "nobody has to wait for the lease"
        desk.channel.open["stuck"].set()
        assert await desk.dispatcher().once() == 1

    run(work)
    assert desk.channel.got == [("quick", False), ("stuck", True)]


def test_the_end_gives_back_what_was_just_claimed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.put("a")
    claim = desk.outbox.claim
    hands: dict[str, asyncio.Task[None]] = {}

    def interrupted(*given: Any) -> list[Claimed]:
        taken = claim(*given)
        hands["loop"].get_loop().call_soon_threadsafe(hands["loop"].cancel)
        return taken

    async def work() -> None:
        monkeypatch.setattr(desk.outbox, "claim", interrupted)
        async with desk.running() as task:
            hands["loop"] = task
            await asyncio.wait([task])

    run(work)
    assert desk.channel.begun == []
    assert desk.rows()["a"][:2] == ("due", False)


def test_the_end_does_not_wait_for_a_database_that_is_away(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.outbox, "GRACE", 0.1)
    desk.put("a")
    engine = desk.database.engine

    async def work() -> None:
        desk.channel.hold("a")
        async with desk.running():
            await desk.until(lambda: bool(desk.channel.begun))
            monkeypatch.setattr(desk.database, "engine", Gone())
            desk.channel.open["a"].set()
            await desk.until(lambda: bool(desk.channel.got))
        monkeypatch.setattr(desk.database, "engine", engine)
        assert desk.states() == {"a": "sending"}
        await desk.time.advance(LEASE.total_seconds())
        assert await desk.dispatcher().once() == 1

    run(work)
    assert desk.channel.got == [("a", False), ("a", True)]


def test_two_dispatchers_share_the_work(desk: Desk) -> None:
    names = [str(number) for number in range(200)]
    desk.put(*names)

    async def work() -> None:
        async with desk.running(), desk.running():
            await desk.until(desk.all_sent)

    run(work)
    counted: defaultdict[str, int] = defaultdict(int)
    for name, repeated in desk.channel.got:
        counted[name] += 1
        assert not repeated
    assert dict(counted) == dict.fromkeys(names, 1)
