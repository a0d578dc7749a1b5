"""Labels: codes are taken, anything personal is refused with what, where and what instead."""

from __future__ import annotations

import pytest

from bot.walks.label import label_problem, next_label


@pytest.mark.parametrize(
    "text",
    [
        "警情A",
        "路口事故",
        "打架二号　东门",
        "12345",
        "3号楼噪音",
        "十一点那起",
        "高空抛物",
        "东湖路酒驾",
    ],
)
def test_taken(text: str) -> None:
    assert label_problem(text) is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("找13912345678", "第 2 到 12 个字像是手机号"),
        ("１３９１２３４５６７８", "第 1 到 11 个字像是手机号"),
        ("139 1234 5678", "手机号"),
        ("一三九一二三四五六七八", "手机号"),
        ("138.1234.5678", "第 1 到 13 个字像是手机号"),
        ("一三八 一二三四 五六七八", "手机号"),
        ("010-88886666", "座机号"),
        ("东湖路酒驾 张建军", "第 7 到 9 个字像是姓名"),
        ("嫌疑人王强", "姓名"),
        ("王小明打老婆了", "姓名"),
        ("zhang@example.com", "邮箱"),
        ("微信号abc12345", "微信号"),
        ("住幸福路的那个", "住址"),
        ("11010519491231002X那个", "身份证号"),
        ("京A12345 追尾", "车牌号"),
        ("案号202611", "第 3 到 8 个字像是一长串数字"),
        ("", "空的"),
        ("  ", "空的"),
        ("伞" * 41, "41 个字，最多 40 个"),
        ("警情\nA", "换行"),
        ("警情\u200bA", "看不见"),
    ],
)
def test_refused(text: str, told: str) -> None:
    problem = label_problem(text)
    assert problem is not None
    assert told in problem
    assert "警情A" in problem, "what to write instead"
    assert "139" not in problem, "not said again"


def test_the_longest() -> None:
    assert label_problem("伞" * 40) is None


def test_the_next_free_one() -> None:
    assert next_label(()) == "警情A"
    assert next_label(("警情A", "路口", "警情C")) == "警情B"
    used: list[str] = []
    for _ in range(30):
        used.append(next_label(used))
    assert used[25:28] == ["警情Z", "警情AA", "警情AB"]
    assert len(set(used)) == 30
