"""The same limit of the same article, written in two guides, is counted in one way."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from guides.checks.registry import Context, check
from guides.citation import Citation
from guides.parts import Direction, Limit, Roll, Unit, amount
from guides.problems import Problem, Severity
from guides.yaml_source import Source

# An article that limits of so many lengths rest on says how time is counted, not how long it is.
_GENERAL = 3


class _Written(NamedTuple):
    source: Source
    place: int
    guide: str
    limit: Limit

    @property
    def way(self) -> tuple[Unit, Roll]:
        return self.limit.unit, self.limit.roll


@check("G061")
def one_limit_is_counted_in_one_way(context: Context) -> Iterator[Problem]:
    """The way that most guides count is taken for right, of equals the one read first."""
    told: set[str] = set()
    for same in _of_one_article(context):
        usual = Counter(one.way for one in same).most_common(1)[0][0]
        model = next(one for one in same if one.way == usual)
        for one in same:
            if one.way == usual or one.limit.id in told:
                continue
            told.add(one.limit.id)
            wrong = (
                f"时限 {one.limit.id} 写的是{_spoken(one)}；同一条文、同样数字的 "
                f"{model.limit.id}（{model.guide}）写的是{_spoken(model)}"
            )
            mend = "对照条文，两处写成一样；确实是两件事的，各引到款、项"
            loc = ("limits", one.place)
            yield context.report(one.source, loc, "G061", wrong, mend, Severity.WARNING)


def _of_one_article(context: Context) -> Iterator[list[_Written]]:
    """Limits with an article, an amount and a direction in common, in the order of the files."""
    lengths: defaultdict[tuple[str, str], set[tuple[int, Unit]]] = defaultdict(set)
    groups: defaultdict[tuple[tuple[str, str], int, Direction], list[_Written]] = defaultdict(list)
    for source, guide in context.folder.current():
        for place, limit in enumerate(guide.limits):
            if not limit.amount:
                continue
            for article in dict.fromkeys(_place(context, one) for one in limit.cite):
                lengths[article].add((limit.amount, limit.unit))
                written = _Written(source, place, guide.id, limit)
                groups[article, limit.amount, limit.direction].append(written)
    for (article, *_), same in groups.items():
        if len({number for number, _ in lengths[article]}) < _GENERAL:
            yield same


def _place(context: Context, citation: Citation) -> tuple[str, str]:
    law = context.folder.laws.find(citation.law)
    return (law.slug if law else citation.law, citation.locator)


def _spoken(one: _Written) -> str:
    rolls = "遇节假日顺延" if one.limit.roll is Roll.NEXT_WORKDAY else "不顺延"
    return f"{amount(one.limit.amount, one.limit.unit)}、{rolls}"
