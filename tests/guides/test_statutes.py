"""Statute texts: read, compared with the catalogue, stored, quoted. All laws are invented."""

from __future__ import annotations

import json
import os
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from guides.citation import Citation
from guides.importing import Imported, import_texts
from guides.laws import Catalogue, Law, Numbering
from guides.statute_files import read_source
from guides.statutes import Article
from guides.texts import Texts, TextsError, quote
from tests.guides.conftest import STATUTES
from tests.small_word_file import as_word

TODAY = date(2026, 11, 21)


def version(label: str, effective: str, articles: int, **more: Any) -> dict[str, Any]:
    fixed = {"label": label, "promulgated": None, "effective": effective, "repealed": None}
    return fixed | {"articles": articles, "suffix_articles": 0} | more


CATALOGUE = Catalogue.from_mapping(
    {
        "laws": [
            {
                "slug": "yun",
                "title": "中华人民共和国云彩管理法",
                "short": ["云彩法"],
                "kind": "法律",
                "status": "in_force",
                "versions": [
                    version("2012年制定", "2013-01-01", 2, repealed="2026-01-01"),
                    version("2025年修订", "2026-01-01", 3, suffix_articles=1),
                ],
            },
            {
                "slug": "wu",
                "title": "雾气标准",
                "kind": "规范性文件",
                "numbering": "section",
                "status": "in_force",
                "versions": [version("2014年公布", "2014-01-01", 2)],
            },
            {"slug": "hai", "title": "海雾意见", "kind": "规范性文件", "status": "unverified"},
        ]
    }
)

NEW = """\
# 中华人民共和国云彩管理法

（2012年5月1日通过　2025年6月1日修订　自2026年1月1日起施行）

## 目录

- 第一章　总则
- 第二章　附则

## 第一章　总则

**第一条**　云彩分为白云和乌云。

#### 第二条

有下列情形之一的，登记造册：

（一）遮住太阳的；

（二）第一条所称乌云。

第一条第一款规定的白云，不登记。

情节轻微的，只作提醒。

**第二条之一** 夜里的云，第二天登记。

## 第二章　附则

第三条　本法自明天起施行。
"""


def place(name: str, text: str, folder: Path) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def as_yaml(articles: list[dict[str, Any]], **header: Any) -> str:
    data = {"slug": "yun", "title": "中华人民共和国云彩管理法", "version": "2012年制定"}
    data |= {"promulgated": None, "effective": "2013-01-01", "numbering": "article"} | header
    return yaml.safe_dump(data | {"articles": articles}, allow_unicode=True, sort_keys=False)


OLD = [
    {"no": 1, "suffix": 0, "label": "第一条", "chapter": "第一章", "text": "云要分类。"},
    {"no": 2, "suffix": 0, "label": "第二条", "chapter": "第一章", "text": "自元旦起施行。"},
]


@pytest.fixture
def texts(tmp_path: Path) -> Texts:
    return Texts(tmp_path / "data" / "laws")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    folder.mkdir()
    return folder


def the_law() -> Law:
    law = CATALOGUE.find("云彩法")
    assert law is not None
    return law


def test_markdown_as_it_is_published(source: Path) -> None:
    path = place("yun.md", NEW, source)
    (statute,) = read_source(path).statutes
    assert statute.findings == ()
    assert statute.title == "中华人民共和国云彩管理法"
    places = [(a.number, a.suffix, a.label, a.chapter) for a in statute.articles]
    assert places == [
        (1, 0, "第一条", "第一章　总则"),
        (2, 0, "第二条", "第一章　总则"),
        (2, 1, "第二条之一", "第一章　总则"),
        (3, 0, "第三条", "第二章　附则"),
    ]
    second = statute.articles[1]
    assert [str(paragraph).count("\n") for paragraph in second.paragraphs] == [2, 0, 0]
    assert statute.articles[0].line == 12


@pytest.mark.parametrize(
    ("written", "is_article"),
    [
        ("第二条　云。", True),
        ("第二条 云。", True),
        ("**第二条**云。", True),
        ("第2条　云。", True),
        ("第二条云散了。", True),
        ("第二条规定的云，不算。", False),
        ("第二条、第三条的云，不算。", False),
        ("第九条云散了。", False),
    ],
)
def test_where_an_article_begins(source: Path, written: str, is_article: bool) -> None:
    path = place("a.md", f"# 云\n\n第一条　云。\n\n{written}\n", source)
    (statute,) = read_source(path).statutes
    assert len(statute.articles) == (2 if is_article else 1)


