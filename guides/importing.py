"""Importing statute texts: which law and version a text is, and whether it is whole.

Only what agrees with the catalogue is stored; everything else is a finding in Chinese
with file and, where it can be told, line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from guides.law import Law, Numbering, Version
from guides.laws import Catalogue
from guides.statutes import Finding, Statute, read_source
from guides.texts import Texts

_CATALOGUE = "guides/library/laws.yaml"


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: each stored version with the number of its articles, and what
    was found wrong (``fatal`` findings name texts that were not stored)."""

    stored: tuple[tuple[Law, Version, int], ...]
    findings: tuple[Finding, ...]


def import_texts(paths: Iterable[Path], catalogue: Catalogue, texts: Texts) -> Imported:
    """Read files and folders, compare with the catalogue, store what is whole."""
    stored: dict[tuple[str, date], tuple[Law, Version, int]] = {}
    sources: dict[tuple[str, date], Path] = {}
    findings: list[Finding] = []
    for path in paths:
        statutes, unread = read_source(path)
        findings += unread
        for statute in statutes:
            identified = identify(statute, catalogue)
            if isinstance(identified, Finding):
                findings.append(identified)
                continue
            law, version = identified
            found = list(review(statute, law, version))
            key = (law.slug, version.effective)
            if key in sources and sources[key] != statute.path:
                what = f"与 {sources[key]} 是同一部同一版本，跳过；只留一个文件"
                found.append(Finding(statute.path, 0, what))
            findings += found
            if any(finding.fatal for finding in found):
                continue
            texts.put(law, version, statute)
            sources[key] = statute.path
            stored[key] = (law, version, len(statute.articles))
    return Imported(tuple(stored.values()), tuple(findings))


def identify(statute: Statute, catalogue: Catalogue) -> tuple[Law, Version] | Finding:
    """Which law and which of its versions a text is, or what keeps that from being told."""
    law = _law_of(statute, catalogue)
    if law is None:
        names = catalogue.suggest(statute.title)
        meant = f"（是不是《{'》《'.join(names)}》）" if names else ""
        what = f"目录里没有《{statute.title}》{meant}；先在 {_CATALOGUE} 登记"
        return Finding(statute.path, 0, what)
    if not law.versions:
        what = f"《{law.name}》在目录里没有登记版本；先在 {_CATALOGUE} 写上 versions 和 status"
        return Finding(statute.path, 0, what)
    version = _version_of(statute, law)
    if version is None:
        when = f"{statute.effective} 施行的" if statute.effective else "这个文件的"
        known = "、".join(f"{v.label}（{v.effective} 施行）" for v in law.versions)
        what = (
            f"《{law.name}》对不上目录：{when}版本没有登记，登记的有 {known}；"
            f"核对文件里的日期，或者在 {_CATALOGUE} 加一个版本"
        )
        return Finding(statute.path, 0, what)
    return law, version


def _law_of(statute: Statute, catalogue: Catalogue) -> Law | None:
    """By title; a title with the year behind it (……法（2012年修正）) is the same law."""
    without_year = statute.title.partition("（20")[0].partition("（19")[0].partition("(")[0]
    return catalogue.find(statute.title) or catalogue.find(without_year)


def _version_of(statute: Statute, law: Law) -> Version | None:
    """By the day it takes effect; else by a date or label near the title; else by the count."""
    if statute.effective is not None:
        return next((v for v in law.versions if v.effective == statute.effective), None)
    for version in reversed(law.versions):  # a newer text also tells the older dates
        dates = {version.effective, version.promulgated or version.effective}
        if dates & set(statute.hints):
            return version if max(statute.hints) <= max(dates) else None
    labelled = [v for v in law.versions if v.label in statute.title]
    main = sum(1 for a in statute.articles if a.number and not a.suffix)
    counted = [v for v in law.versions if v.articles == main]
    for candidates in (labelled, list(law.versions), counted):
        if len(candidates) == 1:
            return candidates[0]
    return None


def review(statute: Statute, law: Law, version: Version) -> Iterator[Finding]:
    """Gaps, repeats, disorder, empty articles, and counts that differ from the catalogue.

    All but an empty article are fatal: a text that is not whole is not served.
    """
    path, articles = statute.path, statute.articles
    for article in articles:
        if not article.text:
            yield Finding(path, article.line, f"{article.label}没有正文", fatal=False)
    if law.numbering is Numbering.SECTION:
        yield from _repeated_labels(statute)
        if len(articles) != version.articles:
            what = f"有 {len(articles)} 个序号，目录登记 {version.articles} 个"
            yield Finding(path, 0, f"《{law.name}》{what}；核对文件和 {_CATALOGUE}")
        return
    yield from _sequence(statute)
    main = sum(1 for a in articles if a.number and not a.suffix)
    suffixed = sum(1 for a in articles if a.suffix)
    if (main, suffixed) != (version.articles, version.suffix_articles):
        what = (
            f"《{law.name}》（{version.label}）有 {main} 条、“之一”类 {suffixed} 条，"
            f"目录登记 {version.articles} 条、“之一”类 {version.suffix_articles} 条；"
            f"核对文件和 {_CATALOGUE}"
        )
        yield Finding(path, 0, what)


def _repeated_labels(statute: Statute) -> Iterator[Finding]:
    seen: dict[str, int] = {}
    for article in statute.articles:
        if article.label in seen:
            yield Finding(statute.path, article.line, f"序号 {article.label} 重复")
        seen[article.label] = article.line


def _sequence(statute: Statute) -> Iterator[Finding]:
    """Articles go 1, 2, 2之一, 2之二, 3 ...; 0 before 1 is a preamble."""
    seen: set[tuple[int, int]] = set()
    last = (0, 0)
    for article in statute.articles:
        place = (article.number, article.suffix)
        if place in seen:
            yield Finding(statute.path, article.line, f"{article.label}重复出现")
        elif place < last:
            yield Finding(
                statute.path, article.line, f"{article.label}的次序不对，前面已到第{last[0]}条"
            )
        elif place not in ((last[0], last[1] + 1), (last[0] + 1, 0), (0, 0)):
            yield Finding(
                statute.path, article.line, f"{article.label}前面缺条文，上一条是第{last[0]}条"
            )
        seen.add(place)
        last = max(last, place)
