"""Typing slips that YAML reports elsewhere, or not at all: told from the raw line.

The commonest mistakes of a Chinese keyboard (a full-width colon, a space one cannot see)
are legal text to YAML, which then complains about the next line in its own words. So the
line itself is looked at first.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

_KEY = r"[A-Za-z_][A-Za-z_0-9]*"
_ITEM = r"^\s*(?:- +)*"
_SPACES = {
    "\t": " Tab",
    "\u3000": "全角空格",
    "\u00a0": "不换行空格",
    "\ufeff": "看不见的 BOM 标记",
}
_OPENED = re.compile(rf"{_ITEM}(?:{_KEY} *: +)?(?P<quote>[\"'])")


@dataclass(frozen=True, slots=True)
class Slip:
    """``column`` counts from 1."""

    column: int
    wrong: str
    mend: str


def odd_space(text: str) -> tuple[int, str] | None:
    """(place from 0, name) of the first space or invisible character no keyboard means."""
    for place, char in enumerate(text):
        if char in _SPACES:
            return place, _SPACES[char]
        if unicodedata.category(char) in ("Zs", "Cf") and char != " ":
            return place, f"看不见的字符（U+{ord(char):04X}）"
    return None


def find(line: str) -> Slip | None:
    """The slip that most likely spoils ``line``; None for a line without one."""
    return next((slip for look in _LOOKS if (slip := look(line))), None)


def unclosed_quote(line: str) -> Slip | None:
    """A value that begins with a quotation mark and does not end with one."""
    match = _OPENED.match(line)
    if match is None:
        return None
    quote = match["quote"]
    inside = line[match.end() :].replace("\\" + quote, "").replace(quote * 2, "")
    if quote in inside:
        return None
    wrong = f"这一行的引号 {quote} 没有配对"
    return Slip(match.start("quote") + 1, wrong, "在这句话的末尾补上引号")


def _odd_indent(line: str) -> Slip | None:
    blank = line[: len(line) - len(line.lstrip())]
    blank += "".join(char for char in line[len(blank) : len(blank) + 1] if odd_space(char))
    return _named(blank, 0, "行首有{}", "删掉它，缩进用空格")


def _odd_space_after_the_mark(line: str) -> Slip | None:
    match = re.match(rf"{_ITEM}(?:{_KEY}:|-)(?P<gap>[^\S\n]*[\u200b-\u200f\ufeff]*)", line)
    if match is None:
        return None
    return _named(match["gap"], match.start("gap"), "“:”或“-”后面有{}", "改成半角空格")


def _named(text: str, start: int, wrong: str, mend: str) -> Slip | None:
    odd = odd_space(text)
    return Slip(start + odd[0] + 1, wrong.format(odd[1]), mend) if odd else None


def _full_colon(line: str) -> Slip | None:
    match = re.match(rf"{_ITEM}(?P<key>{_KEY})\s*(?P<colon>：)", line)
    if match is None:
        return None
    mend = f"改成半角冒号加空格：{match['key']}: …"
    return Slip(match.start("colon") + 1, f"{match['key']} 后面是全角冒号“：”", mend)


def _no_space(line: str) -> Slip | None:
    match = re.match(rf"{_ITEM}(?P<key>{_KEY}):(?=[^\s/])", line)
    if match is None:
        return None
    mend = f"冒号后面空一格：{match['key']}: …"
    return Slip(match.end(), f"{match['key']}: 后面没有空格", mend)


def _dash(line: str) -> Slip | None:
    if match := re.match(rf"^\s*(?P<dash>[－—–·•●])\s*(?={_KEY}[:：]|\S)", line):
        wrong = f"行首的“{match['dash']}”不是列表的短横"
        return Slip(match.start("dash") + 1, wrong, "改成半角“- ”（短横加空格）")
    if match := re.match(rf"^\s*-(?={_KEY}:)", line):
        return Slip(match.end(), "短横“-”后面没有空格", "短横后面空一格")
    return None


def _full_bracket(line: str) -> Slip | None:
    match = re.match(rf"{_ITEM}{_KEY}: *(?P<bracket>[［【｛])", line)
    if match is None:
        return None
    wrong = f"“{match['bracket']}”是全角括号"
    return Slip(match.start("bracket") + 1, wrong, "列表和一组字段用半角 [ ] 和 { }")


def _full_quotes(line: str) -> Slip | None:
    """「“甲: 乙”」: Chinese quotation marks do not protect what is inside."""
    match = re.match(rf"{_ITEM}{_KEY}: *(?P<quote>[“”‘’「]).*(?:: | #)", line)
    if match is None:
        return None
    wrong = f"{match['quote']} 是中文引号，护不住里面的“: ”和“ #”"
    return Slip(match.start("quote") + 1, wrong, '整句用半角引号 " " 括起来')


def _full_comma(line: str) -> Slip | None:
    match = re.search(rf"[\[{{].*?(?P<comma>，)\s*{_KEY}:", line)
    if match is None:
        return None
    return Slip(match.start("comma") + 1, "两个字段之间是全角逗号“，”", "改成半角逗号加空格")


def _hash_in_brackets(line: str) -> Slip | None:
    match = re.search(r"[\[{][^\]}]*?(?P<hash> #)", line)
    if match is None:
        return None
    wrong = "“ #”后面的字被当成备注"
    return Slip(match.start("hash") + 2, wrong, "是正文就把这一句加上引号；法名和 # 之间不空格")


_LOOKS: tuple[Callable[[str], Slip | None], ...] = (
    _odd_indent,
    _full_colon,
    _odd_space_after_the_mark,
    _no_space,
    _dash,
    _full_bracket,
    _full_quotes,
    _full_comma,
    _hash_in_brackets,
)
