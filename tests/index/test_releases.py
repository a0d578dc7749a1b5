"""Releases: built beside, swapped at once, mended by themselves, rolled back."""

from __future__ import annotations

import json
import shutil
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest

from guides.folder import read_folder
from index import releases as releases_module
from index.judging import Outcome
from index.releases import NoRelease, Releases
from tests.index.publications import NOW, publish_again
from tests.small_library import change, revise

DAY = date(2026, 11, 21)


def test_a_release_answers(releases: Releases) -> None:
    answer = releases.current().ask("黑伞挡路了太重", DAY, explain=True)
    assert answer.outcome is Outcome.ANSWER
    assert answer.guides[0].guide.id == "umbrella"
    assert answer.guides[0].why
    assert answer.as_json().keys() == {
        "question",
        "outcome",
        "guides",
        "redline",
        "message",
        "release",
        "elapsed_ms",
    }


def test_the_next_release_leaves_the_first_as_it_was(releases: Releases, library: Path) -> None:
    change(library / "scene" / "umbrella.yaml", "title: 收缴雨伞", "title: 收缴大伞")
    second = releases.publish(read_folder(library), "第二版", NOW)
    assert [made.number for made in releases.list()] == [1, 2]
    assert releases.current().number == second.number == 2
    back = releases.rollback(1)
    guide = back.on(DAY).guide("umbrella")
    assert guide is not None
    assert guide.title == "收缴雨伞"
    assert releases.current_number() == 1


@pytest.mark.parametrize("damage", ["index", "library.json", "manifest.json", "index file"])
def test_what_is_damaged_is_rebuilt_from_the_guides(releases: Releases, damage: str) -> None:
    folder = releases.root / "0001"
    if damage == "index":
        shutil.rmtree(folder / "index")
    elif damage == "index file":
        (folder / "index" / "index.npz").write_bytes(b"garbage")
    else:
        (folder / damage).write_text("{", encoding="utf-8")
    release = releases.current()
    assert release.number == 1
    assert release.ask("黑伞挡路了太重", DAY).guides[0].guide.id == "umbrella"
    assert not list(releases.root.glob(".*ing-*")), "nothing half-made is left behind"


