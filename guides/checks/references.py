"""Every id that one part names exists: steps, forms, limits, other guides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from guides.checks.registry import Context, check, did_you_mean
from guides.library import ASIDES
from guides.model import Guide
from guides.problems import Mark, Problem
from guides.yaml_source import Loc


@check("G030")
def named_ids_exist(context: Context) -> Iterator[Problem]:
    guides, redlines = context.folder.ids
    for source, guide in context.folder.read_guides():
        for loc, named, known in _named(guide, guides):
            if named not in known:
                wrong = f"{_last_name(loc)} 指向的“{named}”不存在"
                mend = did_you_mean(named, known) or "改成存在的 id，或者先把它写出来"
                yield context.report(source, loc, "G030", wrong, mend)
    for source, redline in context.folder.read_redlines():
        if redline.instead and redline.instead not in guides:
            mend = did_you_mean(redline.instead, guides) or "写存在的指引 id，或者写 null"
            wrong = f"instead 指向的“{redline.instead}”不存在"
            yield context.report(source, ("instead",), "G030", wrong, mend)
    if source_of_words := context.folder.words_source:
        for index, group in enumerate(context.folder.words):
            for place, named in enumerate(group.guides):
                if named not in guides | redlines:
                    loc = (index, "guides", place)
                    mend = did_you_mean(named, guides | redlines) or "改成存在的指引或红线 id"
                    wrong = f"guides 指向的“{named}”不存在"
                    yield context.report(source_of_words, loc, "G030", wrong, mend)
    for file in context.folder.asked:
        known = guides | redlines | set(ASIDES)
        if file.id not in known:
            mend = did_you_mean(file.id, known) or "文件名改成存在的指引或红线 id"
            wrong = f"没有 id 为 {file.id} 的指引或红线"
            yield Problem(file.path, Mark(), "G030", wrong, mend)


def _named(guide: Guide, guides: frozenset[str]) -> Iterator[tuple[Loc, str, Iterable[str]]]:
    """(place, the id named there, the ids that would do)."""
    steps = [step.id for step in guide.steps]
    forms = [form.id for form in guide.forms]
    limits = [limit.id for limit in guide.limits]
    for index, named in enumerate(guide.first.do):
        yield ("first", "do", index), named, steps
    for index, named in enumerate(guide.first.notify):
        yield ("first", "notify", index), named, steps
    for index, step in enumerate(guide.steps):
        here: Loc = ("steps", index)
        if step.form:
            yield (*here, "form"), step.form, forms
        if step.starts:
            yield (*here, "starts"), step.starts, limits
        if step.next:
            yield (*here, "next"), step.next, [*steps, "end"]
        for number, choice in enumerate(step.choices):
            yield (*here, "choices", number, "go"), choice.go, [*steps, "end"]
            if choice.starts:
                yield (*here, "choices", number, "starts"), choice.starts, limits
    others = guides - {guide.id}
    for field, ids in (("see_also", guide.see_also), ("replaces", guide.replaces)):
        for index, named in enumerate(ids):
            yield (field, index), named, others
    if guide.sheet_of:
        yield ("sheet_of",), guide.sheet_of, others
    if guide.replaced_by:
        yield ("replaced_by",), guide.replaced_by, guides


def _last_name(loc: Loc) -> str:
    return next(str(part) for part in reversed(loc) if isinstance(part, str))
