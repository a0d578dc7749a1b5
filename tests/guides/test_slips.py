"""Slips of a Chinese keyboard are named at their own line, never at the line after it."""

from __future__ import annotations

from pathlib import Path

import pytest

from guides import slips
from guides.reading import read_guide
from tests.small_library import GUIDE

MUST = "    must: true\n"
DO = "do: 看清伞下有几个人"


@pytest.mark.parametrize(
    ("old", "new", "column", "words"),
    [
        ("id: umbrella\n", "id：umbrella\n", 3, "id 后面是全角冒号"),
        (MUST, "    must：true\n", 9, "改成半角冒号加空格：must: …"),
        (MUST, "    must:true\n", 9, "冒号后面空一格"),
        (MUST, "\tmust: true\n", 1, "行首有 Tab"),
        (MUST, "    \tmust: true\n", 5, "行首有 Tab"),
        (MUST, "　　must: true\n", 1, "行首有全角空格"),
        (MUST, "\u00a0\u00a0\u00a0\u00a0must: true\n", 1, "行首有不换行空格"),
        (MUST, "    \u200bmust: true\n", 5, "看不见的字符（U+200B）"),
        (DO, "do:\u3000看清", 8, "后面有全角空格"),
        (DO, 'do: "看清伞下', 9, '引号 " 没有配对'),
        (DO, "do: '看清伞下", 9, "引号 ' 没有配对"),
        (DO, "do: “看清: 伞下”", 9, "中文引号"),
        (DO, "do: 看清: 伞下", 11, "这里不该有“: ”"),
        (DO, "do: 看清\u0007伞下", 11, "控制字符（U+0007）"),
        ("say: [请把伞", "say: [请把 #2 伞", 14, "被当成备注"),
        ("say: [请把伞", "say: 【请把伞", 10, "“【”是全角括号"),
        ("notify: [family]", "notify: [family，look]", 30, "全角标点"),
        ("notify: [family]", "notify: [family", 29, "“[”没有配对"),
        ("notify: [family]", "notify: [通知家属]", 30, "这里写 id，不写名称"),
        ("area: scene", "area: 行政案件", 1, "这里写 id，不写名称"),
        ("area: scene", "area: scene\u00a0", 1, "里面有不换行空格"),
        (MUST, "    must: True\n", 11, "表示真假写 true"),
        (MUST, "    must: no\n", 11, "表示真假写 false"),
        ("amount: 8", "amount: " + "9" * 5000, 13, "大得用不了的数"),
        ("unit: hour", "unit: 小时", 5, "是不是想写 hour？"),
        ("warn_before: [2h]", "warn_before: [2小时]", 19, "写成 2h（小时）"),
        ("  - id: look", "  － id: look", 3, "不是列表的短横"),
        ("  - id: look", "  -id: look", 3, "短横后面空一格"),
        ("{when: 重, go", "{when: 重，go", 23, "全角逗号"),
        ("summary: 有人打伞", "summary: 有人\n  first：打伞", 8, "first 后面是全角冒号"),
        ("status: in_force\n", "status: in_force\n---\n", 1, "多了一行“---”"),
        ("title: 收缴雨伞", 'title: "收缴\\雨伞"', 11, "反斜杠"),
        ("title: 收缴雨伞", "title: @收缴雨伞", 8, "整句加引号"),
    ],
)
def test_a_slip_is_told_once_at_its_place(
    tmp_path: Path, old: str, new: str, column: int, words: str
) -> None:
    assert GUIDE.count(old) >= 1
    path = tmp_path / "umbrella.yaml"
    path.write_text(GUIDE.replace(old, new, 1), encoding="utf-8")
    line = GUIDE[: GUIDE.index(old)].count("\n") + 1 + new.rstrip("\n").count("\n")
    told = read_guide(path).problems
    assert [(p.mark.line, p.mark.column) for p in told] == [(line, column)], [str(p) for p in told]
    assert words in told[0].wrong + "；" + told[0].mend


def test_a_full_width_colon_in_a_name_is_told(tmp_path: Path) -> None:
    path = tmp_path / "umbrella.yaml"
    path.write_text(GUIDE.replace("{when: 重,", "{when：重,"), encoding="utf-8")
    assert any("when 后面是全角冒号" in problem.wrong for problem in read_guide(path).problems)


@pytest.mark.parametrize(
    "value",
    [
        '"当面清点 #2 柜"',
        "'当面清点 #2 柜'",
        "|\n      当面清点 #2 柜",
        "当面清点#2柜",
        "当面清点　#2柜",
    ],
)
def test_a_hash_that_cuts_nothing_is_not_told(tmp_path: Path, value: str) -> None:
    path = tmp_path / "umbrella.yaml"
    path.write_text(GUIDE.replace(DO, f"do: {value}"), encoding="utf-8")
    assert read_guide(path).problems == ()


def test_remarks_behind_ids_dates_and_numbers_stay_allowed(tmp_path: Path) -> None:
    path = tmp_path / "umbrella.yaml"
    remarked = GUIDE.replace("status: in_force", "status: in_force   # 写好了")
    remarked = remarked.replace("amount: 8", "amount: 8  # 小时").replace(
        MUST, "    must: true # 要\n"
    )
    path.write_text(remarked, encoding="utf-8")
    assert read_guide(path).problems == ()


@pytest.mark.parametrize("line", GUIDE.splitlines())
def test_a_right_line_has_no_slip(line: str) -> None:
    assert slips.find(line) is None
    assert slips.unclosed_quote(line) is None
