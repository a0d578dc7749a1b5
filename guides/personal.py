"""Personal data in a text: found by the checks, taken out before anything is written.

Numbers are recognised wherever they stand, with blanks, dots or dashes between the digits and in
Chinese words too; accounts by the word before them (微信, QQ); addresses by a house number, an
estate or the word before them (住, 户籍); names as ``guides.names`` says. Good enough for what
legal staff read later, no more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from guides import names


class Found(NamedTuple):
    """What it is, in Chinese, and where it stands in the text."""

    kind: str
    start: int
    end: int


NAME, ADDRESS = "姓名", "住址"
_IDENTITY, _PHONE, _CARD, _LANDLINE, _NUMBER = "身份证号", "手机号", "银行卡号", "座机号", "号码"

# What may stand between two digits of one number; 一三八，一二三四 is how dictation writes.
_GAP = r"[\s.,，、。·•_\-–—/\\()\u200b-\u200f\u2060\ufeff]{0,3}"
_SOME = _GAP.replace("{0,3}", "{1,3}")
_IS = r"[\s:是为叫]{0,3}"
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_DATE = _GAP.join(
    (
        f"(?:1{_GAP}[89]|2{_GAP}0)",
        r"\d",
        r"\d",
        f"(?:0{_GAP}[1-9]|1{_GAP}[0-2])",
        rf"(?:0{_GAP}[1-9]|[12]{_GAP}\d|3{_GAP}[01])",
    )
)
# The ways people break up the eleven digits: 3-4-4 and so on, or each digit by itself.
_PHONES = "|".join(
    (
        *(
            r"1[3-9]" + _GAP.join((rf"\d{{{first - 2}}}", *(rf"\d{{{n}}}" for n in rest)))
            for first, *rest in ((3, 4, 4), (3, 3, 5), (4, 4, 3), (4, 3, 4), (3, 2, 2, 2, 2))
        ),
        rf"1{_SOME}[3-9](?:{_SOME}\d){{9}}",
    )
)
# Of numbers as they are typed; the first that fits a place has it.
_TYPED_NUMBERS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        _IDENTITY,
        re.compile(
            rf"(?<!\d)[1-9](?:{_GAP}\d){{5}}{_GAP}{_DATE}(?:{_GAP}\d){{3}}{_GAP}[\dXx](?!\d)"
            r"|(?<!\d)[1-9]\d{5}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}(?!\d)"
        ),
    ),
    (_PHONE, re.compile(rf"(?<!\d)(?:(?:\+|00)?86{_GAP})?(?:{_PHONES})(?!\d|\s?[元块万亿])")),
    (
        _CARD,
        re.compile(r"(?<!\d)[3-6]\d{3}(?:[\s.\-·]{0,2}\d{4}){3}(?:[\s.\-·]{0,2}\d{1,3})?(?!\d)"),
    ),
    (
        "车牌号",
        re.compile(
            rf"[{_PROVINCES}]\s?[A-HJ-NP-Za-hj-np-z][\s·.\-]{{0,2}}(?=[\w\s.]{{0,5}}\d)"
            r"(?:[A-HJ-NP-Za-hj-np-z0-9][\s.]?){4}"
            r"(?:[A-HJ-NP-Za-hj-np-z0-9]{1,2}|[警学挂港澳领使])"
            r"(?![A-Za-z0-9])"
        ),
    ),
)
# 洞, 幺, 拐, 勾: as numbers are read out over the radio.
_SPOKEN = str.maketrans(
    "零〇洞一幺壹二两贰三叁四肆五伍六陆七拐柒八捌九勾玖", "0001112223344556677788999"
)
_SPOKEN_RUN = re.compile(r"(?<!\d)\d(?:[\s.,，·_\-–—\u200b-\u200f\ufeff]{0,2}\d){10,}")
_LONG = re.compile(r"\d{6,}")
# Any bot token, also one that is not ours: 123456:ABC...
_TOKEN = re.compile(r"(?:(?<=bot)|(?<!\w))\d{3,}:[A-Za-z0-9_-]{6,}")
_APPS = "抖音|快手|支付宝|小红书|微博|陌陌|探探|telegram|tg|飞机|whatsapp|skype"
_HOST = r"[A-Za-z0-9\-]{1,40}"
_NUMBERED = "(?:号码?|(?i:id)|账号|帐号)"
_ACCOUNT = r"[A-Za-z0-9_][\w.\-]{4,29}"
# Numbers and accounts by their shape or by the word before them; spoken digits are digits here.
_MARKED: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("邮箱", re.compile(rf"[A-Za-z0-9][\w.+\-]{{0,40}}\s?@\s?{_HOST}(?:\.{_HOST}){{1,4}}", re.A)),
    ("QQ号", re.compile(rf"(?i:qq|扣扣)[号群码]*{_IS}(?P<it>[1-9](?:[\s\-]?\d){{4,11}})")),
    ("微信号", re.compile(r"wxid_\w+", re.A | re.I)),
    (
        "微信号",
        re.compile(
            rf"(?i:微信|薇信|威信|v信|vx|wx|wechat)"
            rf"(?:{_NUMBERED}{_IS}(?P<it>{_ACCOUNT})|{_IS}(?P<or>[A-Za-z_][\w\-]{{5,19}}))",
            re.A,
        ),
    ),
    ("账号", re.compile(rf"(?i:{_APPS}){_NUMBERED}{_IS}(?P<it>{_ACCOUNT})", re.A)),
    (
        _LANDLINE,
        re.compile(
            rf"(?<!\d)[(（]?0(?:10|2\d|[3-9]\d\d)[)）]?{_GAP}[2-8]\d{{2,3}}{_GAP}\d{{4}}(?!\d)"
        ),
    ),
    (
        _LANDLINE,
        re.compile(
            rf"(?:电话|座机|固话|号码|联系方式|手机|拨打?|回拨)号?码?{_IS}"
            rf"(?P<it>[2-8]\d{{2,3}}{_GAP}\d{{4}})"
            rf"|(?<!\d)(?P<or>[2-8]\d{{2,3}}{_GAP}\d{{4}})(?=打|来电|没人接|一直打)"
            rf"|(?<!\d)0(?:{_SOME}\d){{9,11}}(?!\d)"
        ),
    ),
    (
        "证件号",
        re.compile(
            rf"(?:护照|通行证|证件|军官证|警号)号?码?{_IS}(?P<it>[A-Za-z]{{0,2}}\d{{6,10}})"
            r"|(?<![A-Za-z0-9])[EGeg][A-Za-z]?\d{7,8}(?![A-Za-z0-9])"
        ),
    ),
    (_NUMBER, re.compile(r"\d{11,}")),
)
_ROAD = r"(?:路|街|大道|巷|弄|胡同|小区|花园|家园|公寓|大厦|新村|村|苑|里|庄|镇|乡)"
_COUNT = r"[甲乙丙丁附]?[零〇一二两三四五六七八九十百0-9A-Za-z]{1,6}"
_HOUSE = r"(?:号楼|号院|号|弄|栋|幢|座|单元|室|楼|组|户)"
_LIVES = (
    "家住|住在|住址|住所|地址|户籍(?:地址|地)?|现住|暂住|租住|家在|老家|"
    r"(?:^|(?<=[\W家人他她户]))住"
)
_AREA = _ROAD.replace("里|", "")[:-1] + "|[县区市省屯]|社区)"
_PART = "(?:[镇乡村屯路街]|街道|社区)"
# Characters of a place's own name: not 哪个小区, 我们小区, 在小区.
_OWN = (
    r"[^\W\d_a-zA-Z的个那这哪我你您他她它们咱在到给把被让从跟同进出了着过看不是有对隔壁外住各全只两几本"
    "某老要由按说查发所明限夜时多绕单共租旧充或及级]"
)
_ADDRESSES: tuple[re.Pattern[str], ...] = (
    re.compile(
        rf"{_OWN}{{1,8}}?{_ROAD}\s?{_COUNT}{_HOUSE}(?:\s?{_COUNT}{_HOUSE})*"
        rf"|(?:\s?{_COUNT}(?:号楼|栋|幢|单元|室)){{2,}}|[甲乙丙丁附]\d{{1,4}}号"
    ),
    re.compile(
        rf"(?:{_LIVES})[:是在为于]{{0,2}}\s?"
        rf"(?P<it>{_OWN}{{2,10}}?{_AREA}(?:{_OWN}{{1,8}}?{_AREA})*)"
    ),
    re.compile(
        rf"{_OWN}{{2,5}}(?:省|市|自治区){_OWN}{{1,6}}(?:[市区县旗镇乡]|街道)(?:{_OWN}{{1,6}}{_PART})*"
        rf"|{_OWN}{{2,5}}[县区旗](?:{_OWN}{{1,6}}{_PART})+|{_OWN}{{1,5}}[镇乡]{_OWN}{{1,5}}[村屯]"
    ),
    re.compile(rf"{_OWN}{{2,6}}(?:花园|家园|新村|公寓|小区|嘉园|家属院)"),
)
# Full-width letters, digits and marks, one for one; what was typed is what is shown.
_HALF = {code + 0xFEE0: code for code in range(0x21, 0x7F)} | {0x3000: 0x20}


def found(text: str) -> Iterator[Found]:
    """The personal numbers in ``text``; in a guide, where names and places are nobody's."""
    yield from _apart(_typed_numbers(text.translate(_HALF)), len(text))


