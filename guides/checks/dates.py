"""Dates in order, one version at a time, reviewed when due, retired with a reason."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import combinations, pairwise

from guides.checks.registry import Context, check
from guides.model import Guide
from guides.parts import Status
from guides.problems import Problem, Severity
from guides.yaml_source import Source

REMIND_BEFORE = timedelta(days=30)


@check("G040")
def dates_are_in_order(context: Context) -> Iterator[Problem]:
    for source, guide in context.folder.read_guides():
        period = guide.in_force
        if period.end and period.end < period.start:
            wrong = f"失效日 {period.end} 早于施行日 {period.start}"
            yield context.report(source, ("in_force",), "G040", wrong, "改正 from 或 to")
        if guide.checked_on > context.today:
            wrong = f"核对日 {guide.checked_on} 在今天（{context.today}）之后"
            yield context.report(
                source, ("checked_on",), "G040", wrong, "写实际对照条文原文的那一天"
            )
        if guide.review_by <= guide.checked_on:
            wrong = f"复核期限 {guide.review_by} 不在核对日 {guide.checked_on} 之后"
            yield context.report(source, ("review_by",), "G040", wrong, "写下次应当复核的日子")
        for index, (before, after) in enumerate(pairwise(guide.changes)):
            if after.date < before.date or after.revision <= before.revision:
                wrong = "changes 没有按修订号和日期从早到晚排"
                mend = "旧的在前，新的加在最后，revision 逐次加一"
                yield context.report(source, ("changes", index + 1), "G040", wrong, mend)
        last = guide.changes[-1]
        if last.revision != guide.revision:
            wrong = f"revision 是 {guide.revision}，changes 最后一条却是 {last.revision}"
            mend = "每改一次内容，revision 加一，并在 changes 最后加一条说明"
            yield context.report(source, ("revision",), "G040", wrong, mend)


@check("G041")
def one_version_at_a_time(context: Context) -> Iterator[Problem]:
    versions: dict[str, list[tuple[Source, Guide]]] = {}
    for source, guide in context.folder.read_guides():
        if guide.status is not Status.DRAFT:
            versions.setdefault(guide.id, []).append((source, guide))
    for same in versions.values():
        same.sort(key=lambda entry: entry[1].in_force.start)
        for (_, older), (source, newer) in combinations(same, 2):
            end = older.in_force.end
            if end is None or end >= newer.in_force.start:
                wrong = f"与 {older.in_force.start} 起施行的版本同时有效"
                mend = f"旧版 in_force 的 to 写新版施行日（{newer.in_force.start}）的前一天"
                yield context.report(source, ("in_force",), "G041", wrong, mend)


@check("G042")
def retired_says_why(context: Context) -> Iterator[Problem]:
    for source, guide in context.folder.read_guides():
        if guide.status is not Status.RETIRED:
            continue
        if not (guide.retired_because or guide.replaced_by):
            wrong = "已废止，却没有写原因，也没有写由哪份替代"
            mend = "补 retired_because（原因）或 replaced_by（替代的指引 id）"
            yield context.report(source, ("status",), "G042", wrong, mend)
        if guide.in_force.end is None:
            wrong = "已废止，却没有写失效日"
            yield context.report(
                source, ("in_force",), "G042", wrong, "in_force 的 to 写最后有效的一天"
            )


@check("G043")
def review_is_not_overdue(context: Context) -> Iterator[Problem]:
    for source, guide in context.folder.current():
        left = guide.review_by - context.today
        if left < timedelta(0):
            wrong = f"复核期限 {guide.review_by} 已过 {-left.days} 天"
        elif left <= REMIND_BEFORE:
            wrong = f"离复核期限 {guide.review_by} 还有 {left.days} 天"
        else:
            continue
        mend = "对照条文原文复核，改 checked_on 和 review_by"
        yield context.report(source, ("review_by",), "G043", wrong, mend, Severity.WARNING)
