"""``new`` and ``laws``, and how ``check`` tells: the commands that read the library folder."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.progress import track

from guides import checks
from guides.citation import Citation, read_place
from guides.contents import contents as table_of_contents
from guides.disk import printable
from guides.folder import ASKED, Folder, read_folder
from guides.importing import import_texts
from guides.library import Library
from guides.problems import Problem, Severity
from guides.texts import Texts, quote

ROOT = Path(__file__).parent.parent

LibraryOption = Annotated[
    Path,
    typer.Option("--library", envvar="MINGBAI_LIBRARY", help="指引文件夹", show_default=False),
]
DataOption = Annotated[
    Path, typer.Option("--data", envvar="MINGBAI_DATA", help="数据文件夹", show_default=False)
]
ZoneOption = Annotated[
    str, typer.Option("--timezone", envvar="MINGBAI_TIMEZONE", help="时区", show_default=False)
]
LIBRARY, DATA = ROOT / "guides" / "library", ROOT / "var"
ZONE = "Asia/Shanghai"

commands = typer.Typer()
laws = typer.Typer(help="法律条文：导入、查看", no_args_is_help=True)
commands.add_typer(laws, name="laws")
screen = Console(highlight=False, soft_wrap=True)
errors = Console(stderr=True, highlight=False, soft_wrap=True)


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"
    GITHUB = "github"


def read_day(text: str | None) -> date | None:
    """A ``--today`` or ``--as-of``; a usage error for anything but a day."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise typer.BadParameter(f"“{text}”不是日期；写成 2026-01-01 的样子") from error


def this_day(zone: str) -> date:
    """Today where officers are, wherever the machine is; below the commands the day is always
    passed in."""
    try:
        return datetime.now(ZoneInfo(zone)).date()
    except (OSError, ValueError) as error:  # the first by names of folders
        raise typer.BadParameter(f"“{zone}”不是时区；写成 Asia/Shanghai 的样子") from error


def fail(message: str, code: int = 1) -> typer.Exit:
    """Say what is wrong on standard error; the caller raises what comes back."""
    errors.print(message, markup=False)
    return typer.Exit(code)


def check_files(
    paths: list[Path], format: Format, day: date, served_of: Callable[[Path], Library | None]
) -> None:
    """The command ``check``, which ``index`` brings: it compares with what is served, the
    library that ``served_of`` knows for a folder (None: nothing to compare with)."""
    problems: set[Problem] = set()
    for root, wanted in _roots(paths).items():
        for problem in checks.run(_read(root), day, served_of(root)):
            if any(_within(problem.path, path) for path in wanted):
                problems.add(problem)
    _print(sorted(problems, key=lambda problem: problem.order), format)
    if any(problem.severity is Severity.ERROR for problem in problems):
        raise typer.Exit(1)


def _roots(paths: list[Path]) -> dict[Path, list[Path]]:
    """The library each path lies in: the nearest folder above it with ``areas.yaml``."""
    roots: dict[Path, list[Path]] = {}
    for path in paths:
        if not path.exists():
            raise typer.BadParameter(f"没有 {path}")
        for way in (_as_written(path), path.resolve()):  # a link may lead in, or out
            above = (folder for folder in (way, *way.parents) if (folder / "areas.yaml").is_file())
            if (root := next(above, None)) is not None:
                roots.setdefault(root, []).append(way)
                break
        else:
            if path.is_file():
                raise typer.BadParameter(f"{path} 不在指引文件夹里（上面没有 areas.yaml）")
            roots.setdefault(path, []).append(_as_written(path))
    return roots


def _within(path: Path, wanted: Path) -> bool:
    path = _as_written(path)
    # The phrasings of a guide belong to it: 「check GUIDE」 tells what is wrong with either.
    same_id = path.parent.name == ASKED and path.stem == wanted.stem
    # Of a folder that is not read one line tells for all that lies in it.
    return path == wanted or wanted in path.parents or path in wanted.parents or same_id


def _as_written(path: Path) -> Path:
    """Absolute, with the links that lead there."""
    return Path(os.path.normpath(path.absolute()))


def _read(root: Path) -> Folder:
    try:
        return read_folder(root)
    except FileNotFoundError as error:
        raise typer.BadParameter(str(error)) from error


def shown(path: Path) -> str:
    """Relative to where the command runs, when it lies there."""
    try:
        return printable(_as_written(path).relative_to(Path.cwd()))
    except ValueError:
        return printable(path)


def _print(problems: list[Problem], format: Format) -> None:
    if format is Format.JSON:
        whole = [
            {
                "path": shown(p.path),
                "line": p.mark.line,
                "column": p.mark.column,
                "code": p.code,
                "severity": p.severity.value,
                "wrong": p.wrong,
                "mend": p.mend,
            }
            for p in problems
        ]
        typer.echo(json.dumps(whole, ensure_ascii=False, indent=1))
        return
    for p in problems:
        if format is Format.GITHUB:
            place = f"file={shown(p.path)},line={p.mark.line},col={p.mark.column}"
            typer.echo(f"::{p.severity.value} {place},title={p.code}::{p.wrong}；{p.mend}")
        else:
            kind = "" if p.severity is Severity.ERROR else "（提醒）"
            place = f"{shown(p.path)}:{p.mark.line}:{p.mark.column}"
            typer.echo(f"{place} {p.code} {kind}{p.wrong}；{p.mend}")
    if format is Format.TEXT:
        wrong = len(checks.errors(problems))
        warned = len(problems) - wrong
        errors.print(f"{wrong} 个错误，{warned} 个提醒" if problems else "没有问题")