def test_paragraphs_and_items() -> None:
    article = Article(2, 0, "第二条", "", "甲：\n（一）子；\n（三）丑；\n乙。")
    assert article.part() == article.text
    assert article.part(1) == "甲：\n（一）子；\n（三）丑；"
    assert article.part(1, 3) == "（三）丑；"
    assert article.part(1, 2) is None
    assert article.part(2) == "乙。"
    assert article.part(2, 1) is None
    assert article.part(3) is None
    assert Article(1, 0, "第一条", "", "（一）子；").part(1, 1) == "（一）子；"


def test_import_store_and_quote(source: Path, texts: Texts) -> None:
    place("new.md", NEW, source)
    place("old.yaml", as_yaml(OLD), source)
    place("README.md", "# 说明\n\n没有条文。\n", source)
    done = import_texts([source], CATALOGUE, texts)
    assert [(law.slug, v.effective.year, n) for law, v, n in done.stored] == [
        ("yun", 2026, 4),
        ("yun", 2013, 2),
    ]
    assert [finding.fatal for finding in done.findings] == [False]
    expected = {
        ("云彩法#2.1.2", TODAY): "（二）第一条所称乌云。",
        ("云彩法#2.3", TODAY): "情节轻微的，只作提醒。",
        ("云彩法#2-1", TODAY): "夜里的云，第二天登记。",
        ("云彩法#2", date(2025, 12, 31)): "自元旦起施行。",
    }
    for (cited, day), text in expected.items():
        found = quote(Citation.parse(cited), CATALOGUE, texts, day)
        assert (found.text, found.missing) == (text, None)
    quoted = quote(Citation.parse("云彩法#2.1"), CATALOGUE, texts, TODAY)
    assert quoted.wording == "《云彩管理法》第二条第一款"


def test_what_is_missing_is_said(source: Path, texts: Texts) -> None:
    def missing(cited: str) -> str:
        found = quote(Citation.parse(cited), CATALOGUE, texts, TODAY)
        assert found.text is None
        return found.missing or ""

    assert "还没有导入" in missing("云彩法#1")
    found = quote(Citation.parse("云彩法#1"), CATALOGUE, texts, TODAY)
    assert "python run_bot.py laws import" in found.mend
    import_texts([place("new.md", NEW, source)], CATALOGUE, texts)
    assert "里没有《云彩管理法》第二条第九款" in missing("云彩法#2.9")
    assert "第三条之一" in missing("云彩法#3-1")
    assert "只有 3 条" in missing("云彩法#4")
    assert "没有取得" in missing("海雾意见#1")
    assert "目录里没有" in missing("霜冻法#1")


def test_sections_are_found_by_label(source: Path, texts: Texts) -> None:
    sections = [
        {"no": 1, "suffix": 0, "label": "一（一）", "text": "薄雾。"},
        {"no": 2, "suffix": 0, "label": "5.6.3", "text": "浓雾。\n（一）看不见的。"},
    ]
    header = {"title": "雾气标准", "numbering": "section", "effective": "2014-01-01"}
    import_texts([place("wu.yaml", as_yaml(sections, **header), source)], CATALOGUE, texts)
    law = CATALOGUE.find("雾气标准")
    assert law is not None
    assert texts.excerpt(Citation("雾气标准", "5.6.3"), law, TODAY) == "浓雾。\n（一）看不见的。"
    assert texts.excerpt(Citation("雾气标准", "一(一)"), law, TODAY) == "薄雾。"
    assert texts.article(Citation("雾气标准", "9"), law, TODAY) is None
    assert [a.label for a in texts.all_articles(law, law.versions[0])] == ["一（一）", "5.6.3"]


def numbered(*places: tuple[int, int]) -> list[dict[str, Any]]:
    return [{"no": number, "suffix": suffix, "text": "云。"} for number, suffix in places]


@pytest.mark.parametrize(
    ("articles", "header", "says", "line"),
    [
        (numbered((1, 0), (3, 0)), {}, "第三条前面缺条文", 11),
        (numbered((1, 0), (1, 0)), {}, "第一条重复出现", 11),
        (numbered((2, 0), (1, 0)), {}, "第一条的次序不对", 11),
        (numbered((1, 0)), {}, "目录登记 2 条", 0),
        (numbered((1, 0), (2, 0), (2, 1)), {}, "“之一”类 1 条", 0),
        (OLD, {"title": "云采管理法"}, "是不是《云彩管理法》", 0),
        (OLD, {"effective": "2030-01-01"}, "2030-01-01 施行的版本没有登记", 0),
        (OLD, {"title": "海雾意见"}, "没有登记版本", 0),
        (OLD, {"effective": "某天"}, "日期写成 2026-01-01", 5),
        ([{"suffix": 0, "text": "云。"}], {}, "没有整数的 no", 8),
    ],
)
def test_a_text_that_is_not_whole_is_not_stored(
    source: Path,
    texts: Texts,
    articles: list[dict[str, Any]],
    header: dict[str, Any],
    says: str,
    line: int,
) -> None:
    path = place("yun.yaml", as_yaml(articles, **header), source)
    done = import_texts([path], CATALOGUE, texts)
    assert done.stored == ()
    fatal = [finding for finding in done.findings if finding.fatal]
    assert any(says in finding.message and finding.line == line for finding in fatal), fatal
    assert str(fatal[0]).startswith(str(path))
    assert not texts.folder.exists()


