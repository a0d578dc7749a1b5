"""Words an officer can copy, and times an officer can keep."""

from __future__ import annotations

import re
from collections.abc import Iterator

from guides.checks.registry import Context, check
from guides.problems import Problem, Severity

MAX_WHY = 120  # characters: what is read standing, with one hand
MAX_SAY = 256  # what one copy button of Telegram holds
_VAGUE = re.compile(r"尽快|及时|尽早|适时|抓紧|赶紧|尽速|从速")
_CONCRETE = re.compile(
    r"[\d一二三四五六七八九十两半]+\s*个?(?:分钟|小时|工作日|日内|天|日|月)|当场|当日|当天|立即"
)


@check("G050")
def words_to_say_can_be_copied(context: Context) -> Iterator[Problem]:
    for source, guide in context.folder.read_guides():
        for number, step in enumerate(guide.steps):
            for index, said in enumerate(step.say):
                if isinstance(said, str) and len(said) > MAX_SAY:
                    wrong = f"告知词有 {len(said)} 字，一键复制最多 {MAX_SAY} 字"
                    loc = ("steps", number, "say", index)
                    yield context.report(source, loc, "G050", wrong, "分成几条，一条一件事")


@check("G053")
def times_are_not_vague(context: Context) -> Iterator[Problem]:
    for source, guide in context.folder.read_guides():
        for number, step in enumerate(guide.steps):
            vague = _VAGUE.search(step.text)
            if step.must and vague and not step.starts and not _CONCRETE.search(step.text):
                wrong = f"必做的一步写了“{vague.group()}”，却没有时限"
                mend = "写明多长时间内，或者用 starts 接上一个时限"
                loc = ("steps", number, "do" if step.do else "ask")
                yield context.report(source, loc, "G053", wrong, mend)


@check("G060")
def reasons_are_short(context: Context) -> Iterator[Problem]:
    for source, guide in context.folder.read_guides():
        for number, step in enumerate(guide.steps):
            if step.why and len(step.why) > MAX_WHY:
                wrong = f"步骤 {step.id} 的 why 有 {len(step.why)} 字，最多 {MAX_WHY} 字"
                mend = "只留为什么；要做的写成一步，分情况的写进表格或者易错点"
                loc = ("steps", number, "why")
                yield context.report(source, loc, "G060", wrong, mend, Severity.WARNING)