_NEW_GUIDE = """\
# yaml-language-server: $schema=../../guide.schema.json
id: {id}
title: 写标题
area: {area}
kind: guideline
status: draft            # 写好、核对完改成 in_force
circulation: open
in_force: {{from: {today}, to: null}}
revision: 1
owner: 法制大队
checked_on: {today}
review_by: {review}
summary: 一两句话：什么时候用、最要紧的一点
first: {{do: [start], notify: []}}
steps:
  - id: start
    do: 第一步做什么
    must: false          # 必做的写 true，并在 cite 写依据
    cite: []
pitfalls: []
escalate_when: []
see_also: []
known_gaps: []
changes: [{{revision: 1, date: {today}, kind: new, note: 首次编写}}]
"""


@commands.command()
def new(
    area: Annotated[str, typer.Argument(metavar="分类", help="areas.yaml 里的 slug，例如 scene")],
    id: Annotated[
        str, typer.Argument(metavar="编号", help="小写字母、数字和连字符，例如 umbrella")
    ],
    library: LibraryOption = LIBRARY,
    zone: ZoneOption = ZONE,
) -> None:
    """新建一份指引的草稿和它的问法文件。"""
    folder = _read(library)
    known = [known.slug for known in folder.areas]
    if area not in known:
        hint = checks.did_you_mean(area, known)
        raise typer.BadParameter(f"没有分类 {area}；{hint}可用：{'、'.join(known)}")
    used = {guide.id for _, guide in folder.read_guides()}
    used |= {redline.id for _, redline in folder.read_redlines()}
    path, asked = library / area / f"{id}.yaml", library / ASKED / f"{id}.txt"
    if id in used or path.exists():
        raise fail(f"id {id} 已经用过；换一个新的")
    if not id.replace("-", "").isalnum() or not id.isascii() or not id[0].islower():
        raise typer.BadParameter("id 用小写字母开头，只用小写字母、数字和连字符")
    today = this_day(zone)
    review = today.replace(year=today.year + 1, day=min(today.day, 28))
    path.parent.mkdir(parents=True, exist_ok=True)
    asked.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        _NEW_GUIDE.format(id=id, area=area, today=today, review=review), encoding="utf-8"
    )
    asked.write_text("# 民警怎么问，一行一句\n", encoding="utf-8")
    screen.print(f"已建 {shown(path)} 和 {shown(asked)}；写好后运行 check", markup=False)


@laws.command("import")
def laws_import(
    paths: Annotated[list[Path], typer.Argument(metavar="文件", help="文件或者文件夹")],
    version: Annotated[
        str | None, typer.Option(help="文本没有写日期时：是哪个版本（或施行日期），例如 2025年修订")
    ] = None,
    data: DataOption = DATA,
    library: LibraryOption = LIBRARY,
) -> None:
    """导入条文：读 Word、纯文本、Markdown、YAML 文件或者文件夹，核对版本、条数和次序。"""
    for path in paths:
        if not path.exists():
            raise typer.BadParameter(f"没有 {path}")

    def each(files: Sequence[Path]) -> Iterable[Path]:
        return track(files, "导入条文", console=errors, transient=True)

    done = import_texts(paths, _read(library).laws, Texts(data / "laws"), version, each)
    for finding in done.findings:
        errors.print(("" if finding.fatal else "（提醒）") + str(finding), markup=False)
    screen.print(f"看了 {done.looked} 个文件，导入 {len(done.stored)} 部")
    if not done.stored or any(finding.fatal for finding in done.findings):
        raise typer.Exit(1)


@laws.command("list")
def laws_list(
    data: DataOption = DATA, library: LibraryOption = LIBRARY, zone: ZoneOption = ZONE
) -> None:
    """目录里的法律，哪些已导入条文。"""
    texts, today = Texts(data / "laws"), this_day(zone)
    for law in _read(library).laws.laws:
        version = law.version_on(today)
        imported = "已导入" if version and texts.has(law, version) else "未导入"
        label = version.label if version else law.status.value
        typer.echo(f"{imported}\t{law.name}\t{label}")


@laws.command("show")
def laws_show(
    law: Annotated[str, typer.Argument(metavar="法律", help="名称或简称，例如 治安管理处罚法")],
    article: Annotated[
        list[str], typer.Argument(metavar="第几条", help="97、97条、97.2、第九十七条第二款")
    ],
    data: DataOption = DATA,
    library: LibraryOption = LIBRARY,
    zone: ZoneOption = ZONE,
) -> None:
    """看一条：laws show 治安管理处罚法 97.2（97条第二款、第九十七条第二款也行）。"""
    place = "".join(article)
    written = f"{law}#{read_place(place) or place}"
    try:
        citation = Citation.parse(written)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    quoted = quote(citation, _read(library).laws, Texts(data / "laws"), this_day(zone))
    if quoted.text is None:
        raise fail("；".join(part for part in (quoted.missing, quoted.mend) if part))
    typer.echo(f"{quoted.wording}\n{quoted.text}")


@commands.command()
def contents(library: LibraryOption = LIBRARY) -> None:
    """打印指引目录（docs/指引目录.md 由它生成）。"""
    typer.echo(table_of_contents(_read(library).library().newest()), nl=False)
