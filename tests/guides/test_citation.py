"""Both ways of writing a citation mean the same."""

from __future__ import annotations

import pytest

from guides.citation import Citation, chinese_number


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("治安管理处罚法#97.2", "治安管理处罚法第97条第2款"),
        ("治安管理处罚法#97.2.3", "治安管理处罚法第九十七条第二款第（三）项"),
        ("刑法#133-1", "《刑法》第一百三十三条之一"),
        ("刑法#20.1.3", "刑法 第二十条 第三项"),
        ("甲法#110", "甲法第一百一十条"),
    ],
)
def test_two_ways_of_writing(written: str, same: str) -> None:
    assert Citation.parse(written) == Citation.parse(same)


def test_section_labels_stay_as_they_are() -> None:
    assert Citation.parse("人体损伤程度鉴定标准#5.6.3").locator == "5.6.3"


@pytest.mark.parametrize("wrong", ["治安管理处罚法", "#97", "治安管理处罚法97", "", "法#1 2"])
def test_what_is_no_citation_says_how_to_write_one(wrong: str) -> None:
    with pytest.raises(ValueError, match="法名#条"):
        Citation.parse(wrong)


@pytest.mark.parametrize(
    ("text", "number"),
    [("九十七", 97), ("一百三十三", 133), ("十", 10), ("一千零五", 1005), ("12", 12)],
)
def test_chinese_numbers(text: str, number: int) -> None:
    assert chinese_number(text) == number


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="not a number"):
        chinese_number("甲")
