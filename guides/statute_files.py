"""Files and folders of statutes: which are read, how, and what becomes of the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

from guides.disk import NotRead, is_hidden, read_bytes, read_text
from guides.law import Numbering
from guides.statute_text import read_statute
from guides.statutes import Article, Finding, Statute, article_label
from guides.version_dates import days
from guides.word_file import SAVE_AS_TEXT, read_word
from guides.yaml_source import Source, read_yaml

MAX_BYTES = 16 * 1024 * 1024  # the longest code takes half a megabyte
_YAML, _TEXT, _WORD = (".yaml", ".yml"), (".md", ".markdown", ".txt"), (".docx",)
_READ = "条文用 .docx、.txt、.md 或 .yaml"
_OTHERS = {
    ".pdf": f"PDF 读不了；{SAVE_AS_TEXT}",
    ".doc": f"旧版 Word 文件读不了；{SAVE_AS_TEXT}",
    ".wps": f"WPS 文件读不了；{SAVE_AS_TEXT}",
    ".rtf": f"RTF 文件读不了；{SAVE_AS_TEXT}",
    ".odt": f"ODT 文件读不了；{SAVE_AS_TEXT}",
    ".ofd": "OFD 读不了；把文字复制到纯文本（.txt，编码选 UTF-8）再导入",
    ".html": "网页读不了；把文字复制到纯文本（.txt，编码选 UTF-8）再导入",
    ".htm": "网页读不了；把文字复制到纯文本（.txt，编码选 UTF-8）再导入",
    ".zip": "压缩包读不了；先解压",
    ".rar": "压缩包读不了；先解压",
    ".7z": "压缩包读不了；先解压",
}

Each: TypeAlias = Callable[[Sequence[Path]], Iterable[Path]]


@dataclass(frozen=True)
class Found:
    """What lies at a path. ``statutes`` may have no articles (the title page of a law kept in
    several files); ``looked`` counts the files, whatever their kind."""

    statutes: tuple[Statute, ...]
    findings: tuple[Finding, ...]
    looked: int


def read_source(path: Path, each: Each = iter) -> Found:
    """Read one file, or every file below a folder however deep, in order of name.

    Never raises for what is in a file. ``each`` goes through the files, to show how far it is.
    """
    if path.is_dir():
        return _read_folder(path, each)
    if not path.exists():
        return Found((), (Finding(path, 0, "没有这个文件或文件夹；检查路径"),), 0)
    kind = path.suffix.lower()
    if kind not in _YAML + _TEXT + _WORD:
        what = _OTHERS.get(kind, f"不认识的文件种类；{_READ}")
        return Found((), (Finding(path, 0, what),), 1)
    read = [_read(file) for file in each([path])]
    statutes = [one for one in read if isinstance(one, Statute) and one.articles]
    findings = [one for one in read if isinstance(one, Finding)]
    if not statutes and not findings:
        findings = [Finding(path, 0, _without_articles(path))]
    return Found(tuple(statutes), tuple(findings), 1)


def _read_folder(root: Path, each: Each) -> Found:
    files = sorted(_below(root))
    readable = [path for path in files if path.suffix.lower() in _YAML + _TEXT + _WORD]
    read = [_read(path) for path in each(readable)]
    statutes = [one for one in read if isinstance(one, Statute)]
    findings = [one for one in read if isinstance(one, Finding)]
    others: dict[str, list[Path]] = defaultdict(list)
    for path in files:
        if path.suffix.lower() in _OTHERS:
            others[_OTHERS[path.suffix.lower()]].append(path)
    for what, paths in others.items():
        findings.append(Finding(root, 0, f"{_some(paths, root)}：{what}", fatal=False))
    empty = [s.path for s in statutes if not s.articles]
    if empty:
        what = f"{_some(empty, root)}：没有“第X条”开头的条文，跳过"
        findings.append(Finding(root, 0, what, fatal=False))
    if not statutes and not findings:
        findings.append(Finding(root, 0, f"没有条文文件；{_READ}"))
    return Found(tuple(statutes), tuple(findings), len(files))


def _below(root: Path) -> Iterator[Path]:
    for path in root.rglob("*"):
        if not any(map(is_hidden, path.relative_to(root).parts)) and not path.is_dir():
            yield path


def _some(paths: Sequence[Path], root: Path) -> str:
    """「a.pdf、b/c.pdf 等 12 个文件」"""
    named = "、".join(str(path.relative_to(root)) for path in paths[:5])
    return f"{named} 等 {len(paths)} 个文件" if len(paths) > 5 else named


def _without_articles(path: Path) -> str:
    if path.suffix.lower() in _WORD:
        return f"没有找到“第X条”开头的条文；条号如果是 Word 的自动编号，{SAVE_AS_TEXT}"
    return "没有找到“第X条”开头的条文"


def _read(path: Path) -> Statute | Finding:
    kind = path.suffix.lower()
    try:
        if kind in _YAML:
            return _from_yaml(path)
        if kind in _WORD:
            return read_statute(path, read_word(read_bytes(path, MAX_BYTES)))
        return read_statute(path, read_text(path, MAX_BYTES).removeprefix("\ufeff"))
    except NotRead as error:
        line = error.line if error.line > 1 else 0
        return Finding(path, line, str(error))
    except ValueError as error:  # a number nobody can read, beyond 9999 or 第十十百条
        return Finding(path, 0, f"有读不懂的条号（{error}）")


def _from_yaml(path: Path) -> Statute | Finding:
    source = read_yaml(path, MAX_BYTES)
    if source.data is None and source.problems:
        wrong = source.problems[0]
        return Finding(path, wrong.mark.line, f"{wrong.wrong}；{wrong.mend}")
    data = source.data
    if not isinstance(data, dict) or not isinstance(data.get("articles"), list):
        return Statute(path, (), ())
    findings = [Finding(path, p.mark.line, f"{p.wrong}；{p.mend}") for p in source.problems]
    articles = [_article(source, n, entry, findings) for n, entry in enumerate(data["articles"])]
    section = data.get("numbering") == Numbering.SECTION
    effective = _day(source, "effective", findings)
    promulgated = _day(source, "promulgated", findings)
    if findings:
        return findings[0]
    return Statute(
        path=path,
        titles=tuple(filter(None, [str(data.get("title") or "").strip()])),
        articles=tuple(article for article in articles if article),
        label=str(data.get("version") or ""),
        effective=effective,
        numbering=Numbering.SECTION if section else Numbering.ARTICLE,
        stated=tuple(days(str(promulgated or ""), "promulgated ")),
    )


def _article(source: Source, position: int, entry: Any, findings: list[Finding]) -> Article | None:
    line = source.mark(("articles", position)).line
    if not isinstance(entry, dict) or type(entry.get("no")) is not int:
        what = "articles 里有一项没有整数的 no（条号）"
        findings.append(Finding(source.path, line, what))
        return None
    number, suffix = entry["no"], entry.get("suffix") or 0
    if type(suffix) is not int:
        what = f"第{number}条的 suffix 不是整数；“之一”写 1，没有写 0"
        findings.append(Finding(source.path, line, what))
        return None
    label = str(entry.get("label") or article_label(number, suffix))
    chapter, text = str(entry.get("chapter") or ""), str(entry.get("text") or "")
    return Article(number, suffix, label, chapter, text.strip(), line, source.path)


def _day(source: Source, key: str, findings: list[Finding]) -> date | None:
    value = source.data.get(key)
    try:
        return date.fromisoformat(str(value)) if value is not None else None
    except ValueError:
        what = f"{key} 写的是 {value!r}；日期写成 2026-01-01"
        findings.append(Finding(source.path, source.mark((key,)).line, what))
        return None
