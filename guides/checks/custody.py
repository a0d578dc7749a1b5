"""Where a person's freedom is restricted, the guide cares for the person."""

from __future__ import annotations

import re
from collections.abc import Iterator

from guides.checks.registry import Context, check, texts
from guides.citation import Citation
from guides.model import Guide
from guides.problems import Problem, Severity
from guides.yaml_source import Loc, Source

_CARE = (
    ("通知家属", re.compile(r"家属|亲属|家人|监护人|父母")),
    ("饮食", re.compile(r"饮食|饮水|喝水|吃饭|用餐|进餐|伙食|餐")),
    ("休息", re.compile(r"休息|睡眠|睡觉")),
    ("就医", re.compile(r"就医|医疗|送医|医治|救治|治疗|急救|看病|患病|疾病")),
    ("到时放人", re.compile(r"释放|放人|放行|解除|离开|恢复自由|离所|出所")),
)

# Who must be let go is let go at once. 「放人当天不算」 counts a limit and is no fault.
_SAME_DAY = re.compile(
    r"当[天日](?!不算|不计|算|起)[^。；不]{0,16}(?:放人|放出|释放|(?<!派)出所|出来|离所|解除拘留)"
    r"|(?:放人|放出|释放|(?<!派)出所|解除拘留)[^。；，不]{0,8}当[天日](?!不算|不计|算|起)"
)
_DETENTION_LAW = "治安管理处罚法"
_MINOR = re.compile(r"未成年|少年|学生|1[4-8]\s*(?:周岁|岁|到|至)")


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


@check("G058")
def release_is_at_once(context: Context) -> Iterator[Problem]:
    for source, _ in context.folder.read_guides():
        for field in ("summary", "steps", "limits", "pitfalls", "tables", "dos", "remember"):
            for loc, text in texts(source.data.get(field), (field,)):
                if said := _SAME_DAY.search(text):
                    wrong = f"放人写了“{said.group()}”：该放的人立即放，不是当天放"
                    mend = "写“立即”；手续要时间的，写明先放人、后补哪一样"
                    yield context.report(source, loc, "G058", wrong, mend, Severity.WARNING)


@check("G059")
def minors_are_told_of_their_hearing(context: Context) -> Iterator[Problem]:
    """Who names the minors that are not taken into detention (治安管理处罚法 23), names the hearing
    they are told of where they are taken all the same (117.2)."""
    for source, guide in context.folder.read_guides():
        if any(_rests_on(context, citation, 117, 2) for citation in guide.citations()):
            continue
        for loc, words in _parts_on_exceptions(context, source, guide):
            if _MINOR.search(words):
                wrong = "写了未成年人拘留不执行（治安管理处罚法#23），没有写例外要执行的先告知听证"
                mend = "写明例外执行前告知未成年人和监护人可以要求听证，引 治安管理处罚法#117.2"
                yield context.report(source, loc, "G059", wrong, mend, Severity.WARNING)
                break


def _parts_on_exceptions(
    context: Context, source: Source, guide: Guide
) -> Iterator[tuple[Loc, str]]:
    parts: list[tuple[Loc, tuple[Citation, ...]]] = [
        (("steps", index), step.cite) for index, step in enumerate(guide.steps)
    ]
    parts += [(place, part.cite) for place, part in guide.cited_parts()]
    for loc, cited in parts:
        if any(_rests_on(context, citation, 23) for citation in cited):
            field, index = loc[0], loc[1]
            yield loc, "\n".join(text for _, text in texts(source.data[field][index]))


def _rests_on(
    context: Context, citation: Citation, article: int, paragraph: int | None = None
) -> bool:
    law, place = context.folder.laws.find(citation.law), citation.place()
    name = law.title if law else citation.law
    if not place or not name.endswith(_DETENTION_LAW):
        return False
    if place[0] != article or place[1]:
        return False
    return paragraph is None or place[2] in (None, paragraph)
