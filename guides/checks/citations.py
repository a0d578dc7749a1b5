"""What an officer must or may do rests on an article that exists and is in force."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from guides.checks.registry import Context, check
from guides.citation import Citation
from guides.laws import ProblemKind
from guides.model import Guide, Redline
from guides.parts import Prescribed, Status
from guides.problems import Problem
from guides.yaml_source import Loc, Source

_CODES = {
    ProblemKind.UNKNOWN_LAW: "G021",
    ProblemKind.NO_SUCH_ARTICLE: "G022",
    ProblemKind.WRONG_LOCATOR: "G022",
    ProblemKind.NOT_YET: "G023",
    ProblemKind.REPEALED: "G023",
    ProblemKind.SUPERSEDED: "G024",
    ProblemKind.UNVERIFIED: "G024",
}


@check("G020")
def what_binds_is_cited(context: Context) -> Iterator[Problem]:
    mend = "补 cite，写到条款，例如 治安管理处罚法#97.2"
    for source, guide in context.folder.read_guides():
        for index, step in enumerate(guide.steps):
            if step.must and not step.cite:
                wrong = f"必做的步骤 {step.id} 没有法律依据"
                yield context.report(source, ("steps", index), "G020", wrong, mend)
        for index, limit in enumerate(guide.limits):
            # A limit whose document nobody has cannot be cited; G025 asks for the gap instead.
            if not limit.cite and limit.sure:
                wrong = f"期限 {limit.id} 没有法律依据"
                yield context.report(source, ("limits", index), "G020", wrong, mend)
        for index, table in enumerate(guide.tables):
            if not table.cite:
                wrong = f"表格“{table.title}”没有法律依据"
                yield context.report(source, ("tables", index), "G020", wrong, mend)


@check("G021")
def citations_stand(context: Context) -> Iterator[Problem]:
    """G021 unknown law, G022 no such article, G023 not in force, G024 text not to be relied on."""
    laws = context.folder.laws
    cited: list[tuple[Source, Iterable[tuple[Loc, Citation]], tuple[date, ...]]] = [
        (source, _of_guide(guide), _days(guide, context.today))
        for source, guide in context.folder.read_guides()
    ]
    cited += [
        (source, _of_redline(redline), (context.today,))
        for source, redline in context.folder.read_redlines()
    ]
    for source, citations, days in cited:
        for loc, citation in citations:
            for day in days:
                if problem := laws.problem(citation, day):
                    code = _CODES[problem.kind]
                    wrong, _, mend = problem.message.partition("；")
                    mend = mend or "改引现行的法律条文"
                    yield context.report(source, loc, code, wrong, mend)
                    break


@check("G025")
def unsure_is_said(context: Context) -> Iterator[Problem]:
    for source, guide in context.folder.read_guides():
        unsure = [limit.id for limit in guide.limits if not limit.sure]
        if unsure and not guide.known_gaps:
            wrong = f"期限 {unsure[0]} 标了 sure: false，known_gaps 却是空的"
            mend = "在 known_gaps 写明要查对哪份文件"
            yield context.report(source, ("limits",), "G025", wrong, mend)


def _days(guide: Guide, today: date) -> tuple[date, ...]:
    """The first day of the guide and the last one that can be judged today."""
    first, last = guide.in_force.start, guide.in_force.end
    if guide.status is not Status.RETIRED and (last is None or last > today):
        last = today
    return (first, max(first, last or today))


def _of_guide(guide: Guide) -> Iterator[tuple[Loc, Citation]]:
    for index, step in enumerate(guide.steps):
        for number, citation in enumerate(step.cite):
            yield ("steps", index, "cite", number), citation
        for number, said in enumerate(step.say):
            if isinstance(said, Prescribed):
                yield ("steps", index, "say", number, "article"), said.article
    for place, part in guide.cited_parts():
        for number, citation in enumerate(part.cite):
            yield (*place, "cite", number), citation


def _of_redline(redline: Redline) -> Iterator[tuple[Loc, Citation]]:
    for number, citation in enumerate(redline.cite):
        yield ("cite", number), citation
