"""Both ways of writing a citation mean the same."""

from __future__ import annotations

import pytest

from guides.citation import Citation, chinese_number, read_place


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("治安管理处罚法#97.2", "治安管理处罚法第97条第2款"),
        ("治安管理处罚法#97.2.3", "治安管理处罚法第九十七条第二款第（三）项"),
        ("刑法#133-1", "《刑法》第一百三十三条之一"),
        ("刑法#20.1.3", "刑法 第二十条 第三项"),
        ("甲法#110", "甲法第一百一十条"),
        ("治安法#97", "治安法97条"),
        ("治安法#97.2", "治安法九十七条第二款"),
        ("刑法#133-1", "刑法133条之一"),
        ("道交法#91.2.3", "道交法 91条 2款3项"),
    ],
)
def test_two_ways_of_writing(written: str, same: str) -> None:
    assert Citation.parse(written) == Citation.parse(same)


def test_several_articles_of_one_law() -> None:
    both = (Citation("甲法", "97"), Citation("甲法", "98"))
    for written in ("甲法97、98条", "甲法第九十七条、第九十八条", "甲法97和98条"):
        assert Citation.parse_all(written) == both
    assert Citation.parse_all("甲法第97条第2款") == (Citation("甲法", "97.2"),)


def test_a_place_in_the_law_that_is_being_read() -> None:
    assert read_place("97条第二款") == read_place("第九十七条 2款") == "97.2"
    assert read_place("甲法97条") is None
    assert read_place("97") is None


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