def found_typed(text: str) -> list[Found]:
    """What ``redact`` takes out of ``text``, in order."""
    return sorted(_apart(_candidates(text), len(text)), key=lambda one: one.start)


def found_in_label(text: str) -> list[Found]:
    """As ``found_typed``, and any long number: what is only to tell things apart needs none."""
    spoken = text.translate(_HALF).translate(_SPOKEN)
    long = (Found("一长串数字", *match.span()) for match in _LONG.finditer(spoken))
    found_there = _apart(chain(_candidates(text), long), len(text))
    return sorted(found_there, key=lambda one: one.start)


def redact(text: str) -> str:
    """``text`` with each personal number, account, address, name and bot token replaced by its
    kind."""
    for kind, start, end in reversed(found_typed(text)):
        text = f"{text[:start]}〔{kind}〕{text[end:]}"
    return text


def _candidates(text: str) -> Iterator[Found]:
    """Everything that looks like something, what is surest first; every view has the length of
    ``text``, so that places in it are places in the text."""
    plain = text.translate(_HALF)
    spoken = plain.translate(_SPOKEN)
    for match in _TOKEN.finditer(plain):
        yield Found("令牌", *match.span())
    yield from _typed_numbers(plain)
    if not plain.isascii():
        yield from _typed_numbers(spoken)
        yield from _spoken_numbers(plain, spoken)
    for kind, pattern in _MARKED:
        for match in pattern.finditer(spoken):
            yield Found(kind, *_part(match))
    if plain.isascii():
        return
    for pattern in _ADDRESSES:
        for match in pattern.finditer(plain):
            yield Found(ADDRESS, *_part(match))
    for start, end in names.found(plain):
        yield Found(NAME, start, end)


