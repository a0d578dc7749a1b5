"""``check``, ``evaluate`` and releases: the commands that read what is served."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.table import Table

from guides import checks
from guides.changes import changed_custody, spoken_changes
from guides.commands import (
    DATA,
    LIBRARY,
    ZONE,
    DataOption,
    Format,
    LibraryOption,
    ZoneOption,
    check_files,
    errors,
    fail,
    read_day,
    screen,
    shown,
    this_day,
)
from guides.folder import read_folder
from index.ablation import ablate
from index.edits import reason
from index.evaluation import (
    Scored,
    answerable,
    confusions,
    curve,
    outcomes,
    read_questions,
    refusals,
    table,
)
from index.meaning import NoModel, load_model
from index.releases import NoRelease, Release, Releases
from index.serving import Serving

commands = typer.Typer()

PublishOption = Annotated[str, typer.Option("--publish", envvar="MINGBAI_PUBLISH", hidden=True)]
SemanticOption = Annotated[str, typer.Option("--semantic", envvar="MINGBAI_SEMANTIC", hidden=True)]
JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON")]


def serve(data: Path, library: Path, publish: str, zone: str, semantic: str = "off") -> Release:
    """The release served now, made first if need be; ends the command when there is none."""
    try:
        encode = load_model() if semantic == "on" else None
    except NoModel as error:
        raise fail(str(error)) from error
    serving = Serving(Releases(data, encode), library, auto=publish != "review")
    try:
        with errors.status("正在准备发布…"):
            news = serving.refresh(datetime.now(ZoneInfo(zone)))
    except NoRelease as error:
        raise fail(str(error)) from error
    for line in news.why_not(serving.release.number):
        errors.print(line, markup=False)
    return serving.release


@commands.command()
def check(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="文件", help="文件或文件夹；不写就查全部")
    ] = None,
    format: Annotated[Format, typer.Option(help="输出格式")] = Format.TEXT,
    today: Annotated[str | None, typer.Option(help="按哪一天检查，默认今天")] = None,
    data: DataOption = DATA,
    library: LibraryOption = LIBRARY,
    zone: ZoneOption = ZONE,
) -> None:
    """检查指引文件：每个问题说清在哪里、错在哪里、怎么改；已有发布的，和正在使用的比一比。"""
    served = Releases(data).library()
    check_files(
        paths or [library],
        format,
        read_day(today) or this_day(zone),
        lambda root: served if root.resolve() == library.resolve() else None,
    )


@commands.command()
def evaluate(
    files: Annotated[list[Path], typer.Argument(metavar="问题文件", help="YAML 文件")],
    as_json: JsonOption = False,
    ablation: Annotated[
        bool, typer.Option("--ablation", help="逐样去掉再评，并看问法多少的影响")
    ] = False,
    data: DataOption = DATA,
    library: LibraryOption = LIBRARY,
    publish: PublishOption = "auto",
    zone: ZoneOption = ZONE,
    semantic: SemanticOption = "off",
) -> None:
    """用问题文件评分：每类问题找得准不准、有没有答错。"""
    release = serve(data, library, publish, zone, semantic)
    today = datetime.now(ZoneInfo(zone)).date()
    try:
        questions = [question for file in files for question in read_questions(file)]
    except (OSError, ValueError) as error:
        raise fail(str(error)) from error
    asked = answerable(questions, lambda owner: release.library.guide(owner) is not None)
    scored = [Scored(question, release.ask(question.text, today)) for question in asked]
    figures, confused, declined = table(scored), confusions(scored), outcomes(scored)
    variants = ablate(release.library.newest(), asked) if ablation else {}
    if as_json:
        whole = {
            "questions": len(questions),
            "scored": len(scored),
            "kinds": figures,
            "declined": declined,
            "curve": curve(scored),
            "refusals": refusals(scored),
            "confusions": confused,
            "ablation": variants,
        }
        typer.echo(json.dumps(whole, ensure_ascii=False, indent=1))
        return
    _show_figures(figures)
    for outcome, shares in declined.items():
        told = "  ".join(f"{name} {share:.2f}" for name, share in shares.items())
        screen.print(f"{outcome}: {told}", highlight=False)
    shown_curve = Table("lead asked for", "answered alone", "of them wrong")
    for least, alone, wrong in curve(scored):
        shown_curve.add_row(f"{least:.2f}", f"{alone:.3f}", f"{wrong:.3f}")
    screen.print(shown_curve)
    for redline, kinds in refusals(scored).items():
        told = "  ".join(f"{kind} {count}" for kind, count in kinds.items())
        screen.print(f"refused by {redline}: {told}", highlight=False)
    screen.print(f"{len(scored)} of {len(questions)} questions have a guide here or none at all")
    for right, first, count in confused[:10]:
        screen.print(f"{count} x {right} -> {first}", markup=False)
    if variants:
        shown = Table("variant", "hit@1", "hit@3", "mrr")
        for name, row in variants.items():
            shown.add_row(name, *(f"{row[c]:.3f}" for c in ("hit@1", "hit@3", "mrr")))
        screen.print(shown)


def _show_figures(figures: dict[str, dict[str, float]]) -> None:
    bounds = (" low", " high")
    columns = [c for c in figures.get("in scope", {"n": 0.0}) if not c.endswith(bounds)]
    shown_table = Table("kind", *columns)
    ranges = Table("95 % of resamples", "hit@1", "hit@3")
    for kind, row in figures.items():
        cells = [
            f"{row[c]:.0f}" if c == "n" else f"{row[c]:.2f}" if c in row else "" for c in columns
        ]
        shown_table.add_row(kind, *cells)
        if "hit@1 low" in row:
            spans = [f"{row[f'{c} low']:.2f} to {row[f'{c} high']:.2f}" for c in ("hit@1", "hit@3")]
            ranges.add_row(kind, *spans)
    screen.print(shown_table)
    screen.print(ranges)


@commands.command()
def publish(
    note: Annotated[str, typer.Option("-m", help="这次发布的说明")] = "",
    confirm: Annotated[
        list[str] | None,
        typer.Option(metavar="时限编号", help="确认要改的、限制人身自由的时限；可以写几次"),
    ] = None,
    data: DataOption = DATA,
    library: LibraryOption = LIBRARY,
    zone: ZoneOption = ZONE,
) -> None:
    """检查指引文件夹，没有错误就发布。"""
    now, known = datetime.now(ZoneInfo(zone)), Releases(data)
    try:
        with _doing("读指引文件夹（1/3）"):
            folder = read_folder(library)
    except FileNotFoundError as error:
        raise fail(str(error)) from error
    served, before = known.library(), known.current_number()
    changed = changed_custody(served, folder.library()) if served else {}
    for id in confirm or ():
        if id not in changed:
            hint = f"改了的是 {'、'.join(changed)}" if changed else "没有改过这样的时限"
            raise typer.BadParameter(f"--confirm {id}：它没有改；{hint}")
    with _doing("检查全部指引（2/3）"):
        wrong = checks.errors(checks.run(folder, now.date(), served, confirm or ()))
    for problem in wrong:
        typer.echo(
            f"{shown(problem.path)}:{problem.mark.line}:{problem.mark.column} "
            f"{problem.code} {problem.wrong}；{problem.mend}"
        )
    if wrong:
        raise fail(f"有 {len(wrong)} 个错误，没有发布；改好再发")
    try:
        with _doing("生成发布（3/3），全部指引要一会儿"):
            release = known.publish(folder, note or "手工发布", now)
    except OSError as error:
        raise fail(f"没能发布：{reason(error)}") from error
    made = release.manifest
    if made.number == before:
        screen.print(f"指引没有改动，仍用第 {made.number} 号发布（{made.note}）", markup=False)
        return
    screen.print(f"第 {made.number} 号发布：{made.guides} 份指引，{made.redlines} 条红线")
    for line in spoken_changes(served, release.library) if served else ():
        screen.print(line, markup=False)


@contextmanager
def _doing(what: str) -> Iterator[None]:
    """Says on standard error what takes its time, and how long it took."""
    began = time.monotonic()
    if not errors.is_terminal:
        errors.print(f"{what}…", markup=False)
    with errors.status(f"{what}…"):
        yield
    if errors.is_terminal:
        errors.print(f"{what}：{time.monotonic() - began:.0f} 秒", markup=False)


@commands.command()
def releases(data: DataOption = DATA) -> None:
    """列出所有发布，* 是正在使用的。"""
    known = Releases(data)
    whole, current = {made.number: made for made in known.list()}, known.current_number()
    for number in known.shelf.numbers():
        mark, made = "*" if number == current else " ", whole.get(number)
        if made is None:
            typer.echo(f"{mark} {number}\t损坏，说明读不出")
            continue
        changed = f"改了 {'、'.join(made.changed)}\t" if made.changed else ""
        typer.echo(f"{mark} {number}\t{made.created}\t{made.guides} 份\t{changed}{made.note}")
    if held := known.shelf.held():
        errors.print(f"{held}：文件夹的改动不会自动发布，直到运行 publish", markup=False)


@commands.command()
def rollback(
    number: Annotated[int, typer.Argument(metavar="号数", help="releases 列出的号")],
    data: DataOption = DATA,
) -> None:
    """退回到以前的一个发布。"""
    try:
        release = Releases(data).rollback(number)
    except NoRelease as error:
        raise fail(str(error)) from error
    except OSError as error:
        raise fail(f"没能退回：{reason(error)}") from error
    for line in release.findings:
        errors.print(line, markup=False)
    screen.print(
        f"现在使用第 {release.number} 号发布。"
        "从现在起文件夹的改动不会自动发布；改好、核对好以后运行 publish"
    )
