"""A limit is of use on a walk when a step starts it."""

from __future__ import annotations

from collections.abc import Iterator

from guides.checks.registry import Context, check
from guides.problems import Problem, Severity


@check("G036")
def a_limit_is_started(context: Context) -> Iterator[Problem]:
    """Not those that are a person's own (``right``): what begins them, a paper that reaches him or
    something he learns, is often no step of the police, and nobody here has to act in time."""
    for source, guide in context.folder.read_guides():
        if not guide.steps:
            continue
        started = {limit for step in guide.steps for limit, _ in step.begins()}
        for index, limit in enumerate(guide.limits):
            if limit.id not in started and not limit.right:
                wrong = (
                    f"没有一步用 starts 接上时限 {limit.id}（{limit.label}），处置时不会提醒起算"
                )
                mend = (
                    f"在起算的那一步或者选项写 starts: {limit.id}；当事人自己的期限写 right: true"
                )
                loc = ("limits", index)
                yield context.report(source, loc, "G036", wrong, mend, Severity.WARNING)
