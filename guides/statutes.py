"""A statute as read from a file: its articles, and what it says of itself.

``guides.statute_files`` reads them, ``guides.importing`` decides which law and version one
is and whether it is whole, ``guides.texts`` keeps them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from guides.citation import chinese_number
from guides.disk import printable
from guides.law import Numbering
from guides.numerals import chinese_numeral
from guides.version_dates import Stated

_ITEM = re.compile(r"^[（(]([一二三四五六七八九十百零]+)[）)]")


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a text, for the person importing it; ``fatal``: not imported."""

    path: Path
    line: int  # from 1; 0 when it concerns the whole file
    message: str
    fatal: bool = True

    def __str__(self) -> str:
        place = f"{printable(self.path)}:{self.line}" if self.line else printable(self.path)
        return f"{place} {self.message}"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One 款: its own line and the 项 below it, each with its （一）."""

    text: str
    items: tuple[str, ...] = ()

    def item(self, number: int) -> str | None:
        for item in self.items:
            match = _ITEM.match(item)
            if match and chinese_number(match[1]) == number:
                return item
        return None

    def __str__(self) -> str:
        return "\n".join((self.text, *self.items) if self.text else self.items)


@dataclass(frozen=True, slots=True)
class Article:
    """第N条 (``suffix`` S: 第N条之S), or one section of a text numbered by sections."""

    number: int
    suffix: int
    label: str
    chapter: str
    text: str
    line: int = field(default=0, compare=False)
    path: Path | None = field(default=None, compare=False)  # of a law kept in several files

    @property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        """Each line of the text is a 款; lines beginning with （一） are 项 of the 款 before."""
        found: list[Paragraph] = []
        for line in filter(None, map(str.strip, self.text.splitlines())):
            if _ITEM.match(line):
                above = found.pop() if found else Paragraph("")
                found.append(Paragraph(above.text, (*above.items, line)))
            else:
                found.append(Paragraph(line))
        return tuple(found)

    def part(self, paragraph: int | None = None, item: int | None = None) -> str | None:
        """The whole article, one 款 with its 项, or one 项 (numbers from 1); None: not there."""
        if paragraph is None:
            return self.text
        if not 1 <= paragraph <= len(self.paragraphs):
            return None
        found = self.paragraphs[paragraph - 1]
        return str(found) if item is None else found.item(item)


@dataclass(frozen=True)
class Statute:
    """One text as read. ``titles``: what may be the name of the law, the likeliest first;
    empty when the text does not say. ``effective`` only where a header tells it (YAML);
    other texts tell their days near the title or in the name of the file (``stated``)."""

    path: Path
    titles: tuple[str, ...]
    articles: tuple[Article, ...]
    label: str = ""
    effective: date | None = None
    numbering: Numbering = Numbering.ARTICLE
    stated: tuple[Stated, ...] = ()
    findings: tuple[Finding, ...] = ()  # what was left out, and what keeps it from being whole

    @property
    def title(self) -> str:
        return self.titles[0] if self.titles else self.path.stem


def article_label(number: int, suffix: int) -> str:
    """第一百三十三条之一 for (133, 1)."""
    return f"第{chinese_numeral(number)}条" + (f"之{chinese_numeral(suffix)}" if suffix else "")
