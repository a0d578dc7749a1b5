"""The catalogue of laws (``library/laws.yaml``): facts about laws, never their text.

It says which law a name means, which version is in force on a day, and whether a
citation can be right. Dates are days, the day is always passed in; ``repealed`` is the
first day a version no longer applies. The texts themselves are in ``guides.texts``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, TypeAlias

from pydantic import ValidationError
from rapidfuzz import fuzz, process

from guides.citation import Citation
from guides.law import COUNTRY, Law, LawStatus, Numbering, Version
from guides.numerals import chinese_numeral

_NOT_PART_OF_A_NAME = re.compile(r"[《》〈〉<>\s]|" + COUNTRY)
_HALF_TO_FULL = str.maketrans("(),", "（），")
_ORGANS = re.compile(
    r"^(?:最高人民法院|最高人民检察院|全国人民代表大会常务委员会|国务院"
    r"|公安部|国家安全部|司法部|、)+(?=关于)"
)
_LIKE_ENOUGH = 50.0
_SHORTEST_TAIL = 3
MOST_NAMED = 4
__all__ = [
    "Catalogue",
    "CatalogueError",
    "CitationProblem",
    "Law",
    "LawStatus",
    "Numbering",
    "ProblemKind",
    "Version",
]

Mistake: TypeAlias = tuple[tuple[str | int, ...], str]


class ProblemKind(StrEnum):
    """Why a citation cannot stand; each has its own check code in ``guides.checks``."""

    UNKNOWN_LAW = "unknown_law"
    UNVERIFIED = "unverified"
    SUPERSEDED = "superseded"
    NOT_YET = "not_yet"
    REPEALED = "repealed"
    WRONG_LOCATOR = "wrong_locator"
    NO_SUCH_ARTICLE = "no_such_article"


@dataclass(frozen=True, slots=True)
class CitationProblem:
    """``message`` is one Chinese sentence: what is wrong and what to do."""

    kind: ProblemKind
    message: str
    suggestions: tuple[str, ...] = ()


class CatalogueError(ValueError):
    """The catalogue cannot be used; ``problems`` are (path in the mapping, what is wrong).

    A path is like ``("laws", 3, "versions", 0, "effective")``, so that the reader of the
    file can say line and column.
    """

    def __init__(self, problems: list[Mistake]) -> None:
        self.problems = tuple(problems)
        lines = [f"{'.'.join(map(str, path))}：{what}" for path, what in problems]
        super().__init__(f"法律法规目录有 {len(problems)} 处错误：\n" + "\n".join(lines))


@dataclass(frozen=True)
class Catalogue:
    """All laws; CatalogueError when a slug or a name stands for two of them."""

    laws: tuple[Law, ...]
    _names: dict[str, Law] = field(init=False, repr=False, compare=False)
    _titles: dict[str, Law] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        names: dict[str, Law] = {}
        slugs: set[str] = set()
        problems: list[Mistake] = []
        for position, law in enumerate(self.laws):
            if law.slug in slugs:
                problems.append((("laws", position, "slug"), f"内部编号 {law.slug} 重复"))
            slugs.add(law.slug)
            for path, written in _written_names(law):
                other = names.setdefault(_key(written), law)
                if other is not law:
                    what = f"“{written}”已经指《{other.title}》，一个名称只能指一部"
                    problems.append((("laws", position, *path), what))
        if problems:
            raise CatalogueError(problems)
        tails = [(tail, law) for law in self.laws for tail in _shortened(law.title)]
        often = Counter(tail for tail, _ in tails)
        titles = {_key(law.title): law for law in self.laws}
        titles |= {tail: law for tail, law in tails if often[tail] == 1 and tail not in names}
        object.__setattr__(self, "_names", names | titles)
        object.__setattr__(self, "_titles", titles)

    @classmethod
    def from_mapping(cls, data: Any) -> Catalogue:
        """Read ``{"laws": [{...}, ...]}``, or ``[]`` for an empty catalogue.

        CatalogueError (a ValueError) names every mistake.
        """
        if data == []:
            return cls(())
        if not isinstance(data, dict) or not isinstance(data.get("laws"), list):
            raise CatalogueError([((), "最外面应是 laws:，下面一部一项")])
        laws: list[Law] = []
        problems: list[Mistake] = []
        for position, entry in enumerate(data["laws"]):
            try:
                laws.append(Law.model_validate(entry))
            except ValidationError as error:
                named = f"《{entry.get('title')}》" if isinstance(entry, dict) else ""
                problems += [
                    (("laws", position, *mistake["loc"]), named + _in_chinese(mistake))
                    for mistake in error.errors()
                ]
        if problems:
            raise CatalogueError(problems)
        return cls(tuple(laws))

    def find(self, name: str) -> Law | None:
        """By official title (with or without 中华人民共和国 and 《》) or short name."""
        return self._names.get(_key(name))

    def titled(self, title: str) -> Law | None:
        """By official title only: a short name may be the title of another law, repealed."""
        key = _key(title)
        return self._titles.get(key) or self._titles.get(_ORGANS.sub("", key))

    def named(self, name: str) -> tuple[Law, ...]:
        """What ``find`` knows, else the laws in force whose title ends so: 「程序规定」 is
        written for two. Empty for the unknown, and for what ends too many titles."""
        if (law := self.find(name)) is not None:
            return (law,)
        key = _key(name)
        alike = [w for w in self.laws if w.name.endswith(key) and w.status is LawStatus.IN_FORCE]
        return tuple(alike) if len(key) >= _SHORTEST_TAIL and len(alike) <= MOST_NAMED else ()

    def suggest(self, name: str, limit: int = 3) -> list[str]:
        """Names of the laws that ``name`` may have meant, likeliest first; may be empty."""
        key = _key(name)
        if not key:
            return []
        known_names = list(self._names)
        alike = process.extract(
            key, known_names, scorer=fuzz.ratio, score_cutoff=_LIKE_ENOUGH, limit=None
        )
        scores = {known: score for known, score, _ in alike}
        if len(key) >= 2:
            for known in self._names:
                if key in known or (len(known) >= 4 and known in key):
                    scores[known] = max(scores.get(known, 0.0), 75.0)
        best = sorted(scores, key=lambda known: (-scores[known], len(known)))
        return list(dict.fromkeys(self._names[known].name for known in best))[:limit]

    def problem(self, citation: Citation, day: date) -> CitationProblem | None:
        """Why ``citation`` cannot stand on ``day``, or None.

        Which 款, 项, 之一 and section labels there are, the catalogue does not know:
        ``guides.texts.quote`` does, once the text is imported. A law of status unknown
        may be cited; whoever cites it says so in ``known_gaps``.
        """
        law = self.find(citation.law)
        if law is None:
            names = self.suggest(citation.law)
            meant = f"，是不是《{'》《'.join(names)}》" if names else ""
            what = f"目录里没有《{citation.law}》{meant}；名称和简称见 guides/library/laws.yaml"
            return CitationProblem(ProblemKind.UNKNOWN_LAW, what, tuple(names))
        if law.status is LawStatus.UNVERIFIED:
            what = f"《{law.name}》的原文没有取得，不能引用；写进 known_gaps，提醒使用前查对"
            return CitationProblem(ProblemKind.UNVERIFIED, what)
        version = law.version_on(day)
        if version is None or (law.status is LawStatus.SUPERSEDED and version.repealed is None):
            return _not_in_force(law, day)
        if law.numbering is Numbering.SECTION:
            return None
        return _misplaced(citation, law, version)


def _key(name: str) -> str:
    return _NOT_PART_OF_A_NAME.sub("", name.translate(_HALF_TO_FULL))


def _shortened(title: str) -> Iterator[str]:
    """最高人民法院、最高人民检察院关于… is also written from 关于 on, or 两高关于…"""
    tail = _ORGANS.sub("", title)
    if tail != title:
        yield _key(tail)
        if title == "最高人民法院、最高人民检察院" + tail:
            yield _key("两高" + tail)


def _written_names(law: Law) -> Iterator[Mistake]:
    yield ("title",), law.title
    for position, short in enumerate(law.short):
        yield ("short", position), short


def _in_chinese(mistake: Any) -> str:
    match mistake["type"]:
        case "missing":
            return "没有写，要补上"
        case "extra_forbidden":
            return "不认识的字段；字段见文件开头的说明"
        case "value_error":
            return str(mistake["ctx"]["error"])
        case "enum":
            return f"写的是 {mistake['input']!r}，只能写 {mistake['ctx']['expected']}"
        case kind if kind.startswith("date"):
            return f"写的是 {mistake['input']!r}，日期写成 2026-01-01"
        case _:
            return f"写的是 {mistake['input']!r}，写法不对（{mistake['msg']}）"


def _not_in_force(law: Law, day: date) -> CitationProblem:
    first, last = law.versions[0], law.versions[-1]
    if day < first.effective:
        what = (
            f"{day} 时《{law.name}》登记的文本（{first.label}）还没有施行，"
            f"它自 {first.effective} 起施行；更早的文本目录里没有"
        )
        return CitationProblem(ProblemKind.NOT_YET, what)
    if law.status is LawStatus.SUPERSEDED:
        since = f"自 {last.repealed} 起" if last.repealed else "已经"
        what = f"《{law.name}》登记的文本（{last.label}）{since}被新文本取代，不能引用：{law.note}"
        return CitationProblem(ProblemKind.SUPERSEDED, what)
    ended = max(v.repealed for v in law.versions if v.repealed and v.repealed <= day)
    what = f"《{law.name}》自 {ended} 起失效，{day} 不能引用；改引接替它的规定"
    return CitationProblem(ProblemKind.REPEALED, what)


def _misplaced(citation: Citation, law: Law, version: Version) -> CitationProblem | None:
    place = citation.place()
    if place is None or 0 in place[2:]:
        what = (
            f"“{citation.locator}”不是条号；《{law.name}》按条引用，"
            f"写成 {citation.law}#97、#97.2（第二款）、#97.2.3（第二款第三项）"
        )
        return CitationProblem(ProblemKind.WRONG_LOCATOR, what)
    number, suffix = place[:2]
    text = f"《{law.name}》（{version.label}）"
    if not 1 <= number <= version.articles:
        what = (
            f"{text}只有 {version.articles} 条，没有第{number}条；查对条号，注意新旧版本的条号变化"
        )
        return CitationProblem(ProblemKind.NO_SUCH_ARTICLE, what)
    if suffix > version.suffix_articles:
        count = version.suffix_articles
        has = f"“之一”一类的条文一共 {count} 条" if count else "没有“之一”一类的条文"
        what = f"{text}{has}，没有第{number}条之{chinese_numeral(suffix)}；查对条号"
        return CitationProblem(ProblemKind.NO_SUCH_ARTICLE, what)
    return None
