"""Which version of a guide stands on which day; and the bundle of a release."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from guides import bundle
from guides.folder import fingerprint, read_folder
from tests.small_library import SECOND, as_retired, change


def _with_an_older_whistle(library: Path) -> None:
    change(library / "traffic" / "whistle.yaml", "revision: 1\nowner", "revision: 2\nowner")
    older = as_retired(
        SECOND,
        title="旧口哨",
        status="retired",
        retired_because="新法施行",
        in_force={"from": date(2020, 1, 1), "to": date(2025, 12, 31)},
    )
    (library / "retired").mkdir()
    (library / "retired" / "whistle@2020-01-01.yaml").write_text(older, encoding="utf-8")


def test_each_day_has_its_version(library: Path) -> None:
    _with_an_older_whistle(library)
    whole = read_folder(library).library()
    titles = {
        day: whole.on(date.fromisoformat(day)).guide("whistle")
        for day in ("2019-12-31", "2025-12-31", "2026-01-01")
    }
    assert titles["2019-12-31"] is None
    assert titles["2025-12-31"] is not None
    assert titles["2025-12-31"].title == "旧口哨"
    assert titles["2026-01-01"] is not None
    assert titles["2026-01-01"].title == "吹口哨检查"
    newest = whole.newest().guide("whistle")
    assert newest is not None
    assert newest.revision == 2


def test_drafts_are_not_served(library: Path) -> None:
    change(library / "traffic" / "whistle.yaml", "status: in_force", "status: draft")
    whole = read_folder(library).library()
    assert whole.on(date(2026, 11, 21)).guide("whistle") is None
    assert whole.newest().guide("whistle") is None


def test_a_bundle_reads_back_equal(library: Path) -> None:
    _with_an_older_whistle(library)
    (library / "holidays.yaml").write_text("2027: {holidays: [2027-01-01]}\n", encoding="utf-8")
    folder = read_folder(library)
    assert bundle.load(bundle.dump(folder)) == folder.library()


def test_the_fingerprint_follows_every_byte_and_name(library: Path) -> None:
    before = fingerprint(library)
    assert fingerprint(library) == before
    change(library / "asked" / "whistle.txt", "口哨半夜响", "口哨半夜响啊")
    changed = fingerprint(library)
    (library / "asked" / "whistle.txt").rename(library / "asked" / "flute.txt")
    assert len({before, changed, fingerprint(library)}) == 3


def test_a_folder_keeps_what_was_read(library: Path) -> None:
    path = library / "scene" / "umbrella.yaml"
    folder, read = read_folder(library), path.read_bytes()
    path.write_text("saved again", encoding="utf-8")
    assert folder.files["scene/umbrella.yaml"] == read
    assert folder.fingerprint != fingerprint(library)
    path.write_bytes(read)
    assert folder.fingerprint == fingerprint(library)
    assert set(folder.files) == {
        str(p.relative_to(library)) for p in library.rglob("*") if p.is_file()
    }


def test_limits_stand_in_the_order_in_which_steps_start_them(library: Path) -> None:
    guide = read_folder(library).library().guide("umbrella")
    assert guide is not None
    swapped = guide.model_copy(update={"limits": guide.limits[::-1]})
    assert swapped.limits[0].id == "umbrella-3d", "which no step starts"
    assert [limit.id for limit in swapped.limits_as_they_start()] == ["umbrella-8h", "umbrella-3d"]


def test_an_answer_starts_a_limit_as_a_step_does(library: Path) -> None:
    path = library / "scene" / "umbrella.yaml"
    change(path, "    starts: umbrella-8h\n", "")
    change(path, "go: carry", "go: carry, starts: umbrella-3d")
    guide = read_folder(library).library().guide("umbrella")
    assert guide is not None
    assert [limit.id for limit in guide.limits_as_they_start()] == ["umbrella-3d", "umbrella-8h"]
