"""Statute texts as the user has them: files of the laws corpus (YAML) or Markdown.

``read_source`` reads a file or a folder into ``Statute`` values and says what it could
not read; which law and version a text is, and whether it is whole, ``guides.texts``
decides with the catalogue. Markdown of the kinds published on GitHub is understood:
``第X条`` at the beginning of a line, as a heading or in bold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from guides.citation import chinese_number
from guides.law import Numbering
from guides.numerals import chinese_numeral

_YAML, _MARKDOWN = {".yaml", ".yml"}, {".md", ".markdown"}
_ITEM = re.compile(r"^[（(]([一二三四五六七八九十百零]+)[）)]")
_NUMERAL = r"[0-9零〇一二三四五六七八九十百千]+"
_ARTICLE = re.compile(rf"^第({_NUMERAL})条(?:之({_NUMERAL}))?(?P<gap>[\s　:：]*)(?P<text>.*)$")
_PART = re.compile(rf"^第{_NUMERAL}(编|分编|章|节)(?:[\s　]+|$)")
_UNNUMBERED_PART = re.compile(r"^附[\s　]*则$|^[一二三四五六七八九十]+、")
_PARTS = ("编", "分编", "章", "节")
_REFERS = re.compile(
    r"^(?:[、和至及或的之款项第]|中所|所[称列]|规定)"
)  # 第十条第二款… in a sentence: no article
_DATE = re.compile(r"(\d{4})\s*[-年.]\s*(\d{1,2})\s*[-月.]\s*(\d{1,2})")
_YAML_ARTICLE = re.compile(r"""^\s*-\s+["']?no["']?\s*:""")


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a text, for the person importing it; ``fatal``: not imported."""

    path: Path
    line: int  # from 1; 0 when it concerns the whole file
    message: str
    fatal: bool = True

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else str(self.path)
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
    """One text as read. ``effective`` is None where the file does not say (Markdown);
    ``hints`` are then the dates near its title and in its path."""

    path: Path
    title: str
    articles: tuple[Article, ...]
    slug: str = ""
    label: str = ""
    promulgated: date | None = None
    effective: date | None = None
    numbering: Numbering = Numbering.ARTICLE
    hints: tuple[date, ...] = ()


def read_source(path: Path) -> tuple[list[Statute], list[Finding]]:
    """Read one file, or every YAML and Markdown file below a folder, in order of name.

    Never raises for what is in a file. A file without articles is a finding; it is
    fatal only when it was named itself (a folder may hold a README).
    """
    if not path.exists():
        return [], [Finding(path, 0, "没有这个文件或文件夹；检查路径")]
    statutes: list[Statute] = []
    findings: list[Finding] = []
    for file in _files(path):
        try:
            statute = _read(file)
        except _Unreadable as error:
            findings.append(Finding(file, error.line, error.message))
            continue
        if statute.articles:
            statutes.append(statute)
        else:
            what = "没有找到“第X条”开头的条文，跳过"
            findings.append(Finding(file, 0, what, fatal=path.is_file()))
    if not statutes and not findings:
        what = "没有 .yaml 或 .md 文件；条文文件的格式见 docs"
        findings.append(Finding(path, 0, what))
    return statutes, findings


class _Unreadable(Exception):
    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    for file in sorted(path.rglob("*")):
        hidden = any(part.startswith(".") for part in file.relative_to(path).parts)
        if file.suffix.lower() in _YAML | _MARKDOWN and file.is_file() and not hidden:
            yield file


def _read(path: Path) -> Statute:
    try:
        source = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise _Unreadable(0, "不是 UTF-8 编码；在编辑器里另存为 UTF-8") from error
    except OSError as error:
        raise _Unreadable(0, f"打不开（{error.strerror}）；检查读取权限") from error
    try:
        if path.suffix.lower() in _YAML:
            return _from_yaml(path, source)
        if path.suffix.lower() in _MARKDOWN:
            return _from_markdown(path, source)
    except ValueError as error:  # a number nobody can read, beyond 9999 or 第十十百条
        raise _Unreadable(0, f"有读不懂的条号（{error}）") from error
    raise _Unreadable(0, "不认识的文件种类；条文用 .yaml 或 .md")


def _from_yaml(path: Path, source: str) -> Statute:
    try:
        data = yaml.load(source, yaml.CSafeLoader)
    except (yaml.YAMLError, ValueError) as error:  # ValueError: an impossible date
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or str(error)
        line = mark.line + 1 if mark else 0
        raise _Unreadable(line, f"YAML 写法不对（{reason}）；检查缩进和引号") from error
    if not isinstance(data, dict) or not isinstance(data.get("articles"), list):
        return Statute(path, path.stem, ())
    lines = [n for n, line in enumerate(source.splitlines(), 1) if _YAML_ARTICLE.match(line)]
    if len(lines) != len(data["articles"]):
        lines = [0] * len(data["articles"])
    section = str(data.get("numbering", "article")) == Numbering.SECTION
    return Statute(
        path=path,
        title=str(data.get("title") or path.stem).strip(),
        articles=tuple(
            _yaml_article(entry, line) for entry, line in zip(data["articles"], lines, strict=True)
        ),
        slug=str(data.get("slug") or ""),
        label=str(data.get("version") or ""),
        promulgated=_yaml_date(data, "promulgated"),
        effective=_yaml_date(data, "effective"),
        numbering=Numbering.SECTION if section else Numbering.ARTICLE,
    )


def _yaml_article(entry: Any, line: int) -> Article:
    if not isinstance(entry, dict) or type(entry.get("no")) is not int:
        raise _Unreadable(line, 'articles 里有一项没有整数的 no（条号）；YAML 里要写成 "no": 97')
    number, suffix = entry["no"], entry.get("suffix") or 0
    if type(suffix) is not int:
        raise _Unreadable(line, f"第{number}条的 suffix 不是整数；“之一”写 1，没有写 0")
    label = str(entry.get("label") or _label(number, suffix))
    chapter, text = str(entry.get("chapter") or ""), str(entry.get("text") or "")
    return Article(number, suffix, label, chapter, text.strip(), line)


def _yaml_date(data: dict[str, Any], key: str) -> date | None:
    value = data.get(key)
    if isinstance(value, datetime):
        return value.date()
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise _Unreadable(0, f"{key} 写的是 {value!r}；日期写成 2026-01-01") from None


def _label(number: int, suffix: int) -> str:
    return f"第{chinese_numeral(number)}条" + (f"之{chinese_numeral(suffix)}" if suffix else "")


def _from_markdown(path: Path, source: str) -> Statute:
    title, head = "", [path.stem]
    parts: dict[str, str] = {}
    articles: list[Article] = []
    collecting = False
    for number, raw in enumerate(source.splitlines(), start=1):
        heading = re.match(r"^\s*(#{1,6})\s+", raw)
        line = _plain(raw)
        if not line:
            continue
        if heading and heading[1] == "#" and not title:
            title = line
            head.append(line)
        elif part := _PART.match(line):
            level = _PARTS.index(part[1])
            parts = {name: parts[name] for name in _PARTS[:level] if name in parts}
            parts[part[1]] = line
            collecting = False
        elif article := _article_start(line, articles, bool(heading) or raw.lstrip()[:2] == "**"):
            place = (chinese_number(article[1]), chinese_number(article[2] or "0"))
            chapter = " / ".join(parts[name] for name in _PARTS if name in parts)
            articles.append(Article(*place, _label(*place), chapter, article["text"], number))
            collecting = True
        elif heading:
            if _UNNUMBERED_PART.match(line):
                parts = {"章": line}
            collecting = False
        elif collecting:
            last = articles[-1]
            text = f"{last.text}\n{line}".strip()
            articles[-1] = Article(
                last.number, last.suffix, last.label, last.chapter, text, last.line
            )
        elif not articles:
            head.append(line)
    return Statute(path, title or path.stem, tuple(articles), hints=tuple(_dates("\n".join(head))))


def _plain(raw: str) -> str:
    """One Markdown line without its marks: headings, bold, quotes, bullets, comments."""
    line = re.sub(r"<!--.*?-->|<br\s*/?>|&emsp;|&ensp;|&nbsp;", " ", raw)
    line = re.sub(r"^[\s　]*(?:#{1,6}\s+|>\s*|[-*+]\s+)*", "", line)
    return line.replace("**", "").replace("__", "").strip(" \t　")


def _article_start(line: str, before: list[Article], marked: bool) -> re.Match[str] | None:
    """第X条 opens an article when it stands apart, or is simply the next one."""
    match = _ARTICLE.match(line)
    if match is None:
        return None
    if marked or match["gap"] or not match["text"]:
        return match
    last = (before[-1].number, before[-1].suffix) if before else (0, 0)
    place = (chinese_number(match[1]), chinese_number(match[2] or "0"))
    is_next = place in ((last[0] + 1, 0), (last[0], last[1] + 1))
    return match if is_next and not _REFERS.match(match["text"]) else None


def _dates(text: str) -> Iterator[date]:
    for year, month, day in _DATE.findall(text):
        try:
            yield date(int(year), int(month), int(day))
        except ValueError:
            continue
