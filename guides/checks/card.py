"""The card, what an officer sees first: something to do, somebody to tell, nothing twice.

Reminders only: the guide can be followed all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from guides.checks.registry import Context, check
from guides.model import Guide
from guides.problems import Problem, Severity
from guides.yaml_source import Loc

# 送 a paper, not 送医, 送检, 送拘; 到场 of somebody who is got there, not of the officers.
_TELLS = re.compile(
    r"报|通知|通报|告知|告诉|告诫|联系|叫|喊|请|移送|移交|交给|讲清|说清|说一句|"
    r"送(?!医|治|院|检|所|拘|看)|找.{0,12}到场"
)


@check("G033")
def the_card_asks_no_bare_question(context: Context) -> Iterator[Problem]:
    for source, guide in context.folder.read_guides():
        for index, id in enumerate(guide.first.do):
            step = guide.step(id)
            if step and step.ask:
                wrong = f"first.do 里的 {id} 是一个问题，卡片上没有选项，看了不知道做什么"
                mend = "换成要做的一步；问题留在步骤里，走到再问"
                loc: Loc = ("first", "do", index)
                yield context.report(source, loc, "G033", wrong, mend, Severity.WARNING)


@check("G034")
def whom_to_notify_is_said(context: Context) -> Iterator[Problem]:
    for source, guide in context.folder.read_guides():
        for index, id in enumerate(guide.first.notify):
            step = guide.step(id)
            if step and not _TELLS.search(step.do or step.ask or ""):
                wrong = f"first.notify 里的 {id}（{step.text}）没有说要通知谁"
                mend = "换成通知人的一步，或者在 do 里写明报谁、通知谁、叫谁来；没有就不列"
                loc: Loc = ("first", "notify", index)
                yield context.report(source, loc, "G034", wrong, mend, Severity.WARNING)


@check("G035")
def a_step_stands_on_the_card_once(context: Context) -> Iterator[Problem]:
    for source, guide in context.folder.read_guides():
        seen: set[str] = set()
        for loc, id in _listed(guide):
            if id in seen:
                wrong = f"步骤 {id} 在卡片上出现两次（first 的 do 和 notify）"
                mend = "只留在一处；既要做又要通知的，分成两步"
                yield context.report(source, loc, "G035", wrong, mend, Severity.WARNING)
            seen.add(id)


def _listed(guide: Guide) -> Iterator[tuple[Loc, str]]:
    for field, ids in (("do", guide.first.do), ("notify", guide.first.notify)):
        for index, id in enumerate(ids):
            yield ("first", field, index), id
