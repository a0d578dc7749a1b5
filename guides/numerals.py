"""Numbers as statutes write them: 97 is 九十七. ``guides.citation`` reads them back."""

from __future__ import annotations

_DIGITS = "零一二三四五六七八九"
_UNITS = ((1000, "千"), (100, "百"), (10, "十"))


def chinese_numeral(number: int) -> str:
    """0 to 9999 in Chinese: 零, 十, 一百零五, 一百一十, 一千零一十; ValueError outside."""
    if not 0 <= number <= 9999:
        raise ValueError(f"不能写成中文数字：{number}（只能是 0 到 9999）")
    if number < 10:
        return _DIGITS[number]
    words, rest, gap = "", number, False
    for size, unit in _UNITS:
        digit, rest = divmod(rest, size)
        if digit:
            words += ("零" if gap else "") + _DIGITS[digit] + unit
            gap = False
        else:
            gap = bool(words)
    if rest:
        words += ("零" if gap else "") + _DIGITS[rest]
    return words.removeprefix("一") if 10 <= number <= 19 else words
