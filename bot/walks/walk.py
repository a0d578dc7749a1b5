"""One incident walked along a guide: which way, what is ticked, what is open. Pure.

The guide may be edited while a walk goes on. Ticks hold on to step ids and answers to the
words of the choice: what no longer exists counts as not done and is never dropped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from guides.model import Guide
from guides.parts import Circulation, Step

_END = "end"
NOT_APPLICABLE = "不适用"  # kept as the choice of a mark: a step with a condition that is not met


class WalkState(StrEnum):
    OPEN = "open"
    PAUSED = "paused"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class Mark:
    """A ticked step; ``choice`` is the ``when`` of the answer at a step that asks, and
    ``NOT_APPLICABLE`` at one whose condition (``if``) is not met."""

    step: str
    at: datetime
    choice: str | None = None


@dataclass(frozen=True, slots=True)
class Walk:
    """``revision`` and ``seen`` (step id -> its words): the guide as the officer last saw it.
    ``marks`` by step id. ``circulation`` as of a clock. Times are aware."""

    id: str
    person: str
    guide: str
    revision: int
    label: str
    state: WalkState
    started: datetime
    changed: datetime
    finished: datetime | None = None
    seen: Mapping[str, str] = field(default_factory=dict)
    marks: Mapping[str, Mark] = field(default_factory=dict)
    circulation: Circulation | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """``steps`` in walking order, as far as the answers lead; ``ended``: as far as it goes.

    ``again``: the way leads back to a step it has passed, and this one is to be answered
    anew. ``aside``: ticks off this way, the oldest first (another branch, a removed step).
    """

    steps: tuple[Step, ...]
    ended: bool
    again: Step | None = None
    aside: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenMusts:
    """``steps``: must-steps of the route without a tick. Not ``ended``: the route goes on
    beyond what is answered, and more may come."""

    steps: tuple[Step, ...]
    ended: bool


@dataclass(frozen=True, slots=True)
class Changes:
    """What an edit did to the steps: new ones, (id, old words), (step, old words)."""

    added: tuple[Step, ...]
    removed: tuple[tuple[str, str], ...]
    reworded: tuple[tuple[Step, str], ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.reworded)


def is_done(step: Step, walk: Walk) -> bool:
    """Ticked, or said not to apply; a step that asks: answered with a choice it still has."""
    mark = walk.marks.get(step.id)
    if mark is None:
        return False
    if not step.choices:
        return mark.choice is None or is_waived(step, walk)
    return any(choice.when == mark.choice for choice in step.choices)


def is_waived(step: Step, walk: Walk) -> bool:
    """Said not to apply, by a condition it still has: a step for everybody has to be done."""
    mark = walk.marks.get(step.id)
    return bool(mark and step.only_if and mark.choice == NOT_APPLICABLE)


def route(guide: Guide, walk: Walk) -> Route:
    """From the first step on: ``next``, and where a step asks, the answer given.

    Ends at a step without a valid answer, at one whose next does not exist, or (``again``)
    where it would go in a circle.
    """
    steps: list[Step] = []
    passed: set[str] = set()
    ended, again = False, None
    step = guide.steps[0] if guide.steps else None
    while step is not None:
        steps.append(step)
        passed.add(step.id)
        target = _target(guide, step, walk)
        if target in passed:
            # Only another answer leads out of a circle. It is gone round again as the guide
            # says: each time the question that was answered longest ago.
            circle = steps[[s.id for s in steps].index(target) :]
            asks = [s for s in circle if s.choices]
            again = min(asks, key=lambda s: walk.marks[s.id].at, default=None)
            break
        ended = target == _END
        step = guide.step(target) if target else None
    off = [mark for mark in walk.marks.values() if mark.step not in passed]
    return Route(tuple(steps), ended, again, tuple(sorted(off, key=lambda mark: mark.at)))


def _target(guide: Guide, step: Step, walk: Walk) -> str | None:
    if not step.choices:
        return guide.following(step)[0]
    mark = walk.marks.get(step.id)
    said = mark.choice if mark else None
    return next((choice.go for choice in step.choices if choice.when == said), None)


def current(guide: Guide, walk: Walk) -> Step | None:
    """What to do next: the first step of the route without a tick, or the question to answer
    again; None when the route has been walked."""
    way = route(guide, walk)
    return next((step for step in way.steps if not is_done(step, walk)), way.again)


def open_musts(guide: Guide, walk: Walk) -> OpenMusts:
    way = route(guide, walk)
    missing = tuple(step for step in way.steps if step.must and not is_done(step, walk))
    return OpenMusts(missing, way.ended)


def seen_of(guide: Guide) -> dict[str, str]:
    """Step id -> its words, the answers it offers included."""
    return {step.id: _words(step) for step in guide.steps}


def changes(guide: Guide, walk: Walk) -> Changes:
    """The guide now against ``walk.seen``."""
    seen = walk.seen
    now = {step.id: step for step in guide.steps}
    return Changes(
        added=tuple(step for step in guide.steps if step.id not in seen),
        removed=tuple((step, words) for step, words in seen.items() if step not in now),
        reworded=tuple(
            (step, seen[step.id])
            for step in guide.steps
            if step.id in seen and seen[step.id] != _words(step)
        ),
    )


def _words(step: Step) -> str:
    offered = "／".join(choice.when for choice in step.choices)
    return f"{step.text}（{offered}）" if offered else step.text
