"""Texts as public repositories and offices keep them: what is law is read, the rest is said.

All laws are invented; the forms are those of published files.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from guides.statute_text import read_statute
from guides.statutes import Article, Finding

HEAD = "# 云彩管理法\n\n2012年5月1日通过\n\n"
TWO = "第一条　云要分类。\n\n第二条　雾也登记。\n"


def read(source: str) -> tuple[tuple[Article, ...], tuple[Finding, ...]]:
    statute = read_statute(Path("云彩管理法.md"), source)
    return statute.articles, statute.findings


def words(source: str) -> list[tuple[str, str]]:
    articles, findings = read(source)
    assert not any(finding.fatal for finding in findings), findings
    return [(article.label, article.text) for article in articles]


@pytest.mark.parametrize(
    "source",
    [
        "**第一条**　云要分类。\n\n**第二条**　雾也登记。\n",
        "    第一条 云要分类。\n    第二条 雾也登记。",
        "　　第一条　云要分类。  \n　　第二条　雾也登记。  \n",
        "<p><b>第一条</b>　云要分类。</p>\n<p><b>第二条</b>　雾也登记。</p>",
        "<!-- INFO END -->\n第一条 云要分类。<br/>第二条 雾也登记。",
        "<!-- 从\n这里 --> 第一条 云要分类。\n第二条 雾也登记。",
        "1. 第一条 云要分类。\n2. 第二条 雾也登记。",
        "- 第一条\n  云要分类。\n- 第二条\n  雾也登记。",
        "第 一 条 云要分类。\n\n第二 条 雾也登记。",
        "第1条 云要分类。\n第2条 雾也登记。",
        "第一条为了云要分类。\n第二条雾也登记。".replace("为了", ""),
        "\u200b第一条　云要\u200b分类。\n\u200b\n\ufeff第二条　雾也登记。",
        "1\\. 第一条　云要分类。\n\n2\\. 第二条　雾也登记。",
        "第一条　云要分类[^1]。\n\n第二条　雾也登记<sup>2</sup>。",
        "第一条　【分类】云要分类。\n\n第二条\n【登记】雾也登记。",
    ],
)
def test_one_law_in_many_forms(source: str) -> None:
    assert words(HEAD + source) == [("第一条", "云要分类。"), ("第二条", "雾也登记。")]


@pytest.mark.parametrize(
    ("source", "titles"),
    [
        ("# 云彩管理法\n\n" + TWO, ("云彩管理法",)),
        ("[站](../x) >> 法\n\n云彩管理法\n======\n\n" + TWO, ("云彩管理法",)),
        ("---\ntitle: x\ndate: 2030-01-01\n---\n\n# 云彩管理法①\n\n" + TWO, ("云彩管理法",)),
        (
            "国家令\n第八号\n云彩管理法\n（2012年5月1日通过）\n" + TWO,
            ("国家令", "第八号", "云彩管理法"),
        ),
        ("# 第二编　分则\n\n" + TWO, ()),
        ("第二编　分则\n" + TWO, ()),
        ("目　录\n第一章　总则\n附　则\n" + TWO, ()),
    ],
)
def test_where_the_title_stands(source: str, titles: tuple[str, ...]) -> None:
    assert read_statute(Path("x.txt"), source).titles == titles


def test_days_are_read_in_the_head_and_the_name_with_their_places() -> None:
    source = (
        "---\ndate: 2030-01-01\n---\n# 云彩管理法（2012年修正）\n\n"
        "（1987年9月23日批准　二〇一二年五月一日修正）\n\n" + TWO + "2029年1月1日起施行。\n"
    )
    stated = read_statute(Path("云彩管理法_20120501.md"), source).stated
    assert [str(one) for one in stated] == [
        "文件名写的日期 2012-05-01",
        "第 4 行写的年份 2012",
        "第 6 行写的日期 1987-09-23",
        "第 6 行写的日期 2012-05-01",
    ]


def test_chapters_in_their_forms() -> None:
    source = HEAD + (
        "第一章　总　则\n第一条　甲。\n## 第二章 分类\n### 第一节 云\n第二条　乙。\n"
        "第二节雾\n第三条　丙。\n## 一般规定\n第四条　丁。\n三、其他\n第五条　戊。\n"
        "附　则\n第六条　己。\n"
    )
    articles, findings = read(source)
    assert findings == ()
    assert [article.chapter for article in articles] == [
        "第一章　总　则",
        "第二章 分类 / 第一节 云",
        "第二章 分类 / 第二节雾",
        "一般规定",
        "三、其他",
        "附　则",
    ]


@pytest.mark.parametrize("split", ["第十七条\n之一\n风也算云。", "第十七条\n之一　风也算云。"])
def test_an_article_numbered_on_two_lines(split: str) -> None:
    source = HEAD + "".join(f"第{n}条 云。\n" for n in range(1, 18)) + split
    assert words(source)[-1] == ("第十七条之一", "风也算云。")


@pytest.mark.parametrize(
    ("behind", "said"),
    [
        ("附件：\n云的样子\n| 甲 | 乙 |\n", "从这一行起是附件"),
        ("附件1\n第一条　另一个第一条。\n", "从这一行起是附件"),
        ("## 附录\n云的样子\n", "从这一行起是附件"),
        ("附：云的样子\n", "从这一行起是附件"),
        ("附\n云的样子\n", "从这一行起是附件"),
        ("附件1.云的样子\n", "从这一行起是附件"),
        ("[1] 编者注：云分两种\n又一行。\n", "从这一行起是注释"),
        ("[^1]: 云分两种。\n", "从这一行起是注释"),
        ("注：云分两种。\n", "从这一行起是注释"),
        ("## 参考\n[云](https://a.example)\n", "最后一条后面的“参考”"),
        ("## 参考\n云。\n## 又一节\n云。\n", "最后一条后面的“参考”"),
    ],
)
def test_what_follows_the_last_article_is_not_its_text(behind: str, said: str) -> None:
    source = HEAD + TWO + "\n" + behind
    assert words(source)[-1] == ("第二条", "雾也登记。")
    (finding,) = read(source)[1]
    assert said in finding.message
    assert source.splitlines()[finding.line - 1] == behind.splitlines()[0]


def test_a_footnote_that_the_title_points_at_is_left_out() -> None:
    source = HEAD.replace("通过", "通过①") + TWO + "\n① 2012年5月1日公布。\n"
    assert words(source)[-1] == ("第二条", "雾也登记。")


def test_circled_numbers_that_count_are_words_of_the_law() -> None:
    source = HEAD + "第一条　云要分类。\n第二条　登记：\n①白云；\n②乌云。\n"
    assert words(source)[-1] == ("第二条", "登记：\n①白云；\n②乌云。")
    _, findings = read(HEAD + "第一条　云①要分类。\n第二条　雾也登记。\n① 见图。\n")
    assert [(f.fatal, f.line) for f in findings] == [(True, 5), (False, 7)]


@pytest.mark.parametrize("line", ["附加的云也登记。", "附条件的云不登记。", "附件所列的云登记。"])
def test_a_paragraph_may_begin_like_an_annex(line: str) -> None:
    assert words(HEAD + TWO + line + "\n")[-1] == ("第二条", f"雾也登记。\n{line}")


def test_a_note_between_articles_is_one_line() -> None:
    source = HEAD + "第一条　云要分类。\n[1] 见图。\n白云优先。\n第二条　雾也登记。\n"
    assert words(source)[0] == ("第一条", "云要分类。\n白云优先。")


@pytest.mark.parametrize(
    ("line", "between", "said"),
    [
        (6, "网络里的云\n", "“网络里的云”末尾没有标点"),
        (6, "云的样子应当报\n告，不得拖延。\n", "“云的样子应当报”末尾没有标点"),
        (6, "| 甲 | 乙 |\n", "“| 甲 | 乙 |”末尾没有标点"),
        (7, "## 第二章\n这一章讲雾。\n", "“这一章讲雾。”不属于任何一条"),
        (6, "附件：云的样子。\n", "这一行是附件，没有收进条文"),
    ],
)
def test_what_may_be_law_or_not_is_an_error_at_its_line(line: int, between: str, said: str) -> None:
    source = HEAD + "第一条　云要分类。\n" + between + "第二条　雾也登记。\n"
    fatal = [finding for finding in read(source)[1] if finding.fatal]
    assert [finding.line for finding in fatal] == [line]
    assert said in fatal[0].message


def test_many_broken_lines_are_counted() -> None:
    source = HEAD + "第一条　云。\n" + "云要\n" * 8 + TWO
    told = [finding.message for finding in read(source)[1]]
    assert len(told) == 6
    assert told[-1] == "还有 3 行末尾没有标点"
