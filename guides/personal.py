"""Personal data in a text: found by the checks, taken out before anything is written.

Numbers are recognised wherever they stand. Names and addresses only by what stands around
them (叫张三, 幸福路3号): good enough for what legal staff read later, no more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_SEP = r"[\s\-]?"
_DIGITS = "零〇一幺二两三四五六七八九0-9"
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_DOUBLE = "欧阳|司马|上官|诸葛|东方|慕容|司徒|夏侯|皇甫|尉迟"
_CALLED = "姓名(?:是|为|叫|[:： ])?|名字(?:是|叫|为|[:： ])|叫做|叫(?=[^了他她它人我你])|名叫|自称"
_PLACE = r"(?:路|街|大道|巷|弄|胡同|小区|花园|家园|公寓|大厦|新村|村|苑|里|庄|镇|乡)"
_NUMBER = rf"[{_DIGITS}十百A-Za-z]{{1,6}}"
_HOUSE = r"(?:号楼|号院|号|弄|栋|幢|座|单元|室|楼|组|户)"

# What a number is: found in guides, questions, labels.
PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "身份证号",
        re.compile(
            rf"(?<!\d)[1-9]\d{{5}}{_SEP}(?:18|19|20)\d{{2}}{_SEP}(?:0[1-9]|1[0-2]){_SEP}"
            rf"(?:0[1-9]|[12]\d|3[01]){_SEP}\d{{3}}[\dXx](?!\d)"
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
# Any bot token, also one that is not ours: 123456:ABC...
_TOKEN = re.compile(r"(?:(?<=bot)|(?<!\w))\d{3,}:[A-Za-z0-9_-]{6,}")
# Only in what officers type: a guide may well say 叫救护车.
_TYPED: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("号码", re.compile(rf"[{_DIGITS}]{{11,}}")),
    (
        "住址",
        re.compile(
            rf"[一-龥]{{0,8}}?{_PLACE}\s?{_NUMBER}{_HOUSE}(?:\s?{_NUMBER}{_HOUSE})*"
            rf"|(?:\s?{_NUMBER}(?:号楼|栋|幢|单元|室)){{2,}}"
        ),
    ),
    ("姓名", re.compile(rf"({_CALLED})\s?((?:{_DOUBLE}|[{_SURNAMES}])某?[一-龥]{{1,2}})")),
)
# Full-width digits and letters, as some keyboards make them, one for one.
_HALF = {0xFF10 + n: 0x30 + n for n in range(10)} | {
    wide + n: plain + n for wide, plain in ((0xFF21, 0x41), (0xFF41, 0x61)) for n in range(26)
}


def found(text: str) -> Iterator[tuple[str, str]]:
    """(what it is, the characters) of each personal number in ``text``."""
    for name, pattern in PATTERNS:
        for match in pattern.finditer(text):
            yield name, match.group()


def found_typed(text: str) -> Iterator[tuple[str, str]]:
    """As ``found``, with the names and addresses that ``redact`` takes out as well."""
    text = text.translate(_HALF)
    for name, pattern in (("令牌", _TOKEN), *PATTERNS, *_TYPED):
        for match in pattern.finditer(text):
            yield name, match.group(match.lastindex or 0)


def redact(text: str) -> str:
    """``text`` with each personal number, address, name and bot token replaced by its kind."""
    text = _TOKEN.sub("〔令牌〕", text.translate(_HALF))
    for name, pattern in PATTERNS:
        text = pattern.sub(f"〔{name}〕", text)
    for name, pattern in _TYPED:
        kept = r"\1" if pattern.groups else ""
        text = pattern.sub(f"{kept}〔{name}〕", text)
    return text
