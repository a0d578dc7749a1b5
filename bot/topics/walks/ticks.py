"""What is done with a step of a walk: ticked, left out, answered; and the clock it starts."""

from __future__ import annotations

from dataclasses import replace

from bot.clocks.clock import siblings
from bot.screens.reply import Reply
from bot.topics.clocks.changes import offer_move
from bot.topics.clocks.clock import offer_start
from bot.topics.topic import Turn, screen
from bot.topics.walks.walk import (
    IN_LIST,
    WAIVE,
    choice_key,
    clocks_of,
    guide_of,
    has_clock,
    open_steps,
    own_walk,
    shown,
)
from bot.walks.walk import NOT_APPLICABLE, Walk, WalkState, route
from guides.model import Guide
from guides.parts import Limit

TICKED, UNTICKED, WAIVED = "已记下", "已取消勾选", f"已记下：{NOT_APPLICABLE}"


@screen("tick", changes=True)
def tick(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    """``tick/<walk>/<step>/<1, 0 or n>``: the address says the end, so twice is once. ``n``: it
    does not apply, which a step without a condition cannot be said to."""
    walk = own_walk(turn, rest[0]) if len(rest) in (3, 4) else None
    guide = guide_of(turn, walk) if walk else None
    step = guide.step(rest[1]) if guide else None
    if walk is None or step is None or step.choices or rest[2] not in ("0", "1", WAIVE):
        return None
    if rest[2] == WAIVE and not step.only_if:
        return None
    if turn.incidents is None or rest[3:] not in ((), (IN_LIST,)):
        return None
    if walk.state is WalkState.FINISHED:
        return shown(turn, walk)
    if rest[2] == "0":
        changed = turn.incidents.walks.untick(walk, step.id, turn.now)
    else:
        why = NOT_APPLICABLE if rest[2] == WAIVE else None
        changed = turn.incidents.walks.tick(walk, step.id, turn.now, why)
    if changed is None:
        return None
    limit = guide.limit(step.starts) if guide and step.starts and rest[2] == "1" else None
    if guide and limit and (asked := _clock_for(turn, changed, guide, limit)):
        return asked
    told = {"1": TICKED, "0": UNTICKED, WAIVE: WAIVED}[rest[2]]
    return open_steps(turn, rest[:1]) if rest[3:] else shown(turn, changed, toast=told)


@screen("when")
def ask_when(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    """``when/<limit>/<walk>``: what a ticked step, or an answer, that starts the limit asks."""
    walk = own_walk(turn, rest[1]) if len(rest) == 2 else None
    guide = guide_of(turn, walk) if walk else None
    limit = guide.limit(rest[0]) if guide else None
    if walk is None or guide is None or limit is None:
        return None
    return _clock_for(turn, walk, guide, limit) or shown(turn, walk)


def _clock_for(turn: Turn, walk: Walk, guide: Guide, limit: Limit) -> Reply | None:
    """What a step that starts ``limit`` asks: to start it or, where a limit of another condition
    runs already from the same start, to move that one. None: it runs."""
    known = clocks_of(turn, walk)
    if has_clock(known, limit):
        return None
    for clock in known:
        if clock.stopped is None and limit in siblings(guide, clock.limit):
            return replace(offer_move(turn, clock, limit), at=f"when/{limit.id}/{walk.id}")
    return offer_start(turn, guide, limit, walk.id)


@screen("pick", changes=True)
def pick(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    """``pick/<walk>/<step>/<key of the answer>``: named by its words, since answers move."""
    walk = own_walk(turn, rest[0]) if len(rest) == 3 else None
    guide = guide_of(turn, walk) if walk else None
    step = guide.step(rest[1]) if guide else None
    if walk is None or step is None or turn.incidents is None:
        return None
    chosen = next((c for c in step.choices if choice_key(c.when) == rest[2]), None)
    if guide is None or chosen is None:
        return None
    if walk.state is WalkState.FINISHED:
        return shown(turn, walk)
    anew = route(guide, walk).again == step
    changed = turn.incidents.walks.tick(walk, step.id, turn.now, chosen.when, anew)
    if changed is None:
        return None
    limit = guide.limit(chosen.starts) if chosen.starts else None
    if limit and (asked := _clock_for(turn, changed, guide, limit)):
        return asked
    return shown(turn, changed, toast=f"{TICKED}：{chosen.when}")
