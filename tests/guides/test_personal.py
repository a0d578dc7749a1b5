"""Personal data is found and taken out; other words and numbers stay."""

from __future__ import annotations

import pytest

from guides.personal import found, found_typed, redact


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


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("住幸福路23号3单元501室的人不开门", "〔住址〕的人不开门"),
        ("阳光小区五栋二单元吵架", "〔住址〕吵架"),
        ("姓名：李小明 醉了", "姓名：〔姓名〕 醉了"),
        ("自称欧阳明轩", "自称〔姓名〕"),
        ("报警人叫王强，跑了", "报警人叫〔姓名〕，跑了"),
        ("手机１３９１２３４５６７８", "手机〔手机号〕"),
        ("一三九一二三四五六七八打来的", "〔号码〕打来的"),
        ("110101 19900307 123X", "〔身份证号〕"),
        ("令牌 123456789:AAbbccddeeff 错", "令牌 〔令牌〕 错"),
    ],
)
def test_what_officers_type_loses_names_and_addresses_too(text: str, left: str) -> None:
    assert redact(text) == left
    assert list(found_typed(text))


@pytest.mark.parametrize(
    "text",
    [
        "叫救护车来",
        "叫家属过来",
        "3号楼有人打架",
        "走一公里路10分钟",
        "自称公安",
        "第二十三条",
        "他叫我滚",
    ],
)
def test_ordinary_words_stay(text: str) -> None:
    assert redact(text) == text
    assert not list(found_typed(text))
