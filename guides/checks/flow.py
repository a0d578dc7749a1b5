"""A walk can reach every step, and leave every loop."""

from __future__ import annotations

from collections.abc import Iterator

from guides.checks.registry import Context, check
from guides.model import Guide
from guides.problems import Problem


def _graph(guide: Guide) -> dict[str, tuple[str, ...]]:
    return {step.id: guide.following(step) for step in guide.steps}


def _reached(graph: dict[str, tuple[str, ...]], start: str) -> set[str]:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        step = waiting.pop()
        if step not in seen:
            seen.add(step)
            waiting.extend(graph.get(step, ()))
    return seen


@check("G031")
def every_step_is_reached(context: Context) -> Iterator[Problem]:
    for source, guide in context.folder.read_guides():
        if not guide.steps:
            continue
        seen = _reached(_graph(guide), guide.steps[0].id)
        for index, step in enumerate(guide.steps):
            if step.id not in seen:
                wrong = f"从第一步走不到步骤 {step.id}"
                mend = "在前面某一步的 next 或 choices 里指向它，或者删掉它"
                yield context.report(source, ("steps", index, "id"), "G031", wrong, mend)


@check("G032")
def every_loop_has_an_exit(context: Context) -> Iterator[Problem]:
    for source, guide in context.folder.read_guides():
        graph = _graph(guide)
        for index, step in enumerate(guide.steps):
            reached = _reached(graph, step.id)
            # A dangling id is G030's business; here it counts as a way out.
            if reached <= graph.keys():
                wrong = f"走到步骤 {step.id} 以后只会兜圈子，走不到结束"
                mend = "给圈里某一步加一个通向 end 或后面步骤的去向"
                yield context.report(source, ("steps", index, "id"), "G032", wrong, mend)
