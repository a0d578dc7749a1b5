"""Question files in both forms, and the figures made of them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from guides.folder import read_folder
from index.evaluating import Scored, answerable, confusions, read_questions, table
from index.releases import Releases

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
