"""Which version of a law a text is: by the days it names itself, never by chance.

A text carries the days it was made and changed near its title or in the name of its file.
The newest of them decides; a text that names none is taken only for the version somebody
says it is. An old text must never pass for the law in force.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

from guides.citation import chinese_number
from guides.law import Law, Version

_DAY = re.compile(r"(\d{4})\s*[-年./]\s*(\d{1,2})\s*[-月./]\s*(\d{1,2})")
_EIGHT_DIGITS = re.compile(r"(?<!\d)((?:19|20)\d\d)([01]\d)([0-3]\d)(?!\d)")
_IN_CHINESE = re.compile(
    r"([〇○零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)
_ADOPTED_BEFORE = timedelta(days=366)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


@dataclass(frozen=True, slots=True)
class Stated:
    """A day that a text names, and where; ``exact`` is False for a year (its last day)."""

    day: date
    place: str
    exact: bool = True

    def __str__(self) -> str:
        return f"{self.place}写的{f'日期 {self.day}' if self.exact else f'年份 {self.day.year}'}"

    def is_before(self, day: date) -> bool:
        return self.day < day if self.exact else self.day.year < day.year

    def is_after(self, day: date) -> bool:
        return self.day > day if self.exact else self.day.year > day.year


def order(stated: Stated) -> tuple[int, bool, date]:
    """From the oldest to the newest; an exact day says more than its year."""
    return stated.day.year, stated.exact, stated.day


def days(text: str, place: str) -> Iterator[Stated]:
    """2026-01-01, 2026年1月1日, 20260101, 二〇二六年一月一日; what is no day is left out."""
    text = unicodedata.normalize("NFKC", text)
    for pattern in (_DAY, _EIGHT_DIGITS, _IN_CHINESE):
        for parts in pattern.findall(text):
            year, month, day = (chinese_number(part.replace("○", "零")) for part in parts)
            with suppress(ValueError):
                yield Stated(date(year, month, day), place)


def days_and_years(text: str, place: str) -> Iterator[Stated]:
    """For a title or the name of a file: 「……法（2012年修正）」 tells no more than a year."""
    yield from days(text, place)
    for year in _YEAR.findall(unicodedata.normalize("NFKC", text)):
        yield Stated(date(int(year), 12, 31), place, exact=False)


def choose(law: Law, stated: Sequence[Stated], names: Iterable[str], wanted: str | None) -> Version:
    """The version a text is; ValueError says in Chinese what keeps that from being told.

    ``names``: the title and the name of the file, which may hold a label (2012年修正);
    ``wanted``: the label, or the day of effect, that the person importing it gave.
    """
    newest = max(stated, key=order, default=None)
    found = _by_day(law, stated) or _by_label(law, names)
    if wanted is not None:
        asked = next((v for v in law.versions if wanted in (v.label, str(v.effective))), None)
        if asked is None:
            raise ValueError(f"《{law.name}》没有登记“{wanted}”这个版本；登记的有 {_known(law)}")
        if found not in (None, asked):
            raise ValueError(f"《{law.name}》的文本自己说是 {found.label}，不是 {wanted}；没有收")
        found = asked
    if found is None:
        raise ValueError(_untold(law, newest))
    first, last = _span(found)
    # A text may name the day it was adopted, weeks before it was published; somebody who
    # gives the version has seen that. Years before, it is another text whoever says so.
    if newest is not None and newest.is_before(first - _ADOPTED_BEFORE):
        raise ValueError(_older(law, newest, found))
    if newest is not None and newest.is_after(last):
        raise ValueError(_newer(law, newest))
    return found


def effective_on(law: Law, day: date, wanted: str | None) -> Version:
    """The version in force from ``day``, as a header tells it; ValueError as ``choose``."""
    found = next((version for version in law.versions if version.effective == day), None)
    if found is None:
        raise ValueError(
            f"《{law.name}》：{day} 施行的版本没有登记，登记的有 {_known(law)}；"
            "核对文件里的 effective，是新文本的先在 laws.yaml 加上这个版本"
        )
    if wanted not in (None, found.label, str(day)):
        raise ValueError(f"《{law.name}》的文件自己说是 {found.label}，不是 {wanted}；没有收")
    return found


def _by_day(law: Law, stated: Iterable[Stated]) -> Version | None:
    """The newest version one of whose days is named: a newer text names the older days too."""
    named = {one.day for one in stated if one.exact}
    return next((v for v in reversed(law.versions) if named & {v.promulgated, v.effective}), None)


def _by_label(law: Law, names: Iterable[str]) -> Version | None:
    written = [_without_count(name) for name in names]
    labels = ((version, _without_count(version.label)) for version in law.versions)
    found = [v for v, label in labels if _YEAR.search(label) and any(label in n for n in written)]
    return found[0] if len(found) == 1 else None


def _without_count(label: str) -> str:
    """2021年第三次修正 is also written 2021修正."""
    return re.sub(r"年|第[一二三四五六七八九十]+次|\s", "", label)


def _span(version: Version) -> tuple[date, date]:
    known = [version.effective, *([version.promulgated] if version.promulgated else [])]
    return min(known), max(known)


def _untold(law: Law, newest: Stated | None) -> str:
    how = (
        f"核对以后写明版本或者它的施行日期：laws import 文件 --version 版本；登记的有 {_known(law)}"
    )
    if newest is None:
        return f"《{law.name}》的文本和文件名里都没有日期，说不准是哪个版本，没有收；{how}"
    first, last = _span(law.versions[-1])
    if newest.is_after(last):
        return _newer(law, newest)
    if newest.is_before(first - _ADOPTED_BEFORE):
        return _older(law, newest, law.versions[-1])
    return f"《{law.name}》：{newest}，还说不准是哪个版本，没有收；{how}"


def _older(law: Law, newest: Stated, version: Version) -> str:
    made = f"{version.promulgated} 公布" if version.promulgated else f"{version.effective} 施行"
    return (
        f"《{law.name}》看来是旧文本：{newest}，在这份文本里最近，"
        f"而登记的 {version.label} {made}；没有收。"
        "找到新文本再导入；确实是这个版本的，在标题下面补上它的公布日期"
    )


def _newer(law: Law, newest: Stated) -> str:
    return (
        f"《{law.name}》：{newest}，晚于登记的版本（{_known(law)}），没有收；"
        "是新文本的，先在 laws.yaml 加上这个版本；是下载、整理的日期，把它去掉"
    )


def _known(law: Law) -> str:
    return "、".join(f"{v.label}（{v.effective} 施行）" for v in law.versions)
