"""Faults: what goes wrong on purpose, by plan or by a seeded chance.

A fault is not a refusal: it is counted here and appears in no list of violations.
"""

import random
from collections import Counter, defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from threading import Lock

DOWNLOAD = "download"
"""The name under which the download of a file can be made to fail."""


class Fault(Enum):
    """A kind of fault."""

    FLOOD = "429 with parameters.retry_after"
    SERVER_ERROR = "500 with an HTML page"
    BAD_GATEWAY = "502 with an HTML page"
    DROP_BEFORE = "connection dropped, nothing done"
    DROP_AFTER = "done, then connection dropped without an answer"
    DELAY = "done and answered after some seconds"
    ANSWER = "nothing done, answered with any status and body"
    ANSWER_AFTER = "done, then answered with any status and body"


_BY_CHANCE = tuple(kind for kind in Fault if "any status" not in kind.value)


@dataclass(frozen=True)
class PlannedFault:
    """One fault to inject: ``retry_after`` (FLOOD) and ``seconds`` (DELAY) are seconds, ``status``
    and ``body`` what an ANSWER is."""

    kind: Fault
    retry_after: int = 1
    seconds: float = 0.1
    status: int = 200
    body: bytes = b""


@dataclass
class _Chance:
    probability: float
    generator: random.Random
    kinds: list[PlannedFault]
    methods: frozenset[str] | None


class FaultPlan:
    """Which call fails how; planned faults go first, then chance. Thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._planned: dict[str, deque[PlannedFault]] = defaultdict(deque)
        self._chance: _Chance | None = None
        self._injected: Counter[tuple[str, Fault]] = Counter()

    def next(
        self,
        method: str,
        kind: Fault,
        times: int = 1,
        *,
        retry_after: int = 1,
        seconds: float = 0.1,
    ) -> None:
        """The next ``times`` calls of ``method`` (or ``"*"``: of any) fail so."""
        fault = PlannedFault(kind, retry_after, seconds)
        with self._lock:
            self._planned[method.lower()].extend([fault] * times)

    def answer(
        self, method: str, status: int, body: bytes, times: int = 1, *, done: bool = False
    ) -> None:
        """The next ``times`` calls of ``method`` are answered so, whether or not they are done."""
        kind = Fault.ANSWER_AFTER if done else Fault.ANSWER
        with self._lock:
            fault = PlannedFault(kind, status=status, body=body)
            self._planned[method.lower()].extend([fault] * times)

    def rate(
        self,
        probability: float,
        *,
        seed: int,
        kinds: Iterable[Fault] = _BY_CHANCE,
        methods: Iterable[str] | None = None,
        retry_after: int = 1,
        seconds: float = 0.1,
    ) -> None:
        """Each call fails with ``probability``, the kind drawn evenly from ``kinds``.

        The n-th call draws the n-th number of ``random.Random(seed)``. ``methods``: only
        these. A new rate replaces the old one; 0 ends it. ValueError: no probability or kind.
        """
        faults = [PlannedFault(kind, retry_after, seconds) for kind in kinds]
        if not 0 <= probability <= 1 or not faults:
            raise ValueError("a probability from 0 to 1 and at least one kind are needed")
        names = None if methods is None else frozenset(name.lower() for name in methods)
        with self._lock:
            self._chance = _Chance(probability, random.Random(seed), faults, names)

    def clear(self) -> None:
        """No more faults; the counters stay."""
        with self._lock:
            self._planned.clear()
            self._chance = None

    def draw(self, method: str) -> PlannedFault | None:
        """The fault for this call, counted as injected; None for none."""
        name = method.lower()
        with self._lock:
            fault = self._take(name)
            if fault is not None:
                self._injected[(name, fault.kind)] += 1
            return fault

    def _take(self, name: str) -> PlannedFault | None:
        for queue in (self._planned.get(name), self._planned.get("*")):
            if queue:
                return queue.popleft()
        chance = self._chance
        if chance is None or (chance.methods is not None and name not in chance.methods):
            return None
        if chance.generator.random() >= chance.probability:
            return None
        return chance.generator.choice(chance.kinds)

    def injected(self, method: str | None = None, kind: Fault | None = None) -> int:
        """How many faults were injected, of this method and this kind if given."""
        with self._lock:
            return sum(
                times
                for (name, what), times in self._injected.items()
                if (method is None or name == method.lower()) and kind in (None, what)
            )

    @property
    def counts(self) -> dict[Fault, int]:
        """How often each kind was injected."""
        with self._lock:
            total: Counter[Fault] = Counter()
            for (_, kind), times in self._injected.items():
                total[kind] += times
            return dict(total)
