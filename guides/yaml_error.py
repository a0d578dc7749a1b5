"""What a YAML error means: in Chinese, at the line that caused it.

The parser notices a slip a line or a whole file later; the raw lines around the place it
names are looked at first (``guides.slips``), and only then are its words translated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from guides import slips
from guides.problems import Mark, Problem

BREAKS = re.compile("\r\n|[\n\r\x85\u2028\u2029]")  # what YAML takes for the end of a line
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_NEAR = 3
_OPENED_THERE = ("while scanning a", "while parsing a flow")  # contexts that name a culprit
_MAY_BE_A_QUOTE = ("expected key", "expected ','", "expected ':'", "unexpected end of stream")
_MEANINGS = (
    ("could not find expected ':'", "少了“: ”", "写成“字段: 内容”，冒号半角，后面空一格"),
    (
        "mapping values are not",
        "这里不该有“: ”",
        "文字里有“: ”时整句加引号；检查这一行和上一行的缩进",
    ),
    (
        "expected key",
        "缩进不对，或者上面的引号、括号没有配对",
        "同一组的字段对齐；检查上面几行的引号和括号",
    ),
    ("expected '-'", "缩进和上下各行对不齐", "同一组的字段对齐，同一列表各项的“- ”对齐"),
    ("expected ',' or ']'", "方括号“[”没有配对，或者缺逗号", "补上“]”；各项之间用半角逗号"),
    ("expected ',' or '}'", "花括号“{”没有配对，或者缺逗号", "补上“}”；各项之间用半角逗号"),
    ("unexpected end of stream", "引号没有配对", "在这句话的末尾补上引号"),
    ("escape", "双引号里有反斜杠", "改用单引号"),
    ("cannot start any token", "有不能用来开头的字符", "整句加引号；缩进用空格，不用 Tab"),
    ("tab character", "缩进用了 Tab", "缩进用空格，不用 Tab"),
    ("block sequence entries", "“- ”的位置不对", "“- ”单独起一行，并且与同一列表的其他项对齐"),
    ("document", "多了一行“---”或“...”", "删掉这一行；一个文件只写一份"),
    ("directive", "行首的“%”有特别的意思", "以 % 开头的文字加引号"),
)


def explain(path: Path, text: str, error: yaml.YAMLError) -> Problem:
    lines = BREAKS.split(text)
    for number, line in enumerate(lines, start=1):
        if match := _CONTROL.search(line):
            wrong = f"有看不见的控制字符（U+{ord(match[0]):04X}）"
            mend = "删掉它；看不出在哪里就把这一行重新输入"
            return Problem(path, Mark(number, match.start() + 1), "G001", wrong, mend)
    if found := _slip(lines, error):
        number, slip = found
        return Problem(path, Mark(number, slip.column), "G001", slip.wrong, slip.mend)
    reason = str(getattr(error, "problem", None) or str(error).splitlines()[0])
    for words, wrong, mend in _MEANINGS:
        if words in reason:
            return Problem(path, _place(error), "G001", f"YAML 写法读不懂：{wrong}", mend)
    mend = "检查这一行附近的缩进、冒号后的空格、引号和括号是否成对"
    return Problem(path, _place(error), "G001", f"YAML 写法读不懂（{reason}）", mend)


def _slip(lines: Sequence[str], error: yaml.YAMLError) -> tuple[int, slips.Slip] | None:
    """The line (from 1) and the slip in it."""
    for number in _suspects(lines, error):
        if slip := slips.find(lines[number]):
            return number + 1, slip
    reason = str(getattr(error, "problem", None))
    if not any(words in reason for words in _MAY_BE_A_QUOTE):
        return None
    for number in range(_line(error, len(lines)), -1, -1):
        if slip := slips.unclosed_quote(lines[number]):
            return number + 1, slip
    return None


def _suspects(lines: Sequence[str], error: yaml.YAMLError) -> Iterator[int]:
    """Where to look: what the parser calls the beginning, its line, a few lines above."""
    if (context := _context(error)) is not None and context.line < len(lines):
        yield context.line
    last = _line(error, len(lines))
    written = [number for number in range(last + 1) if lines[number].strip()]
    yield from reversed(written[-_NEAR:])


def _line(error: yaml.YAMLError, count: int) -> int:
    mark = getattr(error, "problem_mark", None)
    return min(mark.line, count - 1) if mark else count - 1


def _context(error: yaml.YAMLError) -> Any:
    """The mark of the key, quotation mark or bracket that the parser was in, if any."""
    named = str(getattr(error, "context", None) or "")
    return getattr(error, "context_mark", None) if named.startswith(_OPENED_THERE) else None


def _place(error: yaml.YAMLError) -> Mark:
    mark = _context(error) or getattr(error, "problem_mark", None)
    return Mark(mark.line + 1, mark.column + 1) if mark else Mark()
