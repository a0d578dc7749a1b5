"""A law kept in several files is one law, whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from guides.importing import Imported, import_texts
from guides.laws import Catalogue
from guides.texts import Texts

CATALOGUE = Catalogue.from_mapping(
    {
        "laws": [
            {
                "slug": "yun",
                "title": "中华人民共和国云彩法典",
                "kind": "法律",
                "status": "in_force",
                "versions": [
                    {
                        "label": "2025年制定",
                        "promulgated": "2025-06-27",
                        "effective": "2026-01-01",
                        "repealed": None,
                        "articles": 4,
                    }
                ],
            }
        ]
    }
)
PAGE = "# 中华人民共和国云彩法典\n\n2025年6月27日通过\n"
FIRST = "# 第一编　总则\n\n**第一条**　甲。\n\n**第二条**　乙。\n"
SECOND = "# 第二编　分则\n\n**第三条**　丙。\n\n**第四条**　丁。\n"


def imported(tmp_path: Path, files: dict[str, str], folder: str = "法") -> Imported:
    root = tmp_path / "source" / folder
    root.mkdir(parents=True)
    for name, text in files.items():
        (root / name).write_text(text, encoding="utf-8")
    return import_texts([tmp_path / "source"], CATALOGUE, Texts(tmp_path / "data"))


@pytest.mark.parametrize(
    ("folder", "files"),
    [
        ("code", {"README.md": PAGE, "01.md": FIRST, "第二编 分则.md": SECOND}),
        ("云彩法典", {"1.md": "2025年6月27日通过\n\n" + FIRST, "2.txt": SECOND}),
        ("code", {"a.md": PAGE + FIRST[1:], "b.md": SECOND}),
        ("code", {"a.md": PAGE + "\n#" + FIRST, "b.md": PAGE + "\n#" + SECOND}),
        (
            "code",
            {
                "a.md": FIRST.replace("# ", "# 云彩法典 ").replace("总则", "总则（2025-06-27）"),
                "b.md": SECOND.replace("# ", "# 云彩法典 "),
            },
        ),
    ],
)
def test_the_files_of_a_law_are_joined(tmp_path: Path, folder: str, files: dict[str, str]) -> None:
    done = imported(tmp_path, files, folder)
    assert [(law.slug, count) for law, _, count in done.stored] == [("yun", 4)], done.findings
    law, version, _ = done.stored[0]
    articles = Texts(tmp_path / "data").all_articles(law, version)
    assert "".join(article.text for article in articles) == "甲。乙。丙。丁。"


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"README.md": PAGE, "01.md": FIRST}, "有 2 条、“之一”类 0 条，目录登记 4 条"),
        ({"README.md": PAGE, "01.md": FIRST, "2.md": FIRST}, "第一条也在 01.md 里"),
        (
            {"README.md": PAGE, "01.md": FIRST, "2.md": SECOND.replace("丁。", "丁")},
            "“第四条　丁”末尾没有标点",
        ),
        (
            {"a.md": PAGE + FIRST[1:], "b.md": PAGE.replace("2025", "2020") + SECOND[1:]},
            "几个文件日期不一样（b.md 是 2020-06-27、a.md 是 2025-06-27）",
        ),
    ],
)
def test_a_law_that_is_not_whole_is_refused(
    tmp_path: Path, files: dict[str, str], said: str
) -> None:
    done = imported(tmp_path, files)
    assert done.stored == ()
    assert said in "".join(str(finding) for finding in done.findings if finding.fatal)


def test_a_part_without_the_name_of_its_law_is_told(tmp_path: Path) -> None:
    path = tmp_path / "第一编 总则.md"
    path.write_text(FIRST, encoding="utf-8")
    done = import_texts([path], CATALOGUE, Texts(tmp_path / "data"))
    assert done.stored == ()
    assert "放在一个文件夹里，其中一个写上法名" in done.findings[0].message


def test_the_place_of_a_gap_is_in_its_own_file(tmp_path: Path) -> None:
    files = {"README.md": PAGE, "01.md": FIRST, "2.md": SECOND.replace("第三条", "第五条")}
    told = [str(finding) for finding in imported(tmp_path, files).findings]
    assert any(line.endswith("2.md:3 第五条前面缺条文，上一条是第2条") for line in told), told
