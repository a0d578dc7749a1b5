"""The folder as people leave it: whatever lies there is read or named, and nothing hangs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from guides import checks
from guides.commands import Format, check_files
from guides.folder import fingerprint, library_files, read_folder
from guides.problems import Severity
from tests.small_library import GUIDE, SECOND, TODAY

ROOT = Path(__file__).parents[2]


def found(library: Path) -> list[tuple[str, str, Severity]]:
    problems = checks.run(read_folder(library), date.fromisoformat(TODAY))
    return [(problem.path.name, problem.code, problem.severity) for problem in problems]


@pytest.mark.parametrize(
    ("name", "mend"),
    [
        ("scene/my-guide.yml", "改名为 my-guide.yaml"),
        ("scene/my-guide.YAML", "改名为 my-guide.yaml"),
        ("scene/my-guide.yaml.txt", "改名为 my-guide.yaml"),
        ("scene/my-guide.md", "内容写成 my-guide.yaml"),
        ("scene/my-guide.docx", "内容写成 my-guide.yaml"),
        ("scene/my-guide.txt", "问法移到 asked/ 下"),
        ("scene/~$umbrella.yaml", "不用管"),
        ("scene/._umbrella.yaml", "不用管"),
        ("scene/.umbrella.yaml.swp", "不用管"),
        ("scene/umbrella.yaml~", "不用管"),
        ("scene/umbrella.yaml.bak", "不用管"),
        ("my-guide.yaml", "移到它的分类文件夹里"),
        ("asked/umbrella.TXT", "改名为 umbrella.txt"),
        ("asked/my-guide.yaml", "改名为 my-guide.txt"),
    ],
)
def test_a_file_that_is_not_read_is_named_and_blocks_nothing(
    library: Path, name: str, mend: str
) -> None:
    before = fingerprint(library)
    (library / name).write_text(GUIDE, encoding="utf-8")
    (problem,) = checks.run(read_folder(library), date.fromisoformat(TODAY))
    assert (problem.path, problem.code) == (library / name, "G009")
    assert problem.severity is Severity.WARNING
    assert mend in problem.mend
    assert fingerprint(library) == before, "it is no part of the library"


def test_of_a_folder_in_a_folder_only_the_name_is_told(library: Path) -> None:
    (library / "scene" / "2026").mkdir()
    (library / ".git").mkdir()
    for number in range(3):
        (library / "scene" / "2026" / f"guide-{number}.yaml").write_text(GUIDE, encoding="utf-8")
        (library / ".git" / f"{number}.yaml").write_text(GUIDE, encoding="utf-8")
    assert found(library) == [
        (".git", "G009", Severity.WARNING),
        ("2026", "G009", Severity.WARNING),
    ]


def _link(to: str) -> Callable[[Path], None]:
    return lambda path: path.symlink_to(to)


def _huge(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(5 * 1024**3)


ODD: dict[str, Callable[[Path], object]] = {
    "loop": _link("odd.yaml"),
    "gone": _link("/nosuch/odd.yaml"),
    "pipe": os.mkfifo,
    "endless": _link("/dev/zero"),
    "huge": _huge,
}


def test_odd_files_are_told_in_time(library: Path, tmp_path: Path) -> None:
    for kind, make in ODD.items():
        (library / kind).mkdir()
        make(library / kind / "odd.yaml")
    (library / "gone-folder").symlink_to("/nosuch")
    (library / os.fsdecode("指引.yaml".encode("gbk"))).write_bytes(b"")
    (library / "around").symlink_to(".")
    done = subprocess.run(
        [sys.executable, str(ROOT / "run_bot.py"), "check", "--format", "json"],
        env={"PATH": os.environ["PATH"], "MINGBAI_LIBRARY": str(library)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    told = {(p["path"].removeprefix("library/"), p["code"]): p for p in json.loads(done.stdout)}
    for kind in ODD:
        code = "G008" if kind == "huge" else "G001"
        assert told[f"{kind}/odd.yaml", code]["severity"] == "error"
    assert told["gone-folder", "G009"]["severity"] == "error", "guides may be missing behind it"
    assert told["指引.yaml", "G009"]["severity"] == "warning"
    assert told["around/around", "G009"]["severity"] == "warning"


def test_a_linked_folder_is_read_hashed_and_listed_alike(library: Path, tmp_path: Path) -> None:
    """Reading, fingerprint and copy ask ``library_files``: none knows more than the others."""
    listed = [path.relative_to(library) for path in library_files(library)]
    before = fingerprint(library)
    outside = tmp_path / "elsewhere"
    shutil.move(library / "traffic", outside)
    (library / "traffic").symlink_to(outside)
    assert [path.relative_to(library) for path in library_files(library)] == listed
    assert fingerprint(library) == before
    assert found(library) == []
    (outside / "whistle.yaml").write_text(SECOND + "extra: 1\n", encoding="utf-8")
    assert fingerprint(library) != before
    assert found(library) == [("whistle.yaml", "G003", Severity.ERROR)]


def test_check_of_one_file_sees_through_links(library: Path, tmp_path: Path) -> None:
    outside = tmp_path / "elsewhere.yaml"
    outside.write_text(SECOND + "extra: 1\n", encoding="utf-8")
    (library / "traffic" / "whistle.yaml").unlink()
    (library / "traffic" / "whistle.yaml").symlink_to(outside)
    done = subprocess.run(
        [sys.executable, str(ROOT / "run_bot.py"), "check", "library/traffic/whistle.yaml"],
        env={"PATH": os.environ["PATH"]},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout.startswith("library/traffic/whistle.yaml:18:1 G003 ")


def test_errors_are_told_before_hints(library: Path) -> None:
    (library / "areas.yml").write_text("", encoding="utf-8")
    (library / "traffic" / "whistle.yaml").write_text(SECOND + "extra: 1\n", encoding="utf-8")
    assert [code for _, code, _ in found(library)] == ["G003", "G009"]


def test_an_empty_folder_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="是空的"):
        read_folder(tmp_path)


@pytest.mark.parametrize("name", ["scene/2026/x.yaml", "asked/2026/x.txt", "scene/2026/5/x.yaml"])
def test_check_of_one_file_says_what_the_whole_check_says(
    library: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of a file that nobody reads for the folder it lies in."""
    path = library / name
    path.parent.mkdir(parents=True)
    path.write_text(GUIDE, encoding="utf-8")

    def said(*paths: Path) -> str:
        check_files(list(paths), Format.TEXT, date.fromisoformat(TODAY), lambda _: None)
        return capsys.readouterr().out

    whole = said(library)
    assert f"{library / Path(*Path(name).parts[:2])}:1:1 G009" in whole
    assert said(path) == said(path.parent) == whole
    assert said(library / "scene" / "umbrella.yaml") == "", "whose folder is read"
