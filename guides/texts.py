"""The statute texts this installation has: imported, checked, looked up.

Texts lie in a folder the caller names (``<MINGBAI_DATA>/laws/``), one JSON file a
version: ``<slug>@<effective>.json``, written whole or not at all and read when first
asked for (``guides.importing`` fills it). The project itself contains no statute text.
"""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from guides.citation import Citation
from guides.disk import printable
from guides.law import Law, Numbering, Version
from guides.laws import Catalogue
from guides.statutes import Article, Statute

_HALF_TO_FULL = str.maketrans("()", "（）")
HOW_TO_IMPORT = "python run_bot.py laws import 文件夹"


class TextsError(ValueError):
    """A stored text cannot be read; the message says how to mend it."""


class Texts:
    """Imported versions by law and day. Files changed by another process are noticed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: dict[Path, tuple[tuple[int, int], dict[str, tuple[Article, ...]]]] = {}

    def has(self, law: Law, version: Version) -> bool:
        return self._path(law, version).is_file()

    def article(self, citation: Citation, law: Law, day: date) -> Article | None:
        """The article or section cited, in the version in force on ``day``.

        None when that version is not imported or has no such article; which 款 and 项
        are meant, ``excerpt`` says. TextsError for a damaged file.
        """
        version = law.version_on(day)
        if version is None:
            return None
        articles = self._articles(law, version)
        if law.numbering is Numbering.SECTION:
            found = articles.get(citation.locator.translate(_HALF_TO_FULL), ())
        else:
            place = citation.place()
            found = articles.get(f"{place[0]}-{place[1]}", ()) if place else ()
        return found[0] if found else None

    def excerpt(self, citation: Citation, law: Law, day: date) -> str | None:
        """The words cited: article, 款 with its 项, or 项; None when they are not there."""
        article = self.article(citation, law, day)
        place = citation.place()
        if article is None or law.numbering is Numbering.SECTION or place is None:
            return article.text if article else None
        return article.part(place[2], place[3])

    def all_articles(self, law: Law, version: Version) -> tuple[Article, ...]:
        """Every article of an imported version in order; empty when it is not imported."""
        return tuple(a for found in self._articles(law, version).values() for a in found)

    def put(self, law: Law, version: Version, statute: Statute) -> Path:
        """Store a checked text, replacing an earlier import of the same version at once."""
        path = self._path(law, version)
        data = {
            "law": law.slug,
            "title": law.title,
            "label": version.label,
            "effective": version.effective.isoformat(),
            "source": printable(statute.path),
            "articles": [
                [a.number, a.suffix, a.label, a.chapter, a.text] for a in statute.articles
            ],
        }
        self.folder.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=self.folder, prefix=".import-", suffix=".tmp")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(data, file, ensure_ascii=False)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except BaseException:
            with suppress(OSError):
                Path(temporary).unlink()
            raise
        return path

    def _path(self, law: Law, version: Version) -> Path:
        return self.folder / f"{law.slug}@{version.effective.isoformat()}.json"

    def _articles(self, law: Law, version: Version) -> dict[str, tuple[Article, ...]]:
        path = self._path(law, version)
        try:
            status = path.stat()
        except FileNotFoundError:
            return {}
        stamp = (status.st_mtime_ns, status.st_size)
        known = self._read.get(path)
        if known is None or known[0] != stamp:
            section = law.numbering is Numbering.SECTION
            known = (stamp, _load(path, section))
            self._read[path] = known
        return known[1]


def _load(path: Path, section: bool) -> dict[str, tuple[Article, ...]]:
    try:
        data: Any = json.loads(path.read_text(encoding="utf-8"))
        articles = [Article(*entry) for entry in data["articles"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        what = f"导入的条文读不出来：{path}；删掉它再运行 {HOW_TO_IMPORT}"
        raise TextsError(what) from error
    found: dict[str, tuple[Article, ...]] = {}
    for article in articles:
        key = (
            article.label.translate(_HALF_TO_FULL)
            if section
            else f"{article.number}-{article.suffix}"
        )
        found[key] = (*found.get(key, ()), article)
    return found


@dataclass(frozen=True, slots=True)
class Quote:
    """A citation ready to be shown: ``text``, or in ``missing`` why there is none. ``wording``
    is the official way to write it (as cited when the law is unknown). ``mend`` is for those who
    look after guides and texts, never for officers: what they do about it."""

    wording: str
    text: str | None = None
    missing: str | None = None
    mend: str = ""


def quote(citation: Citation, catalogue: Catalogue, texts: Texts, day: date) -> Quote:
    """The words of the law for ``citation`` as in force on ``day``; never raises."""
    law = catalogue.find(citation.law)
    wording = law.wording(citation) if law else citation.spoken()
    problem = catalogue.problem(citation, day)
    if problem is not None:
        wrong, _, mend = problem.message.partition("；")
        return Quote(wording, missing=wrong, mend=mend)
    version = law.version_on(day) if law else None
    if law is None or version is None:  # pragma: no cover - a problem was found above
        return Quote(wording, missing=f"目录里没有{wording}")
    if not texts.has(law, version):
        what = f"《{law.name}》（{version.label}）的条文还没有导入，这里看不到原文"
        return Quote(wording, missing=what, mend=f"运行 {HOW_TO_IMPORT}")
    try:
        text = texts.excerpt(citation, law, day)
    except TextsError as error:
        what = f"《{law.name}》（{version.label}）的条文读不出来，这里看不到原文"
        return Quote(wording, missing=what, mend=str(error))
    if text is None:
        what = f"导入的《{law.name}》（{version.label}）里没有{wording}"
        return Quote(wording, missing=what, mend="查对条、款、项")
    return Quote(wording, text)
