"""An old text never passes for the law in force: days decide, and where none are, a person."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from guides.importing import import_texts
from guides.laws import Catalogue
from guides.texts import Texts
from guides.version_dates import days, days_and_years


def version(
    label: str, promulgated: str, effective: str, repealed: str | None
) -> dict[str, object]:
    return {
        "label": label,
        "promulgated": promulgated,
        "effective": effective,
        "repealed": repealed,
        "articles": 2,
    }


def law(slug: str, title: str, *versions: dict[str, object]) -> dict[str, object]:
    return {
        "slug": slug,
        "title": title,
        "kind": "行政法规",
        "status": "in_force",
        "versions": list(versions),
    }


CATALOGUE = Catalogue.from_mapping(
    {
        "laws": [
            law(
                "wu", "雾气管理办法", version("2022年第三次修订", "2022-03-29", "2022-05-01", None)
            ),
            law(
                "yun",
                "云彩管理法",
                version("2012年修正", "2012-10-26", "2013-01-01", "2026-01-01"),
                version("2025年修订", "2025-06-27", "2026-01-01", None),
            ),
        ]
    }
)
BODY = "\n\n第一条　登记。\n\n第二条　自发布之日起施行。\n"


def stored(folder: Path, name: str, source: str, wanted: str | None = None) -> tuple[str, str]:
    """(label of the stored version or "", what was said)."""
    path = folder / name
    path.write_text(source + BODY, encoding="utf-8")
    done = import_texts([path], CATALOGUE, Texts(folder / "data"), wanted)
    return (
        "".join(label.label for _, label, _ in done.stored),
        "；".join(finding.message for finding in done.findings),
    )


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("a.md", "（1987年11月10日公布　2022年3月29日第三次修订）"),
        ("a.txt", "自2022年5月1日起施行"),
        ("雾气管理办法(2022-03-29).md", "1987年11月10日公布"),
        ("雾气管理办法_20220329.md", ""),
        ("a.md", "二〇二二年三月二十九日公布"),
        ("a.md", "２０２２年３月２９日公布"),
    ],
)
def test_the_days_of_a_text_tell_its_version(tmp_path: Path, name: str, head: str) -> None:
    assert stored(tmp_path, name, f"# 雾气管理办法\n\n{head}") == ("2022年第三次修订", "")


@pytest.mark.parametrize(
    ("name", "head", "said"),
    [
        ("a.md", "1987年11月10日公布", "第 3 行写的日期 1987-11-10，在这份文本里最近"),
        ("雾气管理办法(2020-11-29).md", "1987年11月10日公布", "文件名写的日期 2020-11-29"),
        ("2012-雾气管理办法.md", "", "文件名写的年份 2012"),
        ("a.md", "", "都没有日期，说不准是哪个版本"),
        ("a.md", "2022年4月2日公布", "第 3 行写的日期 2022-04-02，还说不准是哪个版本"),
        ("2022-雾气管理办法.md", "", "文件名写的年份 2022，还说不准"),
        ("a.md", "2027年1月1日公布 2022年3月29日修订", "2027-01-01，晚于登记的版本"),
        ("雾气管理办法 20261130下载.md", "2022年3月29日修订", "文件名写的日期 2026-11-30，晚于"),
    ],
)
def test_what_the_days_do_not_tell_is_refused(
    tmp_path: Path, name: str, head: str, said: str
) -> None:
    label, told = stored(tmp_path, name, f"# 雾气管理办法\n\n{head}")
    assert label == ""
    assert said in told
    assert not (tmp_path / "data").exists()


def test_a_person_names_the_version_of_a_text_without_a_day(tmp_path: Path) -> None:
    undated = "# 雾气管理办法"
    assert "laws import 文件 --version" in stored(tmp_path, "a.md", undated)[1]
    for wanted in ("2022年第三次修订", "2022-05-01"):
        assert stored(tmp_path, "a.md", undated, wanted) == ("2022年第三次修订", "")
    assert "没有登记“2021年修订”这个版本" in stored(tmp_path, "a.md", undated, "2021年修订")[1]


def test_nobody_makes_an_old_text_new_by_saying_so(tmp_path: Path) -> None:
    old = "# 雾气管理办法\n\n2020年11月29日修订"
    label, told = stored(tmp_path, "a.md", old, "2022年第三次修订")
    assert label == ""
    assert "看来是旧文本：第 3 行写的日期 2020-11-29" in told
    adopted = "# 雾气管理办法\n\n2022年3月1日会议通过"
    assert stored(tmp_path, "a.md", adopted, "2022年第三次修订")[0] == "2022年第三次修订"


@pytest.mark.parametrize(
    ("head", "label"),
    [
        ("# 云彩管理法\n\n2012年10月26日修正", "2012年修正"),
        ("# 云彩管理法\n\n2012年10月26日修正 2025年6月27日修订", "2025年修订"),
        ("# 云彩管理法（2012年修正）", "2012年修正"),
        ("# 云彩管理法（2012修正）\n\n2005年8月28日通过", "2012年修正"),
    ],
)
def test_old_versions_are_stored_as_what_they_are(tmp_path: Path, head: str, label: str) -> None:
    assert stored(tmp_path, "a.md", head) == (label, "")


def test_a_text_and_a_person_may_not_disagree(tmp_path: Path) -> None:
    head = "# 云彩管理法\n\n2012年10月26日修正"
    label, told = stored(tmp_path, "a.md", head, "2025年修订")
    assert (label, "自己说是 2012年修正，不是 2025年修订" in told) == ("", True)


def test_what_is_a_day_and_what_is_not() -> None:
    found = days("2025-02-30 2025.6.27 20250627 202506271 123456789 2025年6月", "x")
    assert [one.day for one in found] == [date(2025, 6, 27), date(2025, 6, 27)]
    years = [one for one in days_and_years("云法（2012年修正）12012", "x") if not one.exact]
    assert [one.day.year for one in years] == [2012]