def test_an_empty_article_is_only_a_warning(source: Path, texts: Texts) -> None:
    articles = [OLD[0], OLD[1] | {"text": ""}]
    done = import_texts([place("yun.yaml", as_yaml(articles), source)], CATALOGUE, texts)
    assert len(done.stored) == 1
    assert [(f.fatal, f.message) for f in done.findings] == [(False, "第二条没有正文")]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.yaml", b"a: [", "YAML 写法读不懂"),
        ("a.yaml", b"a: 1", "没有找到"),
        ("a.yaml", b"a: &a [x]\nb: [*a, *a]", "用了锚点"),
        ("a.yaml", b"[" * 60_000, "嵌套超过"),
        ("a.md", "# 云\n第一条　云。".encode("gb18030"), "不是 UTF-8"),
        ("a.md", "# 云\n第九千九千条　云。".encode(), "读不懂的条号"),
        ("a.txt", b"x", "没有找到"),
        ("a.pdf", b"%PDF-1.7", "PDF 读不了；用 Word 或 WPS 打开，另存为纯文本"),
        ("a.doc", b"\xd0\xcf\x11\xe0", "旧版 Word 文件读不了"),
        ("a.docx", b"\xd0\xcf\x11\xe0", "不是 .docx 文件"),
        ("a.ofd", b"PK", "OFD 读不了"),
        ("a.zip", b"PK", "先解压"),
        ("a.jsonl", b"{}", "不认识的文件种类"),
    ],
)
def test_unreadable_files_are_findings(
    source: Path, name: str, content: bytes, says: str
) -> None:  # fmt: skip
    path = source / name
    path.write_bytes(content)
    found = read_source(path)
    assert found.statutes == ()
    assert says in found.findings[0].message
    assert found.findings[0].fatal


def test_a_missing_path_and_an_empty_folder_are_findings(source: Path) -> None:
    assert "没有这个文件" in read_source(source / "x").findings[0].message
    assert "没有条文文件" in read_source(source).findings[0].message


def test_markdown_newer_than_the_catalogue_is_not_taken_for_an_old_version(
    source: Path, texts: Texts
) -> None:
    newer = NEW.replace("2025年6月1日修订", "2025年6月1日修订　2027年3月1日修正")
    done = import_texts([place("a.md", newer, source)], CATALOGUE, texts)
    assert done.stored == ()
    assert "第 3 行写的日期 2027-03-01，晚于登记的版本" in done.findings[0].message


BODY = "\n\n第一条　云。\n\n第二条　雾。\n"


def test_two_texts_of_one_version_are_both_refused(source: Path, texts: Texts) -> None:
    (source / "b").mkdir()
    one = place("a.md", f"# 云彩管理法（2012年制定）{BODY}", source)
    other = place("b/a.txt", f"云彩管理法（2012年制定）{BODY.replace('雾', '霾')}", source)
    done = import_texts([source], CATALOGUE, texts)
    assert done.stored == ()
    (finding,) = done.findings
    assert finding.path == other
    assert f"与 {one} 是同一部法的同一版本，第二条等处不一样，两份都没有收" in finding.message
    other.write_text(one.read_text(encoding="utf-8"), encoding="utf-8")
    done = import_texts([source], CATALOGUE, texts)
    assert len(done.stored) == 1, "the same words twice are no question"
    assert "一字不差" in done.findings[0].message


def test_a_folder_is_read_all_the_way_down(source: Path, texts: Texts) -> None:
    deep = source / "a" / "b" / "c"
    deep.mkdir(parents=True)
    place("old.yaml", as_yaml(OLD), deep)
    place("~$new.docx", "", deep)
    place("other.md", f"# 霜冻管理法{BODY}", deep)
    place("notes.md", "说明", deep)
    for number in range(7):
        place(f"{number}.pdf", "", deep)
    done = import_texts([source], CATALOGUE, texts)
    assert [v.label for _, v, _ in done.stored] == ["2012年制定"]
    assert done.looked == 10
    told = [str(finding) for finding in done.findings]
    assert [finding.fatal for finding in done.findings] == [False] * 3
    assert "a/b/c/4.pdf 等 7 个文件：PDF 读不了" in told[0]
    assert "a/b/c/notes.md：没有“第X条”开头的条文" in told[1]
    assert "目录里没有《霜冻管理法》，没有收" in told[2]


