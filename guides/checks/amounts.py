"""The amount of a limit stands in its label: one slip of a finger cannot change it alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from guides.checks.registry import Context, check
from guides.citation import chinese_number
from guides.parts import Limit, Unit, amount
from guides.problems import Problem

# 「判5年有期徒刑」 is a sentence of a court, no time limit.
_STATED = re.compile(
    r"(\d+|[零〇一二两三四五六七八九十百千]+)\s*"
    r"(个?小时|个?工作日|日|天|个月|年(?!有期徒刑))"
)
_AT_ONCE = re.compile(r"立即|即时|当场|当天|当日|马上|即办|就办|就去")
# Statutes say 日 for working days too; what is counted, the guide's ``counting`` says.
_UNITS = {
    "小时": (Unit.HOUR,),
    "工作日": (Unit.WORKDAY,),
    "日": (Unit.DAY, Unit.WORKDAY),
    "天": (Unit.DAY, Unit.WORKDAY),
    "月": (Unit.MONTH,),
}


def stated(label: str) -> frozenset[tuple[int, Unit]]:
    """The lengths of time that a label states, 二年 as 24 months; 立即 alone is 0 of any unit."""
    found = set()
    for numeral, word in _STATED.findall(label):
        number = int(numeral) if numeral.isdecimal() else chinese_number(numeral)
        if word == "年":
            found.add((12 * number, Unit.MONTH))
        else:
            found |= {(number, unit) for unit in _UNITS[word.removeprefix("个")]}
    if not found and _AT_ONCE.search(label):
        found = {(0, unit) for unit in Unit}
    return frozenset(found)


@check("G056")
def amount_stands_in_its_label(context: Context) -> Iterator[Problem]:
    for source, guide in context.folder.read_guides():
        for index, limit in enumerate(guide.limits):
            wrong = contradiction(limit)
            if wrong:
                mend = "对照条文，把 amount、unit 和 label 写成一样"
                yield context.report(source, ("limits", index, "amount"), "G056", wrong, mend)


def contradiction(limit: Limit) -> str | None:
    """What the label says otherwise than the amount; None: nothing."""
    told, known = amount(limit.amount, limit.unit), stated(limit.label)
    if known and (limit.amount, limit.unit) not in known:
        return f"期限 {limit.id} 是{told}，名字却是“{limit.label}”"
    if not known and limit.custody:
        return f"期限 {limit.id} 限制人身自由，是{told}，名字“{limit.label}”里却没有写多长"
    return None
