"""The lines of a text without the marks of Markdown and HTML, and without what one cannot see."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_RULE = re.compile(r"^[\s=*_—─-]{3,}$")
_NUMBERED = re.compile(r"^\d+[.．、]\s*(?=第[^条]{1,12}条)")  # 「1. 第一条」 of a list


@dataclass
class Line:
    """``level``: of a heading, 0 for none; ``marked``: a heading or bold."""

    number: int
    text: str
    level: int = 0
    marked: bool = False


def plain_lines(source: str) -> Iterator[Line]:
    """Lines with words in them, without the marks of Markdown and HTML."""
    raw_lines = _without_comments(source).splitlines()
    start = _behind_the_front_matter(raw_lines)
    named = False
    for number, raw in enumerate(raw_lines[start:], start=start + 1):
        if _RULE.match(raw):
            continue
        heading = re.match(r"^\s*(#{1,6})", raw)
        level = len(heading[1]) if heading else 0
        below = raw_lines[number] if number < len(raw_lines) else ""
        if not named and re.match(r"^={3,}\s*$", below):
            level = 1
        named = named or level > 0
        for piece in re.split(r"<br\s*/?>|</(?:p|li|div|td|tr)>", raw):
            if text := _plain(piece):
                yield Line(number, text, level, level > 0 or raw.lstrip()[:2] == "**")


def _without_comments(source: str) -> str:
    """Their lines stay, empty, so that lines keep their numbers."""
    kept, *others = source.split("<!--")
    for part in others:
        comment, _, behind = part.partition("-->")
        kept += "\n" * comment.count("\n") + behind
    return kept


def _behind_the_front_matter(lines: Sequence[str]) -> int:
    """Lines between two --- at the very beginning are about the page, not the law."""
    if not lines or lines[0].strip("\ufeff \t") != "---":
        return 0
    for number, line in enumerate(lines[1:], start=1):
        if line.strip() == "---":
            return number + 1
        if line.strip() and not re.match(r"^(?:\s+|- |[\w-]+:)", line):
            break
    return 0


def _plain(raw: str) -> str:
    line = re.sub(r"<sup\b[^>]{0,80}>.{0,80}?</sup>|!\[[^\[\]]*\]\([^)]*\)", "", raw)
    line = html.unescape(re.sub(r"</?[a-zA-Z][^<>]*>", "", line))
    line = "".join(char for char in line if unicodedata.category(char) != "Cf")
    line = re.sub(r"\[([^\[\]^][^\[\]]*)\]\([^)]*\)", r"\1", line)
    line = re.sub(r"^\s*(?:#{1,6}\s*|>\s*|[-*+]\s+)*", "", line)
    line = re.sub(r"\\([\\`*_{}\[\]()#+.!>|~-])", r"\1", line)
    line = re.sub(r"\*{2,3}|_{2,3}", "", line)
    return _NUMBERED.sub("", line).strip()
