"""A guide that another one names in words can be opened from there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from guides.checks.registry import Context, check, texts
from guides.model import Guide
from guides.parts import Kind
from guides.problems import Problem, Severity

_SAID = re.compile(r"看([^，。；、：《》“”（）看]{2,16}?)的?(?:那份)?指引|《([^》]{2,40})》")
_NOT_READ = ("title", "changes", "see_also", "asked")


@check("G037")
def a_guide_named_in_words_is_linked(context: Context) -> Iterator[Problem]:
    """By its title in 《》, or 「看…指引」 where the words are in some titles: then one of them has
    to be linked. 「看交通的指引」 may be any of an area."""
    guides = [guide for _, guide in context.folder.current() if guide.kind is Kind.GUIDELINE]
    areas = [area.title for area in context.folder.areas]
    for source, guide in context.folder.read_guides():
        if guide.kind is not Kind.GUIDELINE:
            continue
        told: set[str] = set()
        for field, value in source.data.items():
            if field in _NOT_READ:
                continue
            for loc, text in texts(value, (field,)):
                for said in _SAID.finditer(text):
                    named = _named(said, guides, areas)
                    ids = [other.id for other in named]
                    if not ids or guide.id in ids or not told.isdisjoint(ids):
                        continue
                    if set(ids) & {*guide.see_also, *guide.replaces}:
                        continue
                    told.update(ids)
                    wrong = f"写了“{said.group()}”，see_also 里却没有它，点不过去"
                    mend = f"see_also 加上 {' 或者 '.join(ids[:4])}"
                    yield context.report(source, loc, "G037", wrong, mend, Severity.WARNING)


def _named(said: re.Match[str], guides: list[Guide], areas: list[str]) -> list[Guide]:
    words, title = said.groups()
    if title:
        return [guide for guide in guides if guide.title == title]
    if any(words in area for area in areas):
        return []
    return [guide for guide in guides if words in guide.title]
