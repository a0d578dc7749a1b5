"""Laws kept in several files: a folder with a title page, and a file for each 编.

A file that names no law belongs to the law of its folder: the one its title page names, or
the one the folder is called by.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from guides.law import Law
from guides.laws import Catalogue
from guides.statutes import Finding, Statute
from guides.version_dates import order

# Behind a title: （2012年修正）, （主席令第六十七号）; never （二）, which is another law.
_REMARK = re.compile(r"\s*[（(\[〔][^（(]*(?:\d{4}|修正|修订|令|号|公布)[^（(]*[)）\]〕]\s*$")
_PART = re.compile(r"[\s_-]*第[一二三四五六七八九十]+(?:编|分编|章).*$")
_DATES = re.compile(r"^[\d\s._-]+|[\s._-]*(?:\d{4}[-.年]?\d{0,2}[-.月]?\d{0,2}日?)\s*$")


def law_of(statute: Statute, catalogue: Catalogue) -> Law | None:
    """By a title in the text; by the name of the file only where the text has none."""
    for title in statute.titles or (statute.path.stem,):
        bare = _REMARK.sub("", title)
        names = [title, bare, _PART.sub("", bare)]
        if not statute.titles:
            names.append(_DATES.sub("", bare))
        for name in names:
            if law := catalogue.titled(name):
                return law
    return None


def join(
    statutes: Iterable[Statute], catalogue: Catalogue
) -> tuple[list[tuple[Statute, Law | None]], list[Finding]]:
    """Every text with its law (None: not in the catalogue); those without articles are used up."""
    folders: dict[Path, list[Statute]] = defaultdict(list)
    for statute in statutes:
        folders[statute.path.parent].append(statute)
    joined: list[tuple[Statute, Law | None]] = []
    findings: list[Finding] = []
    for folder, lying_there in folders.items():
        parts: dict[str, list[Statute]] = defaultdict(list)
        laws: dict[str, Law] = {}
        nameless = []
        for statute in lying_there:
            law = law_of(statute, catalogue)
            if law:
                laws[law.slug] = law
                parts[law.slug].append(statute)
            elif not statute.titles and statute.articles:
                nameless.append(statute)
            elif statute.articles:
                joined.append((statute, None))
        home = _home(folder, parts, laws, catalogue) if nameless else None
        if home:
            laws[home.slug] = home
            parts[home.slug] += nameless
        else:
            joined += [(statute, None) for statute in nameless]
        for slug, texts in parts.items():
            whole, said = _whole(folder, texts)
            joined += [(statute, laws[slug]) for statute in whole]
            findings += said
    return joined, findings


def _home(
    folder: Path, parts: dict[str, list[Statute]], laws: dict[str, Law], catalogue: Catalogue
) -> Law | None:
    pages = {slug for slug, texts in parts.items() if not all(text.articles for text in texts)}
    named = pages or set(parts)
    if len(named) == 1:
        return laws[named.pop()]
    return None if named else catalogue.titled(folder.name)


def _whole(folder: Path, texts: Sequence[Statute]) -> tuple[list[Statute], list[Finding]]:
    """One text where the files complete each other, else each for itself."""
    with_articles = [text for text in texts if text.articles]
    if len(with_articles) == 1 and with_articles[0].titles:
        return with_articles, []
    seen: dict[tuple[int, int], Statute] = {}
    for text in with_articles:
        for article in text.articles:
            other = seen.setdefault((article.number, article.suffix), text)
            if other is text:
                continue
            if text.titles and other.titles:  # two texts of one law
                return with_articles, []
            what = f"{article.label}也在 {other.path.name} 里；一部法分成几个文件的，每条只留一处"
            return [], [Finding(article.path or text.path, article.line, what)]
    if not with_articles or any(text.effective for text in with_articles):
        return with_articles, []
    newest = {max(text.stated, key=order).day: text for text in texts if text.stated}
    if len(newest) > 1:
        told = "、".join(f"{text.path.name} 是 {day}" for day, text in sorted(newest.items()))
        what = f"同一部法的几个文件日期不一样（{told}），没有合在一起；换成同一版本的"
        return [], [Finding(folder, 0, what)]
    ordered = sorted(with_articles, key=lambda text: text.articles[0].number)
    titles = next((text.titles for text in texts if text.titles), (folder.name,))
    whole = replace(
        ordered[0],
        path=folder,
        titles=titles,
        articles=tuple(article for text in ordered for article in text.articles),
        stated=tuple(stated for text in texts for stated in text.stated),
        findings=tuple(finding for text in ordered for finding in text.findings),
    )
    return [whole], []