def _typed_numbers(text: str) -> Iterator[Found]:
    for kind, pattern in _TYPED_NUMBERS:
        for match in pattern.finditer(text):
            yield Found(kind, *match.span())


def _spoken_numbers(plain: str, spoken: str) -> Iterator[Found]:
    """Runs of digits that are Chinese words at least in part: dates and times never are, so
    nothing more is asked of them than their length."""
    for match in _SPOKEN_RUN.finditer(spoken):
        if not any(ord(char) in _SPOKEN for char in plain[match.start() : match.end()]):
            continue
        digits = re.sub(r"\D", "", match.group())
        kind = next((kind for kind, like in _LIKE if like.fullmatch(digits)), _NUMBER)
        yield Found(kind, *match.span())


# A word such as 一直 may lend the run a digit too many.
_LIKE = (
    (_IDENTITY, re.compile(r"[1-9]\d{5}(?:18|19|20)\d{10}\d?")),
    (_PHONE, re.compile(r"(?:86)?1[3-9]\d{9}\d?")),
    (_CARD, re.compile(r"[3-6]\d{15,18}")),
    (_LANDLINE, re.compile(r"0\d{10,11}")),
)


def _part(match: re.Match[str]) -> tuple[int, int]:
    group = match.lastgroup
    return match.span(group) if group else match.span()


def _apart(candidates: Iterable[Found], length: int) -> Iterator[Found]:
    """The first of those that overlap."""
    taken = bytearray(length)
    for one in candidates:
        if not any(taken[one.start : one.end]):
            taken[one.start : one.end] = b"\x01" * (one.end - one.start)
            yield one
