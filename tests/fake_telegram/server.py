"""The fake server: a strict Bot API over real HTTP on a free loopback port.

with FakeTelegram() as fake:
    user = fake.person("张三")
    bot = Bot(fake.token, base_url=fake.base_url, base_file_url=fake.base_file_url)
"""

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterable
from itertools import count
from threading import Event, Thread
from types import TracebackType

import uvicorn
from starlette.applications import Starlette

from .connection import DroppableProtocol
from .courier import Courier, Delivery
from .engine import PromptServer
from .faults import FaultPlan
from .gateway import Gateway
from .journal import Call, Journal, Violation
from .patience import PATIENCE
from .people import Group, Person
from .refusal import JSONObject
from .throttle import Throttle
from .world import Webhook, World

_BOT_IDS = count(700_000_001)


class FakeTelegram:
    """One server with one bot; a context manager, or ``start()`` and ``stop()``."""

    def __init__(self, *, latency: float = 0.0, username: str = "mingbai_test_bot") -> None:
        number = next(_BOT_IDS)
        self.token = f"{number}:AAFakeTokenForTestsOnly-{number:012d}"
        self.world = World(number, username)
        self.faults = FaultPlan()
        self.throttle = Throttle()
        self.journal = Journal(self.world.changed)
        # Named as TCP, or asyncio would leave Nagle's delay on: 40 ms a call.
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.base_url = f"http://127.0.0.1:{self.port}/bot"
        self.base_file_url = f"http://127.0.0.1:{self.port}/file/bot"
        self.gateway = Gateway(
            self.world, self.token, self.faults, self.throttle, self.journal, latency
        )
        self.courier = Courier(self.world, self.gateway.perform)
        self._person_ids = count(1_000_001)
        self._group_ids = count(2_000_001)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ready = Event()
        self._server = self._make_server()
        self._thread = Thread(target=self._run, name=f"fake-telegram-{self.port}", daemon=True)
        self.world.mailbox.listen(self._wake)

    # -- life ---------------------------------------------------------------------------------

    def _make_server(self) -> PromptServer:
        config = uvicorn.Config(
            Starlette(routes=self.gateway.routes(), lifespan=self._lifespan),
            http=DroppableProtocol,
            ws="none",
            loop="asyncio",
            lifespan="on",
            log_config=None,
            log_level="critical",
            access_log=False,
            timeout_keep_alive=120,
            server_header=False,
        )
        return PromptServer(config)

    @contextlib.asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        self._loop = asyncio.get_running_loop()
        deliveries = asyncio.ensure_future(self.courier.run())
        self._ready.set()
        try:
            yield
        finally:
            deliveries.cancel()
            await asyncio.gather(deliveries, return_exceptions=True)

    def _run(self) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            self._server.run(sockets=[self._socket])

    def start(self) -> "FakeTelegram":
        """Serve from now on; returns when calls can be made. RuntimeError: did not start."""
        self._socket.listen(1024)
        self._thread.start()
        if not self._ready.wait(PATIENCE):
            raise RuntimeError("the fake server did not start")
        return self

    def stop(self) -> None:
        """End all calls in progress and the thread, within a second."""
        loop = self._loop
        if loop is None or not self._thread.is_alive():
            self._socket.close()
            return
        self._server.should_exit = True
        loop.call_soon_threadsafe(self._halt)
        self._thread.join(0.6)
        if self._thread.is_alive():
            self._server.force_exit = True
            self._thread.join(5)
        self._loop = None

    def _halt(self) -> None:
        self._server.end.set()
        self.gateway.stopping.set()
        self.gateway.polls.wake()

    def __enter__(self) -> "FakeTelegram":
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _wake(self) -> None:
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self.gateway.polls.wake)
                self._loop.call_soon_threadsafe(self.courier.wake)

    # -- who is there ---------------------------------------------------------------------------

    def person(self, name: str, *, username: str | None = None, started: bool = True) -> Person:
        """A new person; ``started`` False: the bot may not write before the person does."""
        return Person.arrive(self.world, next(self._person_ids), name, username, started)

    def group(self, title: str, *members: Person, privacy: bool = True) -> Group:
        """A new group with the bot; ``privacy``: the bot sees only what is meant for it."""
        return Group.gather(self.world, -next(self._group_ids), title, members, privacy)

    # -- updates ------------------------------------------------------------------------------

    def inject(self, update: JSONObject) -> int:
        """Queue one raw update as it is; its id (given or the next). Ids may repeat."""
        return self.world.mailbox.put_raw([update])[0]

    def queue(self, updates: Iterable[JSONObject | tuple[Person, str]]) -> list[int]:
        """Queue many at once: raw updates or (person, text) pairs; the bot sees all or none."""
        with self.world.lock:
            raw = [u[0].draft(u[1]) if isinstance(u, tuple) else u for u in updates]
            return self.world.mailbox.put_raw(raw)

    @property
    def pending(self) -> int:
        """How many updates the bot has not confirmed."""
        return len(self.world.mailbox)

    @property
    def confirmed(self) -> list[int]:
        """Ids of the updates the bot confirmed, in order."""
        with self.world.lock:
            return list(self.world.mailbox.delivered)

    @property
    def deliveries(self) -> list[Delivery]:
        """Every attempt to post an update to the webhook, in order."""
        return list(self.courier.deliveries)

    @property
    def webhook(self) -> Webhook | None:
        """The webhook that is set."""
        return self.world.webhook

    def expire_questions(self) -> None:
        """Every pressed button and inline query asked so far is too old to answer."""
        with self.world.lock:
            for question in self.world.questions.values():
                question.expired = True

    @property
    def unanswered(self) -> list[str]:
        """Ids of the pressed buttons the bot has not answered."""
        with self.world.lock:
            asked = self.world.questions.values()
            return [q.id for q in asked if q.kind == "callback_query" and not q.answers]

    @property
    def answer_window(self) -> float:
        """Seconds within which a button or an inline query can be answered."""
        return self.world.answer_window

    @answer_window.setter
    def answer_window(self, seconds: float) -> None:
        self.world.answer_window = seconds

    # -- what tests read and set --------------------------------------------------------------

    @property
    def latency(self) -> float:
        """Seconds added to every call."""
        return self.gateway.latency

    @latency.setter
    def latency(self, seconds: float) -> None:
        self.gateway.latency = seconds

    @property
    def violations(self) -> list[Violation]:
        """Every refused call, except injected faults."""
        return self.journal.violations

    @property
    def calls(self) -> list[Call]:
        """Every accepted call."""
        return self.journal.calls

    def wait(self, condition: Callable[[], bool], timeout: float = PATIENCE) -> None:
        """Block until ``condition()``; looked at after each change. TimeoutError."""
        deadline = time.monotonic() + timeout
        with self.world.changed:
            while not condition():
                left = deadline - time.monotonic()
                if left <= 0:
                    raise TimeoutError(f"not so within {timeout} s")
                self.world.changed.wait(min(left, 0.25))

    def drained(self, timeout: float = PATIENCE) -> None:
        """Block until the bot has confirmed every update. TimeoutError."""
        self.wait(lambda: self.pending == 0, timeout)
