"""What may be released after what is served: new content a new revision, custody confirmed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from guides import checks
from guides.changes import changed_parts
from guides.folder import read_folder
from guides.library import Library
from tests.small_library import GUIDE, TODAY, as_retired, change, revise


@pytest.fixture
def served(library: Path) -> Library:
    return read_folder(library).library()


@pytest.fixture
def guide(library: Path) -> Path:
    return library / "scene" / "umbrella.yaml"


def codes(library: Path, served: Library | None, *confirmed: str) -> list[str]:
    found = checks.run(read_folder(library), date.fromisoformat(TODAY), served, confirmed)
    return [problem.code for problem in checks.errors(found)]


def test_before_the_first_release_there_is_nothing_to_compare(guide: Path, library: Path) -> None:
    change(guide, "有人打伞", "谁打伞")
    assert codes(library, None) == []


def test_a_new_revision_may_say_something_else(guide: Path, library: Path, served: Library) -> None:
    change(guide, "有人打伞", "谁打伞")
    assert codes(library, served) == ["G044"]
    revise(guide)
    assert codes(library, served) == []


def test_an_older_revision_is_not_a_new_one(guide: Path, library: Path) -> None:
    before = guide.read_text(encoding="utf-8")
    revise(guide)
    change(guide, "有人打伞", "谁打伞")
    served = read_folder(library).library()
    guide.write_text(before, encoding="utf-8")
    assert codes(library, served) == ["G044"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("checked_on: 2026-11-01", "checked_on: 2026-11-20"),
        ("review_by: 2027-05-31", "review_by: 2027-06-30"),
        ("to: null", "to: 2027-06-30"),
        ("status: in_force", "status: draft"),
        ("title: 收缴雨伞", "title:   收缴雨伞   # 只是排版"),
    ],
)
def test_what_is_no_content_needs_no_revision(
    guide: Path, library: Path, served: Library, old: str, new: str
) -> None:
    change(guide, old, new)
    assert "G044" not in codes(library, served)


def test_phrasings_need_no_revision(library: Path, served: Library) -> None:
    change(library / "asked" / "whistle.txt", "口哨半夜响", "口哨半夜响啊")
    assert codes(library, served) == []


def test_a_draft_becomes_a_guide_without_a_new_revision(guide: Path, library: Path) -> None:
    change(guide, "status: in_force", "status: draft")
    served = read_folder(library).library()
    change(guide, "status: draft", "status: in_force")
    change(guide, "有人打伞", "谁打伞")
    assert codes(library, served) == []


def test_the_old_version_moves_to_retired_as_it_is(
    guide: Path, library: Path, served: Library
) -> None:
    (library / "retired").mkdir()
    old = as_retired(
        GUIDE,
        status="retired",
        retired_because="新法施行",
        in_force={"from": date(2026, 1, 1), "to": date(2026, 11, 20)},
    )
    (library / "retired" / "umbrella@2026-01-01.yaml").write_text(old, encoding="utf-8")
    revise(guide)
    change(guide, "from: 2026-01-01", "from: 2026-11-21")
    change(guide, "有人打伞", "谁打伞")
    assert codes(library, served) == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "看伞8小时\n    amount: 8",
            "看伞12小时\n    amount: 12",
            "原来8小时，可以延长到共24小时；现在12小时",
        ),
        ("amount: 24, unit: hour", "amount: 48, unit: hour", "现在8小时，可以延长到共48小时"),
        ("mode: total", "mode: add", "现在8小时，可以再加24小时"),
        ("custody: true", "custody: false", "不限制人身自由"),
        ("custody: true", "custody: true\n    suspends: [鉴定]", "不计入鉴定"),
        (
            "看伞8小时\n    amount: 8\n    unit: hour",
            "看伞8日\n    amount: 8\n    unit: day",
            "现在8日",
        ),
    ],
)
def test_a_custody_limit_changes_only_when_it_is_confirmed(
    guide: Path, library: Path, served: Library, old: str, new: str, told: str
) -> None:
    change(guide, old, new)
    revise(guide)
    (problem,) = checks.run(read_folder(library), date.fromisoformat(TODAY), served)
    assert (problem.code, problem.path) == ("G057", guide)
    assert told in problem.wrong
    assert problem.mark.line > 1
    assert codes(library, served, "umbrella-8h") == []
    assert codes(library, served, "umbrella-3d") == ["G057"], "another one was confirmed"


def test_a_custody_limit_does_not_vanish_unseen(library: Path, served: Library) -> None:
    (library / "scene" / "umbrella.yaml").unlink()
    (library / "asked" / "umbrella.txt").unlink()
    assert "G057" in codes(library, served)


def test_other_limits_change_with_their_revision(
    guide: Path, library: Path, served: Library
) -> None:
    change(guide, "退伞3日\n    amount: 3", "退伞5日\n    amount: 5")
    revise(guide)
    assert codes(library, served) == []


def test_what_changed_is_named(guide: Path, library: Path, served: Library) -> None:
    change(guide, "有人打伞", "谁打伞")
    change(library / "asked" / "whistle.txt", "口哨半夜响", "口哨半夜响啊")
    change(library / "words.yaml", "撑花", "天堂牌")
    assert changed_parts(served, read_folder(library).library()) == (
        "umbrella",
        "whistle",
        "words.yaml",
    )
    assert changed_parts(served, served) == ()


def test_an_unreadable_guide_is_one_problem_not_two(
    guide: Path, library: Path, served: Library
) -> None:
    change(guide, "title:", "titel:")
    assert set(codes(library, served)) == {"G003", "G005"}
