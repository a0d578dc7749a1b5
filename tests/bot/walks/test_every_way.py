"""Each guide as it is written, walked along every way: none ends in nothing, none skips a step that
must be done, and whoever was held is let go, handed over or decided upon."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache

import pytest

from bot.walks.walk import Mark, Walk, WalkState, current, open_musts, route
from guides.folder import read_folder
from guides.model import Guide
from guides.parts import Step
from tests.real_library import LIBRARY, NOW

END = "end"
# How a way may end along which somebody is held: what happens to the person.
LETS_GO = re.compile(
    r"放人|让他走|释放|放行|放出|离开|解除|送看守所|送拘留所|送所|移交|移送|交给|交人|来提|交回|交由|监护人"
    r"|决定|处罚|处理|变更|逮捕|取保|监视居住|送医|接回|立案|撤案|再进来|交接"
)


@cache
def guidelines() -> tuple[Guide, ...]:
    return tuple(guide for _, guide in read_folder(LIBRARY).read_guides() if guide.steps)


def ids() -> list[str]:
    return [guide.id for guide in guidelines()]


def distances(guide: Guide, goal: str) -> dict[str, int]:
    """How many steps each step is away from ``goal``; those that do not lead there are left out."""
    before: dict[str, list[str]] = {}
    for step in guide.steps:
        for target in guide.following(step):
            before.setdefault(target, []).append(step.id)
    far, waiting = {goal: 0}, deque([goal])
    while waiting:
        at = waiting.popleft()
        for step_id in before.get(at, ()):
            if step_id not in far:
                far[step_id] = far[at] + 1
                waiting.append(step_id)
    return far


def branches(guide: Guide) -> Iterator[tuple[Step, str]]:
    """Every (step, answer); ("" where nothing is asked)."""
    for step in guide.steps:
        for choice in step.choices:
            yield step, choice.when
        if not step.choices:
            yield step, ""


def walked(guide: Guide, through: Step, answer: str) -> Walk:
    """A walk that goes through ``through`` with ``answer`` and then the shortest way to its end."""
    to_it, to_end = distances(guide, through.id), distances(guide, END)
    walk = Walk("w", "p", guide.id, 1, "警情A", WalkState.OPEN, NOW, NOW)
    passed = False
    for minute in range(4 * len(guide.steps)):
        step = current(guide, walk)
        if step is None:
            break
        here = step.id == through.id and not passed
        passed |= here
        chosen = None
        if step.choices:
            wanted = to_end if passed else to_it
            nearest = min(step.choices, key=lambda choice: wanted.get(choice.go, 999))
            chosen = answer if here else nearest.when
        walk = replace(
            walk,
            marks={**walk.marks, step.id: Mark(step.id, NOW + timedelta(minutes=minute), chosen)},
        )
    assert passed, f"{guide.id}: no way leads through {through.id}"
    return walk


@pytest.mark.parametrize("guide", guidelines(), ids=ids())
def test_every_way_ends_with_all_that_must_be_done(guide: Guide) -> None:
    for step, answer in branches(guide):
        walk = walked(guide, step, answer)
        where = f"{guide.id}: {step.id} {answer}"
        assert current(guide, walk) is None, where
        assert route(guide, walk).ended, where
        assert open_musts(guide, walk).steps == (), where


def held_to_the_end(guide: Guide) -> Iterator[Step]:
    """Where a way ends along which somebody began to be held and nothing was said of it."""
    held = {limit.id for limit in guide.limits if limit.custody and limit.amount}
    seen: set[str] = set()
    waiting = [step.id for step in guide.steps if held & {id for id, _ in step.begins()}]
    while waiting:
        step = guide.step(waiting.pop())
        if step is None or step.id in seen:
            continue
        seen.add(step.id)
        if LETS_GO.search(step.text):
            continue
        ways = [choice.go for choice in step.choices if not LETS_GO.search(choice.when)]
        ways = ways if step.choices else list(guide.following(step))
        waiting += ways
        if END in ways:
            yield step


@pytest.mark.parametrize("guide", guidelines(), ids=ids())
def test_whoever_is_held_is_let_go_handed_over_or_decided_upon(guide: Guide) -> None:
    assert [f"{guide.id}: {step.id} {step.text}" for step in held_to_the_end(guide)] == []


def test_a_way_that_ends_with_somebody_held_is_found() -> None:
    guide = next(guide for guide in guidelines() if guide.id == "admin-summons")
    waiting = guide.steps[-1].model_copy(update={"do": "等通知", "next": END})
    changed = guide.model_copy(update={"steps": (*guide.steps[:-1], waiting)})
    assert waiting in held_to_the_end(changed)
