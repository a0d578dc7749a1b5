"""Importing statute texts: which law and version a text is, and whether it is whole.

Only what agrees with the catalogue is stored; everything else is a finding in Chinese
with file and, where it can be told, line.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from guides import version_dates
from guides.joining import join
from guides.law import Law, Numbering, Version
from guides.laws import Catalogue
from guides.statute_files import Each, read_source
from guides.statutes import Article, Finding, Statute
from guides.texts import Texts, TextsError

_CATALOGUE = "guides/library/laws.yaml"


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: each stored version with the number of its articles, what was
    found wrong (``fatal`` findings name texts that were not stored), how many files it saw."""

    stored: tuple[tuple[Law, Version, int], ...]
    findings: tuple[Finding, ...]
    looked: int


def import_texts(
    paths: Sequence[Path],
    catalogue: Catalogue,
    texts: Texts,
    version: str | None = None,
    each: Each = iter,
) -> Imported:
    """Read files and folders, compare with the catalogue, store what is whole.

    ``version``: the label of the version all of them are, for texts that do not say.
    """
    found = [read_source(path, each) for path in paths]
    findings = [finding for one in found for finding in one.findings]
    named = {path for path in paths if path.is_file()}
    joined, said = join((statute for one in found for statute in one.statutes), catalogue)
    findings += said
    strangers: list[Statute] = []
    whole: dict[tuple[str, date], list[tuple[Law, Version, Statute]]] = defaultdict(list)
    for statute, law in joined:
        if law is None and not _files(statute) & named:
            strangers.append(statute)
            continue
        told = list(statute.findings)
        identified = identify(statute, law, catalogue, version)
        if isinstance(identified, Finding):
            findings.append(identified)
            continue
        told += review(statute, *identified)
        findings += told
        if not any(finding.fatal for finding in told):
            key = (identified[0].slug, identified[1].effective)
            whole[key].append((*identified, statute))
    if strangers:
        findings.append(_strangers(strangers))
    stored = []
    for same in whole.values():
        its_law, its_version, statute = same[0]
        repeated = list(_repeated_texts([statute for _, _, statute in same]))
        findings += repeated
        if not any(finding.fatal for finding in repeated):
            findings += _replaced(statute, texts, its_law, its_version)
            texts.put(its_law, its_version, statute)
            stored.append((its_law, its_version, len(statute.articles)))
    return Imported(tuple(stored), tuple(findings), sum(one.looked for one in found))


def identify(
    statute: Statute, law: Law | None, catalogue: Catalogue, wanted: str | None
) -> tuple[Law, Version] | Finding:
    """Which law and which of its versions a text is, or what keeps that from being told."""
    if law is None:
        return Finding(statute.path, 0, _unknown(statute, catalogue))
    if not law.versions:
        what = f"《{law.name}》在目录里没有登记版本；先在 {_CATALOGUE} 写上 versions 和 status"
        return Finding(statute.path, 0, what)
    try:
        if statute.effective is None:
            names = (*statute.titles, statute.path.stem, statute.label)
            return law, version_dates.choose(law, statute.stated, names, wanted)
        return law, version_dates.effective_on(law, statute.effective, wanted)
    except ValueError as error:
        return Finding(statute.path, 0, str(error))


def _unknown(statute: Statute, catalogue: Catalogue) -> str:
    if short := catalogue.find(statute.title):
        return (
            f"《{statute.title}》只是《{short.name}》的简称，条文按正式名称认；"
            "是这部法就把标题改成正式名称，是另一部（也许已经废止）就不收"
        )
    if not statute.titles:
        return (
            f"文件里没有法名，文件名也不是（{statute.title}）；在第一行写上正式名称。"
            "一部法分成几个文件的，放在一个文件夹里，其中一个写上法名，导入这个文件夹"
        )
    names = catalogue.suggest(statute.title)
    meant = f"（是不是《{'》《'.join(names)}》）" if names else ""
    return f"目录里没有《{statute.title}》{meant}；要收的先在 {_CATALOGUE} 登记"


def _strangers(statutes: Sequence[Statute]) -> Finding:
    """A folder from elsewhere holds hundreds of laws nobody asked for: one line for them."""
    named = "、".join(f"《{statute.title}》" for statute in statutes[:5])
    more = f" 等 {len(statutes)} 部" if len(statutes) > 5 else ""
    what = f"目录里没有{named}{more}，没有收；要收的先在 {_CATALOGUE} 登记"
    return Finding(statutes[0].path.parent, 0, what, fatal=False)


def _files(statute: Statute) -> set[Path]:
    return {statute.path, *(article.path for article in statute.articles if article.path)}


def _replaced(statute: Statute, texts: Texts, law: Law, version: Version) -> Iterator[Finding]:
    """An earlier import of the version gives way, and how much that changes is told."""
    with suppress(TextsError):  # what is damaged is no loss
        before = {(a.number, a.suffix): a.text for a in texts.all_articles(law, version)}
        changed = [a for a in statute.articles if before.get((a.number, a.suffix)) != a.text]
        if before and changed:
            what = (
                f"换掉了以前导入的《{law.name}》（{version.label}），"
                f"{changed[0].label}等 {len(changed)} 条不一样"
            )
            yield Finding(statute.path, 0, what, fatal=False)


def _repeated_texts(statutes: Sequence[Statute]) -> Iterator[Finding]:
    """Two different texts of one version: neither is stored, since nobody knows the right one."""
    words = [[(a.number, a.suffix, a.text) for a in statute.articles] for statute in statutes]
    for statute, its in zip(statutes[1:], words[1:], strict=True):
        first = statutes[0].path
        if its == words[0]:
            what = f"与 {first} 一字不差，只收一份"
            yield Finding(statute.path, 0, what, fatal=False)
            continue
        label = next(a.label for a, one, other in zip(
            statute.articles, its, words[0], strict=False) if one != other)  # fmt: skip
        what = f"与 {first} 是同一部法的同一版本，{label}等处不一样，两份都没有收；核对后只留一份"
        yield Finding(statute.path, 0, what)


def review(statute: Statute, law: Law, version: Version) -> Iterator[Finding]:
    """Gaps, repeats, disorder, empty articles, and counts that differ from the catalogue.

    All but an empty article are fatal: a text that is not whole is not served.
    """
    path, articles = statute.path, statute.articles
    for article in articles:
        if not article.text:
            yield _at(statute, article, f"{article.label}没有正文", fatal=False)
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
            yield _at(statute, article, f"序号 {article.label} 重复")
        seen[article.label] = article.line


def _sequence(statute: Statute) -> Iterator[Finding]:
    """Articles go 1, 2, 2之一, 2之二, 3 ...; 0 before 1 is a preamble."""
    seen: set[tuple[int, int]] = set()
    last = (0, 0)
    for article in statute.articles:
        place = (article.number, article.suffix)
        if place in seen:
            yield _at(statute, article, f"{article.label}重复出现")
        elif place < last:
            yield _at(statute, article, f"{article.label}的次序不对，前面已到第{last[0]}条")
        elif place not in ((last[0], last[1] + 1), (last[0] + 1, 0), (0, 0)):
            yield _at(statute, article, f"{article.label}前面缺条文，上一条是第{last[0]}条")
        seen.add(place)
        last = max(last, place)


def _at(statute: Statute, article: Article, message: str, fatal: bool = True) -> Finding:
    return Finding(article.path or statute.path, article.line, message, fatal)
