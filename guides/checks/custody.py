"""Where a person's freedom is restricted, the guide cares for the person."""

from __future__ import annotations

import re
from collections.abc import Iterator

from guides.checks.registry import Context, check
from guides.model import Guide
from guides.problems import Problem

_CARE = (
    ("通知家属", re.compile(r"家属|亲属|家人|监护人|父母")),
    ("饮食", re.compile(r"饮食|饮水|喝水|吃饭|用餐|进餐|伙食|餐")),
    ("休息", re.compile(r"休息|睡眠|睡觉")),
    ("就医", re.compile(r"就医|医疗|送医|医治|救治|治疗|急救|看病|患病|疾病")),
    ("到时放人", re.compile(r"释放|放人|放行|解除|离开|恢复自由|离所|出所")),
)


def _said(guide: Guide) -> str:
    parts: list[str] = []
    for step in guide.steps:
        parts += [step.text, step.record or "", step.why or ""]
        parts += [said for said in step.say if isinstance(said, str)]
        parts += [choice.when for choice in step.choices]
    return "\n".join(parts)


@check("G054")
def custody_cares_for_the_person(context: Context) -> Iterator[Problem]:
    for source, guide in context.folder.read_guides():
        custody = next((n for n, limit in enumerate(guide.limits) if limit.custody), None)
        if custody is None:
            continue
        said = _said(guide)
        missing = [name for name, words in _CARE if not words.search(said)]
        if missing:
            wrong = f"有限制人身自由的期限，步骤里却没有写：{'、'.join(missing)}"
            mend = "在 steps 里补上这些步骤"
            yield context.report(source, ("limits", custody), "G054", wrong, mend)
        for index, limit in enumerate(guide.limits):
            if limit.custody and limit.amount and not limit.at_end:
                wrong = f"期限 {limit.id} 限制人身自由，却没有写到时必须怎么办"
                mend = "补 at_end，例如：放人或者变更措施"
                yield context.report(source, ("limits", index), "G054", wrong, mend)
