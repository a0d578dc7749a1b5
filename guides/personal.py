"""Personal numbers in a text: found by the checks, taken out before anything is written."""

from __future__ import annotations

import re
from collections.abc import Iterator

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_SEP = r"[\s\-]?"

PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "身份证号",
        re.compile(
            r"(?<!\d)[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)"
            r"|(?<!\d)[1-9]\d{5}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}(?!\d)"
        ),
    ),
    ("手机号", re.compile(rf"(?<!\d)1[3-9]\d{_SEP}\d{{4}}{_SEP}\d{{4}}(?!\d)")),
    (
        "银行卡号",
        re.compile(rf"(?<!\d)[3-6]\d{{3}}(?:{_SEP}\d{{4}}){{3}}(?:{_SEP}\d{{1,3}})?(?!\d)"),
    ),
    (
        "车牌号",
        re.compile(
            rf"[{_PROVINCES}][A-HJ-NP-Za-hj-np-z][\s·]?[A-HJ-NP-Za-hj-np-z0-9]{{5,6}}(?![A-Za-z0-9])"
        ),
    ),
)


def found(text: str) -> Iterator[tuple[str, str]]:
    """(what it is, the characters) of each personal number in ``text``."""
    for name, pattern in PATTERNS:
        for match in pattern.finditer(text):
            yield name, match.group()


def redact(text: str) -> str:
    """``text`` with each personal number replaced by its kind in brackets."""
    for name, pattern in PATTERNS:
        text = pattern.sub(f"〔{name}〕", text)
    return text
