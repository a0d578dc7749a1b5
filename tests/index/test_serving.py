"""A clean edit is served, a broken one never is, and a rollback stays rolled back."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from index.releases import NoRelease, Releases
from index.serving import Serving
from tests.small_library import change

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


@pytest.fixture
def serving(tmp_path: Path, library: Path) -> Serving:
    return Serving(Releases(tmp_path / "var"), library, auto=True)


def _title(serving: Serving) -> str:
    guide = serving.release.on(date(2026, 11, 21)).guide("umbrella")
    assert guide is not None
    return guide.title


def test_the_first_start_makes_release_one(serving: Serving) -> None:
    assert serving.refresh(NOW).published == 1
    assert serving.refresh(NOW).published is None
    assert _title(serving) == "收缴雨伞"


def test_a_clean_edit_becomes_the_next_release(serving: Serving, library: Path) -> None:
    serving.refresh(NOW)
    change(library / "scene" / "umbrella.yaml", "title: 收缴雨伞", "title: 收缴大伞")
    assert serving.refresh(NOW).published == 2
    assert _title(serving) == "收缴大伞"


def test_a_broken_edit_keeps_the_last_good_one(serving: Serving, library: Path) -> None:
    serving.refresh(NOW)
    path = library / "scene" / "umbrella.yaml"
    change(path, "title: 收缴雨伞", "titel: 收缴大伞")
    news = serving.refresh(NOW)
    assert news.published is None
    assert {problem.path for problem in news.errors} == {path}
    assert all(problem.mark.line for problem in news.errors)
    assert _title(serving) == "收缴雨伞"
    assert serving.refresh(NOW).errors == (), "said once, not every second"
    change(path, "titel: 收缴大伞", "title: 收缴大伞")
    assert serving.refresh(NOW).published == 2


def test_a_rollback_holds_until_the_next_edit(serving: Serving, library: Path) -> None:
    serving.refresh(NOW)
    change(library / "scene" / "umbrella.yaml", "title: 收缴雨伞", "title: 收缴大伞")
    serving.refresh(NOW)
    serving.releases.rollback(1)  # as another process would
    serving.refresh(NOW)
    assert _title(serving) == "收缴雨伞"
    again = Serving(serving.releases, library, auto=True)
    assert again.refresh(NOW).published is None
    assert _title(again) == "收缴雨伞"


def test_with_review_an_edit_waits_for_publish(tmp_path: Path, library: Path) -> None:
    serving = Serving(Releases(tmp_path / "var"), library, auto=False)
    assert serving.refresh(NOW).published == 1
    change(library / "scene" / "umbrella.yaml", "title: 收缴雨伞", "title: 收缴大伞")
    assert serving.refresh(NOW).published is None
    assert _title(serving) == "收缴雨伞"


def test_nothing_to_serve_says_which_file(serving: Serving, library: Path) -> None:
    change(library / "scene" / "umbrella.yaml", "title: 收缴雨伞", "titel: 收缴大伞")
    with pytest.raises(NoRelease, match="umbrella.yaml"):
        serving.refresh(NOW)
    with pytest.raises(NoRelease):
        _ = serving.release


def test_a_lost_folder_keeps_serving(serving: Serving, library: Path, tmp_path: Path) -> None:
    serving.refresh(NOW)
    library.rename(tmp_path / "moved")
    assert serving.refresh(NOW).published is None
    assert _title(serving) == "收缴雨伞"
