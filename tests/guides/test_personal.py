"""Personal numbers are found and taken out; other numbers stay."""

from __future__ import annotations

import pytest

from guides.personal import found, redact


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("身份证11010119900307123X的人", "身份证号"),
        ("老证110101900307123的人", "身份证号"),
        ("电话13912345678打不通", "手机号"),
        ("电话139 1234 5678", "手机号"),
        ("卡号6222 0212 3456 7890 123", "银行卡号"),
        ("车牌京A12345跑了", "车牌号"),
        ("粤BD12345的电车", "车牌号"),
    ],
)
def test_personal_numbers(text: str, name: str) -> None:
    assert [kind for kind, _ in found(text)] == [name]
    assert f"〔{name}〕" in redact(text)
    assert not list(found(redact(text)))


@pytest.mark.parametrize(
    "text", ["罚500元", "2026-11-21 10:05", "第97条", "12345热线", "110", "8小时"]
)
def test_other_numbers_stay(text: str) -> None:
    assert redact(text) == text
