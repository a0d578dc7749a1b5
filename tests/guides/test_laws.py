"""The catalogue: names, versions by day, and why a citation cannot stand."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guides.citation import Citation, chinese_number
from guides.laws import Catalogue, CatalogueError, LawStatus, ProblemKind
from guides.numerals import chinese_numeral
from guides.yaml_source import read_yaml

LIBRARY = Path(__file__).parents[2] / "guides/library/laws.yaml"


def version(effective: str, articles: int, **more: Any) -> dict[str, Any]:
    return {
        "label": f"{effective[:4]}年修订",
        "promulgated": None,
        "effective": effective,
        "repealed": None,
        "articles": articles,
        "suffix_articles": 0,
    } | more


def law(slug: str, title: str, **more: Any) -> dict[str, Any]:
    return {
        "slug": slug,
        "title": title,
        "short": [],
        "kind": "法律",
        "numbering": "article",
        "versions": [version("2020-01-01", 10)],
        "status": "in_force",
        "note": "",
    } | more


TWO_TEXTS = [version("2013-01-01", 5, repealed="2026-01-01"), version("2026-01-01", 8)]
LAWS = [
    law("yun", "中华人民共和国云彩管理法", short=["云彩法"], versions=TWO_TEXTS),
    law("feng", "风力条例", versions=[version("2020-01-01", 10, suffix_articles=2)]),
    law("wu", "雾气标准", numbering="section", versions=[version("2014-01-01", 3)]),
    law("xue", "雪花办法", versions=[version("2010-01-01", 4, repealed="2019-06-01")]),
    law("bing", "冰面规定", status="superseded", note="新文本未取得",
        versions=[version("2010-01-01", 4, repealed="2025-10-01")]),
    law("lu", "露水规则", status="superseded"),
    law("hai", "海雾意见", status="unverified", versions=[]),
    law("lei", "最高人民法院、最高人民检察院关于《中华人民共和国云彩管理法》雷电部分的解释"),
]  # fmt: skip
CATALOGUE = Catalogue.from_mapping({"laws": LAWS})
TAILS = Catalogue.from_mapping(
    {
        "laws": [
            law("jia", "甲事程序规定"),
            law("yi", "乙事程序规定"),
            law("bing", "丙事程序规定", status="unverified", versions=[]),
        ]
    }
)
TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("云彩管理法", "yun"),
        ("中华人民共和国云彩管理法", "yun"),
        ("《云彩管理法》", "yun"),
        (" 云彩 法 ", "yun"),
        ("关于云彩管理法雷电部分的解释", "lei"),
        ("两高关于《云彩管理法》雷电部分的解释", "lei"),
        ("最高人民法院、最高人民检察院关于云彩管理法雷电部分的解释", "lei"),
    ],
)
def test_a_law_is_found_by_every_name_it_has(name: str, slug: str) -> None:
    found = CATALOGUE.find(name)
    assert found is not None
    assert found.slug == slug


def test_a_name_that_several_titles_end_with_means_each() -> None:
    for name, slugs in (
        ("程序规定", ["jia", "yi"]),
        ("甲事程序规定", ["jia"]),  # its own name comes first
        ("规定", []),
        ("火山法", []),
    ):
        assert [found.slug for found in TAILS.named(name)] == slugs


def test_an_unknown_name_gets_suggestions() -> None:
    assert CATALOGUE.find("云管法") is None
    assert CATALOGUE.find("") is None
    assert CATALOGUE.suggest("云采管理法")[0] == "云彩管理法"
    assert "风力条例" in CATALOGUE.suggest("风力")
    assert CATALOGUE.suggest("zzz") == []


def test_the_version_follows_the_day() -> None:
    found = CATALOGUE.find("云彩法")
    assert found is not None
    counts = {
        date(2012, 12, 31): None,
        date(2013, 1, 1): 5,
        date(2025, 12, 31): 5,
        date(2026, 1, 1): 8,
    }
    for day, articles in counts.items():
        on_day = found.version_on(day)
        assert (on_day.articles if on_day else None) == articles


@pytest.mark.parametrize(
    ("cited", "day", "kind"),
    [
        ("云彩法#8.9", TODAY, None),
        ("云彩法#9", TODAY, ProblemKind.NO_SUCH_ARTICLE),
        ("云彩法#0", TODAY, ProblemKind.NO_SUCH_ARTICLE),
        ("云彩法#6", date(2025, 12, 31), ProblemKind.NO_SUCH_ARTICLE),
        ("云彩法#5", date(2025, 12, 31), None),
        ("云彩法#5", date(2012, 12, 31), ProblemKind.NOT_YET),
        ("云彩法#3-1", TODAY, ProblemKind.NO_SUCH_ARTICLE),
        ("风力条例#3-2", TODAY, None),
        ("风力条例#3-3", TODAY, ProblemKind.NO_SUCH_ARTICLE),
        ("云彩法#三", TODAY, ProblemKind.WRONG_LOCATOR),
        ("云彩法#3.0", TODAY, ProblemKind.WRONG_LOCATOR),
        ("雾气标准#2.1", TODAY, None),
        ("雪花办法#1", TODAY, ProblemKind.REPEALED),
        ("雪花办法#1", date(2019, 5, 31), None),
        ("冰面规定#1", TODAY, ProblemKind.SUPERSEDED),
        ("冰面规定#1", date(2025, 9, 30), None),
        ("露水规则#1", TODAY, ProblemKind.SUPERSEDED),
        ("海雾意见#1", TODAY, ProblemKind.UNVERIFIED),
        ("云采法#1", TODAY, ProblemKind.UNKNOWN_LAW),
    ],
)
def test_what_is_wrong_with_a_citation(cited: str, day: date, kind: ProblemKind | None) -> None:
    problem = CATALOGUE.problem(Citation.parse(cited), day)
    assert (problem.kind if problem else None) == kind


def test_messages_say_what_where_and_what_to_do() -> None:
    past = CATALOGUE.problem(Citation.parse("云彩法#9"), TODAY)
    assert past is not None
    assert "只有 8 条" in past.message
    unknown = CATALOGUE.problem(Citation.parse("云采管理法#1"), TODAY)
    assert unknown is not None
    assert "是不是《云彩管理法》" in unknown.message
    assert unknown.suggestions[0] == "云彩管理法"
    superseded = CATALOGUE.problem(Citation.parse("冰面规定#1"), TODAY)
    assert superseded is not None
    assert "2025-10-01" in superseded.message
    assert "新文本未取得" in superseded.message


@pytest.mark.parametrize(
    ("cited", "wording"),
    [
        ("云彩法#97.2", "《云彩管理法》第九十七条第二款"),
        ("中华人民共和国云彩管理法#133-1.1.3", "《云彩管理法》第一百三十三条之一第一款第三项"),
        ("雾气标准#5.6.3", "《雾气标准》5.6.3"),
        (
            "关于云彩管理法雷电部分的解释#2",
            "《最高人民法院、最高人民检察院关于〈中华人民共和国云彩管理法〉雷电部分的解释》第二条",
        ),
    ],
)
def test_official_wording(cited: str, wording: str) -> None:
    citation = Citation.parse(cited)
    found = CATALOGUE.find(citation.law)
    assert found is not None
    assert found.wording(citation) == wording


@given(st.integers(min_value=0, max_value=9999))
def test_numerals_are_read_back(number: int) -> None:
    assert chinese_number(chinese_numeral(number)) == number


def test_numerals_as_statutes_write_them() -> None:
    written = {10: "十", 18: "十八", 105: "一百零五", 112: "一百一十二", 1010: "一千零一十"}
    assert {number: chinese_numeral(number) for number in written} == written
    with pytest.raises(ValueError, match="9999"):
        chinese_numeral(10000)


@pytest.mark.parametrize(
    ("entry", "path", "says"),
    [
        (law("a", "甲法") | {"status": "yes"}, ("laws", 0, "status"), "in_force"),
        ({"slug": "a"}, ("laws", 0, "title"), "没有写"),
        (law("a", "甲法", colour=1), ("laws", 0, "colour"), "不认识"),
        (law("a", "甲法", versions=[]), ("laws", 0), "unverified"),
        (
            law("a", "甲法", versions=[version("2020-1-1", 3)]),
            ("laws", 0, "versions", 0, "effective"),
            "2026-01-01",
        ),
        (
            law("a", "甲法", versions=[version("2020-01-01", 3), version("2021-01-01", 3)]),
            ("laws", 0),
            "旧的在前",
        ),
        (
            law("a", "甲法", versions=[version("2020-01-01", 3, repealed="2020-01-01")]),
            ("laws", 0),
            "晚于",
        ),
    ],
)
def test_a_broken_catalogue_is_refused(
    entry: dict[str, Any], path: tuple[str | int, ...], says: str
) -> None:
    with pytest.raises(CatalogueError) as refused:
        Catalogue.from_mapping({"laws": [entry]})
    assert any(where == path and says in what for where, what in refused.value.problems)


def test_one_name_means_one_law() -> None:
    twice = [law("a", "甲法"), law("a", "乙法", short=["甲法"])]
    with pytest.raises(ValueError, match="甲法") as refused:
        Catalogue.from_mapping({"laws": twice})
    assert "内部编号 a 重复" in str(refused.value)
    assert Catalogue.from_mapping([]).laws == ()
    with pytest.raises(CatalogueError):
        Catalogue.from_mapping("云")


@pytest.fixture(scope="module")
def library() -> Catalogue:
    source = read_yaml(LIBRARY)
    assert source.problems == ()
    return Catalogue.from_mapping(source.data)


def test_the_catalogue_of_the_library(library: Catalogue) -> None:
    found = library.find("治安法")
    assert found is not None
    old, new = found.versions
    assert (old.effective, old.repealed, old.articles) == (date(2013, 1, 1), date(2026, 1, 1), 119)
    assert (new.effective, new.repealed, new.articles) == (date(2026, 1, 1), None, 144)
    criminal = library.find("刑法")
    assert criminal is not None
    assert criminal.versions[-1].suffix_articles == 53
    assert library.problem(Citation.parse("律师法#33"), TODAY) is not None
    assert library.find("程序规定") is None


def test_superseded_and_unverified_laws_say_why(library: Catalogue) -> None:
    for entry in library.laws:
        if entry.status is not LawStatus.IN_FORCE:
            assert entry.note, entry.title
        assert (entry.status is LawStatus.UNVERIFIED) == (not entry.versions), entry.title


def test_the_documents_guides_rest_on_are_known(library: Catalogue) -> None:
    for name in ("公安机关办理伤害案件规定", "110接处警工作规则", "吸毒检测程序规定"):
        found = library.find(name)
        assert found is not None
        assert found.status is LawStatus.UNVERIFIED
