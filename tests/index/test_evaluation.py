"""Question files in both forms, and the figures made of them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from guides.folder import read_folder
from index.ablation import VARIANTS, ablate
from index.evaluation import (
    Question,
    Scored,
    answerable,
    confusions,
    interval,
    outcomes,
    read_questions,
    table,
)
from index.releases import Releases
from tests.small_library import change

FILE = """\
- q: 黑伞挡路了太重
  ids: [umbrella]
  kind: plain
  source: ignored
- q: 口哨半夜响
  ids: [umbrella]
  kind: plain
- q: 火星上能不能种土豆
  ids: []
  kind: unknown
- q: 别的指引的问题
  ids: [not-written]
  kind: plain
"""


def test_figures(tmp_path: Path, library: Path) -> None:
    path = tmp_path / "q.yaml"
    path.write_text(FILE, encoding="utf-8")
    release = Releases(tmp_path / "var").publish(
        read_folder(library), "", datetime(2026, 11, 21, tzinfo=UTC)
    )
    asked = answerable(read_questions(path), lambda owner: release.library.guide(owner) is not None)
    assert len(asked) == 3
    scored = [Scored(q, release.ask(q.text, date(2026, 11, 21))) for q in asked]
    figures = table(scored)
    assert figures["in scope"]["n"] == 2
    assert figures["in scope"]["hit@1"] == 0.5
    assert figures["unknown"]["n"] == 1
    assert confusions(scored) == [("umbrella", "whistle", 1)]


def test_plain_lines(tmp_path: Path) -> None:
    path = tmp_path / "q.txt"
    path.write_text("# 注释\n第一问\n\n第二问\n", encoding="utf-8")
    assert [q.text for q in read_questions(path)] == ["第一问", "第二问"]


def test_a_wrong_entry_is_named(tmp_path: Path) -> None:
    path = tmp_path / "q.yaml"
    path.write_text("- q: 好\n- x: 坏\n", encoding="utf-8")
    with pytest.raises(ValueError, match="第 2 项没有 q"):
        read_questions(path)


def test_intervals_hold_the_share_and_narrow_with_more_questions() -> None:
    few, many = interval([True, False] * 10), interval([True, False] * 500)
    assert few[0] < many[0] < 0.5 < many[1] < few[1]
    assert interval([True] * 5) == (1.0, 1.0)


def test_declining_has_precision_and_recall(tmp_path: Path, library: Path) -> None:
    release = Releases(tmp_path / "var").publish(
        read_folder(library), "", datetime(2026, 11, 21, tzinfo=UTC)
    )
    asked = [
        Question("顺走那把伞好看的", (), "refuse"),
        Question("zzz", (), "unknown"),
        Question("yyy", ("umbrella",), "plain"),
        Question("黑伞挡路了太重", (), "unknown"),
    ]
    declined = outcomes([Scored(q, release.ask(q.text, date(2026, 11, 21))) for q in asked])
    assert declined["refuse"] == {"precision": 1.0, "recall": 1.0}
    assert declined["unknown"] == {"precision": 0.5, "recall": 0.5}


def test_ablation_names_what_each_ingredient_adds(library: Path) -> None:
    change(library / "words.yaml", "撑花", "咕噜咚")  # stands nowhere else
    newest = read_folder(library).library().newest()
    asked = [
        Question("咕噜咚", ("umbrella",), "plain"),
        Question("哨声听不清", ("whistle",), "plain"),
    ]
    figures = ablate(newest, asked)
    assert {*VARIANTS, "first 0 phrasings"} <= set(figures)
    assert figures["everything"]["hit@1"] == 1.0
    assert figures["without words.yaml"]["hit@1"] == 0.5
