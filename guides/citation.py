"""A citation: one law, and the place in it.

Legal staff write ``治安管理处罚法#97.2``; people write 「治安管理处罚法第九十七条第二款」.
Both are read into the same value. Whether the law and the article exist is not
decided here but by the catalogue (``guides.laws``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}

_NUMERAL = r"[0-9零〇一二三四五六七八九十百千两]+"
_PLACE = (
    rf"第?(?P<no>{_NUMERAL})条"
    rf"(?:之(?P<suffix>{_NUMERAL}))?"
    rf"(?:第?(?P<paragraph>{_NUMERAL})款)?"
    rf"(?:第?[（(]?(?P<item>{_NUMERAL})[)）]?项)?"
)
_AS_PEOPLE_WRITE = re.compile(rf"^《?(?P<law>[^《》#]+?)》?{_PLACE}$")
_PLACE_ALONE = re.compile(rf"^{_PLACE}$")
_SEVERAL = re.compile(
    rf"^(?P<law>.+?)(?P<more>(?:第?{_NUMERAL}条?[、，,和及])+)第?(?P<last>{_NUMERAL})条$"
)
_WITH_HASH = re.compile(r"^《?(?P<law>[^《》#\s]+?)》?#(?P<locator>[^#\s]{1,40})$")
_ARTICLE = re.compile(r"^(\d+)(?:-(\d+))?(?:\.(\d+))?(?:\.(\d+))?$")


def chinese_number(text: str) -> int:
    """Read ``97``, ``九十七`` or ``一百三十三`` (0 to 9999); ValueError for anything else."""
    if text.isascii() and text.isdigit():
        return int(text)
    total = digit = 0
    for char in text:
        if char in _DIGITS:
            digit = digit * 10 + _DIGITS[char]
        elif char in _UNITS:
            total += (digit or 1) * _UNITS[char]
            digit = 0
        else:
            raise ValueError(f"not a number: {text!r}")
    return total + digit


def read_place(text: str) -> str | None:
    """The locator that 「97条第二款」 means in whatever law is being read; None: no place."""
    match = _PLACE_ALONE.match(re.sub(r"\s+", "", text))
    return _locator(match) if match else None


def _locator(match: re.Match[str]) -> str:
    locator = str(chinese_number(match["no"]))
    if match["suffix"]:
        locator += f"-{chinese_number(match['suffix'])}"
    if match["paragraph"] or match["item"]:
        locator += f".{chinese_number(match['paragraph'] or '1')}"
    if match["item"]:
        locator += f".{chinese_number(match['item'])}"
    return locator


@dataclass(frozen=True, slots=True)
class Citation:
    """``law`` as written (official or short title) and ``locator`` behind the ``#``.

    The locator of a law with articles is ``97``, ``133-1``, ``97.2`` or ``97.2.3``;
    of a text numbered by sections it is the label itself (``5.6.3``).
    """

    law: str
    locator: str

    @classmethod
    def parse(cls, text: str) -> Citation:
        """Read either way of writing; ValueError says in Chinese what was expected."""
        text = text.strip()
        if match := _WITH_HASH.match(text):
            return cls(match["law"], match["locator"])
        if match := _AS_PEOPLE_WRITE.match(re.sub(r"\s+", "", text)):
            return cls(match["law"], _locator(match))
        raise ValueError("应写成“法名#条”，例如 治安管理处罚法#97、刑法#133-1、治安管理处罚法#97.2")

    @classmethod
    def parse_all(cls, text: str) -> tuple[Citation, ...]:
        """One citation, or several of one law (「治安管理处罚法97、98条」); else ValueError."""
        if several := _SEVERAL.match(re.sub(r"\s+", "", text)):
            numbers = (*re.findall(_NUMERAL, several["more"]), several["last"])
            return tuple(cls.parse(f"{several['law']}第{number}条") for number in numbers)
        return (cls.parse(text),)

    def place(self) -> tuple[int, int, int | None, int | None] | None:
        """(article, suffix, paragraph, item), or None when the locator is a section label."""
        match = _ARTICLE.match(self.locator)
        if match is None:
            return None
        number, suffix, paragraph, item = match.groups()
        return (
            int(number),
            int(suffix or 0),
            int(paragraph) if paragraph else None,
            int(item) if item else None,
        )

    def spoken(self) -> str:
        """As it is read out: 治安管理处罚法第97条第2款."""
        place = self.place()
        if place is None or self.locator.count(".") > 2:
            return f"{self.law} {self.locator}"
        number, suffix, paragraph, item = place
        words = f"{self.law}第{number}条" + (f"之{suffix}" if suffix else "")
        if paragraph:
            words += f"第{paragraph}款"
        if item:
            words += f"第{item}项"
        return words

    def __str__(self) -> str:
        return f"{self.law}#{self.locator}"
