"""The other side of ``index/workshop.py``: does one piece of work and says what came of it."""

from __future__ import annotations

import json
import traceback
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from guides.problems import Mark, Problem
from index.edits import Failed, News, Trace, reason, release_edit, unforeseen
from index.releases import NoRelease, Releases


@dataclass(frozen=True)
class Edit:
    """Publish what lies in a folder. ``served``: the release to compare with, None before the
    first; ``now``: ISO 8601."""

    data: str
    library: str
    served: int | None
    now: str

    def written(self) -> str:
        return json.dumps({"edit": asdict(self)})


@dataclass(frozen=True)
class Mend:
    """Make a damaged release again."""

    data: str
    number: int

    def written(self) -> str:
        return json.dumps({"mend": asdict(self)})


def work(written: str) -> str:
    """Do what an ``Edit`` or a ``Mend`` says; the news, written."""
    [(kind, task)] = json.loads(written).items()
    try:
        news = _edit(Edit(**task)) if kind == "edit" else _mend(Mend(**task))
    except Exception as error:  # noqa: BLE001 - whatever it was, it is told and tried again
        news = News(failed=error)
    return json.dumps(write_news(news))


def _edit(task: Edit) -> News:
    releases = Releases(Path(task.data))
    served = releases.library() if task.served is None else releases.library_of(task.served)
    if served is None and task.served is not None:
        told = f"正在用的第 {task.served} 号发布存在磁盘上的损坏了，没法和它比较"
        raise Failed(f"{told}；核对好以后运行 publish")
    news, _ = release_edit(releases, Path(task.library), served, datetime.fromisoformat(task.now))
    return news


def _mend(task: Mend) -> News:
    try:
        return News(warnings=Releases(Path(task.data)).load(task.number).findings)
    except NoRelease:
        return News()  # who asked finds out why


def write_news(news: News) -> dict[str, Any]:
    """As JSON knows it; ``read_news`` reads it back."""
    failed = None
    if news.failed:
        unknown = unforeseen(news.failed)
        trace = "".join(traceback.format_exception(unknown)) if unknown else ""
        failed = [reason(news.failed), trace]
    return {
        "published": news.published,
        "errors": [
            [str(one.path), one.mark.line, one.mark.column, one.code, one.wrong, one.mend]
            for one in news.errors
        ],
        "warnings": news.warnings,
        "failed": failed,
    }


def read_news(told: Mapping[str, Any]) -> News:
    """Failed when that is the news."""
    if told["failed"]:
        why, trace = told["failed"]
        raise Failed(why) from (Trace(trace) if trace else None)
    return News(
        published=told["published"],
        errors=tuple(
            Problem(Path(path), Mark(line, column), code, wrong, mend)
            for path, line, column, code, wrong, mend in told["errors"]
        ),
        warnings=tuple(told["warnings"]),
    )