def test_a_short_name_is_no_title(source: Path, texts: Texts) -> None:
    path = place("a.md", f"# 云彩法\n\n2012年5月1日通过 自2013年1月1日起施行{BODY}", source)
    done = import_texts([path], CATALOGUE, texts)
    assert done.stored == ()
    assert "《云彩法》只是《云彩管理法》的简称" in done.findings[0].message


def test_a_second_import_replaces_the_first_at_once(
    source: Path, texts: Texts, monkeypatch: pytest.MonkeyPatch
) -> None:
    day, citation = date(2020, 1, 1), Citation.parse("云彩法#1")
    import_texts([place("a.yaml", as_yaml(OLD), source)], CATALOGUE, texts)
    assert texts.excerpt(citation, the_law(), day) == "云要分类。"
    other = Texts(texts.folder)
    changed = [OLD[0] | {"text": "云要分类登记。"}, OLD[1]]
    place("a.yaml", as_yaml(changed), source)
    (told,) = import_texts([source], CATALOGUE, other).findings
    assert (told.fatal, "第一条等 1 条不一样" in told.message) == (False, True)
    assert texts.excerpt(citation, the_law(), day) == "云要分类登记。"

    def full(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="disk full"):
        import_texts([source], CATALOGUE, texts)
    assert [path.name for path in texts.folder.iterdir()] == ["yun@2013-01-01.json"]
    assert texts.excerpt(citation, the_law(), day) == "云要分类登记。"


def test_a_damaged_store_is_said_not_raised(source: Path, texts: Texts) -> None:
    import_texts([place("a.yaml", as_yaml(OLD), source)], CATALOGUE, texts)
    (stored,) = texts.folder.iterdir()
    assert json.loads(stored.read_text(encoding="utf-8"))["law"] == "yun"
    stored.write_text("{", encoding="utf-8")
    day = date(2020, 1, 1)
    with pytest.raises(TextsError):
        texts.article(Citation.parse("云彩法#1"), the_law(), day)
    found = quote(Citation.parse("云彩法#1"), CATALOGUE, texts, day)
    assert "读不出来" in (found.missing or "")
    assert str(stored) in found.mend
    assert str(stored) not in (found.missing or "")


def test_the_whole_corpus_agrees_with_the_catalogue(
    corpus: tuple[Imported, Texts], catalogue: Catalogue
) -> None:
    done, texts = corpus
    assert [str(finding) for finding in done.findings if finding.fatal] == []
    assert len(done.stored) == len(list(texts.folder.iterdir())) == 194
    have = {(law.slug, v.effective) for law, v, _ in done.stored}
    assert have == {(law.slug, v.effective) for law in catalogue.laws for v in law.versions}
    counts = Counter(count for _, _, count in done.stored)
    headers = [
        yaml.load(path.read_text(encoding="utf-8").partition("\narticles:")[0], yaml.CSafeLoader)
        for path in STATUTES.glob("*.yaml")
    ]
    told = Counter(h["article_count"] + h["suffix_article_count"] for h in headers)
    assert sum((counts - told).values()) <= 1, "a preamble is stored and is no article"
    found = quote(Citation.parse("治安管理处罚法#97.1"), catalogue, texts, TODAY)
    assert found.text is not None
    assert "八小时" in found.text


@pytest.mark.parametrize("kind", [".md", ".txt", ".docx"])
def test_the_corpus_as_text_is_read_word_for_word(
    corpus: tuple[Imported, Texts], catalogue: Catalogue, tmp_path: Path, kind: str
) -> None:
    """Every tenth, as public repositories (bold, blank lines) and offices (indented) keep it."""
    done, texts = corpus
    some = [(law, v) for law, v, _ in done.stored if law.numbering is Numbering.ARTICLE][::10]
    for law, v in some:
        lines = [f"# {law.title}", f"（{v.promulgated}公布　自{v.effective}起施行）"]
        for article in texts.all_articles(law, v):
            if article.number:  # a preamble has no 第X条 in a text
                lines += ["", f"**{article.label}**　{article.text}"]
        text = "\n".join(lines)
        if kind != ".md":
            text = text.replace("**", "").replace("# ", "").replace("\n", "\n　　")
        content = as_word(text) if kind == ".docx" else text.replace("\n", "\n\n").encode()
        (tmp_path / f"{law.slug}{kind}").write_bytes(content)
    again = Texts(tmp_path / "data")
    read = import_texts([tmp_path], catalogue, again)
    assert [(law.slug, v) for law, v, _ in read.stored] == sorted(
        ((law.slug, v) for law, v in some), key=lambda one: one[0]
    ), read.findings
    for law, v in some:
        words = [(a.label, a.text) for a in texts.all_articles(law, v) if a.number]
        assert [(a.label, a.text) for a in again.all_articles(law, v)] == words, law.title