def test_another_engine_rebuilds_the_index(
    releases: Releases, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = releases.list()[0]
    monkeypatch.setattr(releases_module, "ENGINE", 99)
    release = releases.current()
    assert release.manifest.engine == 99
    assert release.findings == (), "that is no damage"
    (after,) = releases.list()
    assert (after.engine, after.note, after.created) == (99, before.note, before.created)
    assert releases.current().findings == ()


def test_a_rebuilt_index_is_the_same(releases: Releases) -> None:
    path = releases.root / "0001" / "index" / "index.npz"
    with np.load(path) as arrays:
        whole = {name: arrays[name] for name in arrays}
    path.unlink()
    releases.current()
    with np.load(path) as arrays:
        assert set(arrays) == set(whole)
        assert all(np.array_equal(arrays[name], whole[name]) for name in whole)


def test_a_release_of_before_the_hashes_is_opened(releases: Releases) -> None:
    _as_earlier(releases.root / "0001")
    release = releases.current()
    assert release.findings == ()
    assert release.ask("黑伞挡路了太重", DAY).guides[0].guide.id == "umbrella"
    assert "files/scene/umbrella.yaml" in releases.list()[0].files


def test_damaged_guides_of_before_the_hashes_are_not_built_from(releases: Releases) -> None:
    _as_earlier(releases.root / "0001")
    (releases.root / "0001" / "files" / "traffic" / "whistle.yaml").unlink()
    release = releases.current()
    assert len(release.library.guides) == 2, "library.json is whole"
    assert "files" in release.findings[0]
    (releases.root / "0001" / "library.json").write_text("{}", encoding="utf-8")
    with pytest.raises(NoRelease):
        releases.current()


def _as_earlier(folder: Path) -> None:
    """Make it a release as the program wrote them until ENGINE 4."""
    path = folder / "manifest.json"
    whole = json.loads(path.read_text(encoding="utf-8"))
    for name in ("sha256", "files", "changed"):
        del whole[name]
    text = (folder / "library.json").read_bytes()
    whole |= {"library_sha256": sha256(text).hexdigest(), "engine": 4}
    path.write_text(json.dumps(whole), encoding="utf-8")
    (folder.parent / "current").write_text(str(whole["number"]), encoding="utf-8")


def test_a_lost_pointer_serves_the_newest(releases: Releases, library: Path) -> None:
    publish_again(releases, library)
    (releases.root / "current").unlink()
    assert releases.current().number == 2


@pytest.mark.parametrize("text", ["99", "", "{}", "二", '{"number": 1}'])
def test_a_pointer_to_nothing_serves_the_newest_and_says_so(
    releases: Releases, library: Path, text: str
) -> None:
    publish_again(releases, library)
    (releases.root / "current").write_text(text, encoding="utf-8")
    release = releases.current()
    assert release.number == 2
    assert "current" in release.findings[0]


def test_a_damaged_release_gives_way_to_the_newest_whole_one(
    releases: Releases, library: Path
) -> None:
    publish_again(releases, library)
    publish_again(releases, library)
    shutil.rmtree(releases.root / "0003" / "files")
    (releases.root / "0003" / "library.json").unlink()
    release = releases.current()
    assert release.number == 2
    told = "；".join(release.findings)
    assert all(words in told for words in ("第 3 号", "library.json", "用第 2 号")), told


def test_what_was_taken_back_does_not_return_with_a_damage(
    releases: Releases, library: Path
) -> None:
    publish_again(releases, library)
    publish_again(releases, library)
    releases.rollback(2)
    shutil.rmtree(releases.root / "0002")
    assert releases.current().number == 1


def test_damaged_copies_of_the_guides_leave_the_answers_alone(releases: Releases) -> None:
    (releases.root / "0001" / "files" / "scene" / "umbrella.yaml").write_text("x")
    release = releases.current()
    assert release.ask("黑伞挡路了太重", DAY).guides[0].guide.id == "umbrella"
    assert "files/scene/umbrella.yaml" in release.findings[0]
    shutil.rmtree(releases.root / "0001" / "index")
    assert releases.current().ask("黑伞挡路了太重", DAY).guides[0].guide.id == "umbrella"


def test_a_guide_put_into_a_release_is_not_served(releases: Releases, library: Path) -> None:
    whistle = (library / "traffic" / "whistle.yaml").read_text(encoding="utf-8")
    (releases.root / "0001" / "files" / "traffic" / "drum.yaml").write_text(
        whistle.replace("id: whistle", "id: drum"), encoding="utf-8"
    )
    shutil.rmtree(releases.root / "0001" / "index")
    release = releases.current()
    assert release.library.guide("drum") is None
    assert "drum.yaml" in release.findings[0]


def test_a_changed_manifest_is_damage(releases: Releases) -> None:
    path, whole = releases.root / "0001" / "manifest.json", releases.list()[0]
    change(path, f'"note": "{whole.note}"', '"note": "别人写的"')
    release = releases.current()
    assert releases.list()[0].note != "别人写的"
    assert "manifest.json" in release.findings[0]


def test_a_mending_stopped_in_between_is_mended_again(
    releases: Releases, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def killed(new: Path, old: Path) -> None:
        if new.name == "library.json":
            raise Killed
        new.replace(old)

    monkeypatch.setattr(releases_module, "ENGINE", 99)
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(releases_module, "swap", killed)
        releases.current()
    release = releases.current()
    assert (release.number, release.manifest.engine) == (1, 99)
    assert release.ask("黑伞挡路了太重", DAY).guides[0].guide.id == "umbrella"


def test_where_nothing_can_be_written_a_damaged_index_is_still_served(
    releases: Releases, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_only(*_: object) -> NoReturn:
        raise OSError("read-only")

    shutil.rmtree(releases.root / "0001" / "index")
    monkeypatch.setattr(releases.shelf, "locked", read_only)
    monkeypatch.setattr(releases.shelf, "beside", read_only)
    release = releases.current()
    assert release.ask("黑伞挡路了太重", DAY).guides[0].guide.id == "umbrella"
    assert "没能存下" in release.findings[1]


def test_nothing_is_published_that_was_not_read(releases: Releases, library: Path) -> None:
    """Saved again after the check: that version waits for a check of its own."""
    guide = library / "scene" / "umbrella.yaml"
    change(guide, "title: 收缴雨伞", "title: 收缴大伞")
    checked = read_folder(library)
    change(guide, "title: 收缴大伞", "title: 收缴大伞，电话13812345678")
    (library / "traffic" / "whistle.yaml").unlink()
    release = releases.publish(checked, "第二版", NOW)
    assert [guide.title for guide in release.library.guides] == ["收缴大伞", "吹口哨检查"]
    shutil.rmtree(releases.root / "0002" / "index")
    (releases.root / "0002" / "library.json").unlink()
    mended = releases.current()
    assert mended.library.guides == release.library.guides


def test_the_same_library_is_not_released_twice(releases: Releases, library: Path) -> None:
    assert releases.publish(read_folder(library), "又一版", NOW).number == 1
    change(library / "scene" / "umbrella.yaml", "id: umbrella\n", "# 只是一句话\nid: umbrella\n")
    assert releases.publish(read_folder(library), "又一版", NOW).number == 1


def test_a_damaged_release_is_replaced_by_publishing_again(
    releases: Releases, library: Path
) -> None:
    (releases.root / "0001" / "files" / "areas.yaml").unlink()
    assert releases.publish(read_folder(library), "又一版", NOW).number == 2
    assert releases.current().findings == ()


def test_a_release_names_what_changed(releases: Releases, library: Path) -> None:
    guide = library / "scene" / "umbrella.yaml"
    change(guide, "title: 收缴雨伞", "title: 收缴大伞")
    revise(guide)
    publish_again(releases, library)
    assert [made.changed for made in releases.list()] == [[], ["umbrella"]]


def test_a_failed_build_leaves_nothing_and_changes_nothing(
    releases: Releases, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_space(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(releases_module, "save", no_space)
    with pytest.raises(OSError, match="no space"):
        publish_again(releases, library)
    assert [path.name for path in sorted(releases.root.iterdir())] == [".lock", "0001", "current"]
    assert releases.current_number() == 1


def test_unknown_numbers_are_told(releases: Releases) -> None:
    with pytest.raises(NoRelease, match="没有第 7 号"):
        releases.rollback(7)


def test_earlier_days_are_answered_with_what_stood_then(releases: Releases) -> None:
    answer = releases.current().ask("黑伞挡路了太重", date(2025, 1, 1))
    assert answer.outcome is Outcome.UNKNOWN
    assert answer.guides == ()
