"""The commands as the contract has them: in this process, since each start of the program costs
seconds, and those where the process is the point in one of their own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import typer
from typer.testing import CliRunner

from bot.commands.main import commands
from tests.bot.conftest import ROOT, environment
from tests.fake_telegram import PATIENCE
from tests.small_library import SECOND, as_retired, change, revise


class Commands:
    def __init__(self, data: Path, library: Path) -> None:
        self.data, self.library = data, library

    def __call__(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        env: dict[str, str | None] = {**environment(self.data, self.library, **more)}
        done = CliRunner().invoke(commands, words, env=env, catch_exceptions=False)
        return subprocess.CompletedProcess(words, done.exit_code, done.stdout, done.stderr)


class Program(Commands):
    """Each command a process of its own."""

    def __call__(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, str(ROOT / "run_bot.py"), *words],
            env=environment(self.data, self.library, **more),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )


@pytest.fixture
def run(tmp_path: Path, library: Path, monkeypatch: pytest.MonkeyPatch) -> Commands:
    for name in [n for n in os.environ if n.startswith(("MINGBAI_", "TELEGRAM_"))]:
        monkeypatch.delenv(name)
    return Commands(tmp_path / "var", library)


@pytest.fixture
def program(tmp_path: Path, library: Path) -> Program:
    return Program(tmp_path / "var", library)


KEYS = {"question", "outcome", "guides", "redline", "message", "release", "elapsed_ms"}


def test_ask_json(run: Commands) -> None:
    done = run("ask", "黑伞挡路了太重", "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert set(answer) == KEYS
    assert answer["outcome"] == "answer"
    assert answer["guides"][0].keys() == {"id", "title", "score", "why"}
    assert answer["release"] == 1
    unknown = json.loads(run("ask", "火星土豆", "--json").stdout)
    assert (unknown["outcome"], unknown["redline"]) == ("unknown", None)
    refused = json.loads(run("ask", "好看的顺走那把偷偷拿回家", "--json").stdout)
    assert (refused["outcome"], refused["redline"]) == ("refuse", "steal-umbrella")


def test_the_program_answers_and_ends_as_its_commands_do(program: Program, library: Path) -> None:
    """Exit codes and streams, as a script sees them."""
    asked = program("ask", "黑伞挡路了太重", "--json")
    assert (asked.returncode, asked.stderr) == (0, "")
    answer = json.loads(asked.stdout)
    assert (set(answer), answer["outcome"]) == (KEYS, "answer")
    change(library / "scene" / "umbrella.yaml", "go: carry", "go: cary")
    broken = program("check", "--today", "2026-11-21")
    assert (broken.returncode, broken.stderr[:5]) == (1, "3 个错误")
    assert "G030" in broken.stdout
    unknown = program("limit", "umbrela-8h", "--from", "2026-11-21")
    assert (unknown.returncode, unknown.stdout) == (1, "")
    assert "umbrella-8h" in unknown.stderr
    assert program("nosuch").returncode == 2
    wrong = program("ask", "问", MINGBAI_TIMEZONE="Mars/Base")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "MINGBAI_TIMEZONE" in wrong.stderr
    assert "Traceback" not in wrong.stderr


def test_ask_prints_a_screen_and_why(run: Commands) -> None:
    done = run("ask", "撑花太重", "-v")
    assert "收缴雨伞" in done.stdout
    assert "“撑花”即雨伞" in done.stdout


def test_ask_joins_its_words(run: Commands) -> None:
    asked = json.loads(run("ask", "黑伞", "挡路了太重", "--json").stdout)
    assert asked["question"] == "黑伞 挡路了太重"
    assert asked["outcome"] == "answer"


def test_ask_as_of_an_earlier_day(run: Commands) -> None:
    answer = json.loads(run("ask", "黑伞挡路了太重", "--json", "--as-of", "2025-12-31").stdout)
    assert answer["outcome"] == "unknown"


@pytest.mark.parametrize("name", ["q.yaml", "q.txt"])
def test_a_batch_answers_in_order(run: Commands, tmp_path: Path, name: str) -> None:
    questions = ["黑伞挡路了太重", "口哨半夜响", "", "火星土豆"]
    path = tmp_path / name
    if name.endswith("yaml"):
        path.write_text("".join(f'- q: "{q}"\n  ids: [x]\n' for q in questions), encoding="utf-8")
    else:
        questions.remove("")
        path.write_text("\n".join(questions), encoding="utf-8")
    lines = run("ask", "--batch", str(path), "--json").stdout.splitlines()
    assert [json.loads(line)["question"] for line in lines] == questions


def test_usage_errors(run: Commands, tmp_path: Path) -> None:
    assert run("ask").returncode == 2
    (tmp_path / "q.txt").write_bytes("口哨半夜响".encode("gbk"))
    (tmp_path / "q.csv").write_text("问题,答案\n口哨半夜响,查\n", encoding="utf-8")
    for name, told in (("q.txt", "看起来是 GBK 编码"), ("q.csv", "表格读不了")):
        done = run("ask", "--batch", str(tmp_path / name))
        assert (done.returncode, told in done.stderr) == (1, True)
    done = run("preview", "umbrella", "--html", str(tmp_path / "nosuch" / "x.html"))
    assert done.returncode == 1
    assert done.stderr.endswith("x.html（没有这个文件或文件夹）\n")
    assert run("ask", "问", "--as-of", "昨天").returncode == 2
    assert run("nosuch").returncode == 2
    assert run("ask", "--batch", str(tmp_path / "nosuch.yaml")).returncode == 1
    wrong = run("ask", "问", MINGBAI_TIMEZONE="Mars/Base")
    assert wrong.returncode == 2
    assert "MINGBAI_TIMEZONE" in wrong.stderr
    assert "Traceback" not in wrong.stderr


def test_check(run: Commands, library: Path) -> None:
    clean = run("check")
    assert (clean.returncode, clean.stdout) == (0, "")
    path = library / "scene" / "umbrella.yaml"
    change(path, "go: carry", "go: cary")
    broken = run("check", "--today", "2026-11-21")
    assert broken.returncode == 1
    assert ":29:25" in broken.stdout.splitlines()[0]
    assert "G030" in broken.stdout
    other = run("check", str(library / "traffic" / "whistle.yaml"))
    assert (other.returncode, other.stdout) == (0, ""), "only what was asked for is told"
    told = json.loads(run("check", str(path), "--format", "json").stdout)
    assert {"path", "line", "column", "code", "severity", "wrong", "mend"} == set(told[0])
    assert run("check", "--format", "github").stdout.startswith("::error file=")
    assert run("check", str(library / "nosuch.yaml")).returncode == 2
    assert run("check", "--today", "gestern").returncode == 2


def test_a_reminder_exits_with_zero(run: Commands, library: Path) -> None:
    change(library / "scene" / "umbrella.yaml", "review_by: 2027-05-31", "review_by: 2026-11-30")
    done = run("check", "--today", "2026-11-21")
    assert done.returncode == 0
    assert "G043" in done.stdout


def test_new_makes_a_draft_that_checks_clean(run: Commands, library: Path) -> None:
    assert run("new", "scene", "bucket").returncode == 0
    assert (library / "scene" / "bucket.yaml").is_file()
    assert (library / "asked" / "bucket.txt").is_file()
    assert run("check", str(library / "scene" / "bucket.yaml")).returncode == 0
    assert run("new", "scene", "bucket").returncode == 1
    assert run("new", "scen", "spoon").returncode == 2
    assert run("new", "scene", "../x").returncode == 2


def test_show_and_preview(run: Commands, tmp_path: Path, library: Path) -> None:
    shown = run("show", "umbrella")
    assert "两个人抬" in shown.stdout
    assert "雨伞收据" in shown.stdout
    page = tmp_path / "p.html"
    assert run("preview", "umbrella", "--html", str(page)).returncode == 0
    assert "两个人抬" in page.read_text(encoding="utf-8")
    change(library / "traffic" / "whistle.yaml", "status: in_force", "status: draft")
    assert "听清调子" in run("show", "whistle").stdout, "drafts are looked at too"
    assert run("show", "nosuch").returncode == 1


def test_a_sheet_is_shown(run: Commands, tmp_path: Path, library: Path) -> None:
    kind = {"id": "whistle-sheet", "kind": "sheet", "title": "口哨明白纸", "sheet_of": "whistle"}
    page = {"dos": ["先听"], "donts": ["不吵"], "first": {}, "steps": []}
    sheet = library / "traffic" / "whistle-sheet.yaml"
    sheet.write_text(as_retired(SECOND, **kind, **page), encoding="utf-8")
    change(library / "traffic" / "whistle.yaml", "status: in_force", "status: draft")
    assert "== 口哨明白纸 ==" in run("show", "whistle-sheet").stdout
    html = tmp_path / "p.html"
    assert run("preview", "whistle-sheet", "--html", str(html)).returncode == 0
    assert "<h1>口哨明白纸</h1>" in html.read_text(encoding="utf-8")


def test_releases_publish_and_rollback(run: Commands, library: Path) -> None:
    guide = library / "scene" / "umbrella.yaml"
    assert run("publish", "-m", "第一版").returncode == 0
    assert "没有改动" in run("publish", "-m", "又一版").stdout
    change(guide, "title: 收缴雨伞", "title: 收缴大伞")
    revise(guide)
    done = run("publish", "-m", "第二版")
    assert done.stdout.splitlines()[-1] == "改了：《收缴大伞》（umbrella）：标题"
    for stage in ("读指引文件夹", "检查全部指引", "生成发布"):
        assert stage in done.stderr
    listed = run("releases").stdout.splitlines()
    assert listed[0].startswith("  1\t")
    assert listed[1].startswith("* 2\t")
    assert "umbrella" in listed[1]
    assert listed[1].endswith("第二版")
    back = run("rollback", "1")
    assert back.returncode == 0
    assert "不会自动发布" in back.stdout
    change(library / "asked" / "whistle.txt", "口哨半夜响", "口哨半夜响啊")
    asked = run("ask", "黑伞挡路了太重", "--json")
    answer = json.loads(asked.stdout)
    assert (answer["release"], answer["guides"][0]["title"]) == (1, "收缴雨伞")
    assert "已经退回到第 1 号发布" in asked.stderr
    assert "已经退回到第 1 号发布" in run("releases").stderr
    assert run("rollback", "9").returncode == 1
    change(guide, "title: 收缴大伞", "titel: 收缴大伞")
    broken = run("publish")
    assert broken.returncode == 1
    assert "umbrella.yaml:2:1" in broken.stdout
    assert len(run("releases").stdout.splitlines()) == 2


def test_a_wrong_number_is_not_published(run: Commands, library: Path) -> None:
    guide = library / "scene" / "umbrella.yaml"
    assert run("publish").returncode == 0
    change(guide, "label: 看伞8小时\n    amount: 8", "label: 看伞12小时\n    amount: 12")
    for command in ("check", "publish"):
        told = run(command)
        assert told.returncode == 1
        assert "G044" in told.stdout
        assert "--confirm umbrella-8h" in told.stdout
    assert run("check", MINGBAI_DATA=str(run.data.parent / "empty")).returncode == 0
    revise(guide)
    assert run("publish", "--confirm", "umbrella-3d").returncode == 2
    done = run("publish", "--confirm", "umbrella-8h")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (
        0,
        "改了：《收缴雨伞》（umbrella）：时限",
    )
    due = json.loads(run("limit", "umbrella-8h", "--from", "2026-11-21T22:30", "--json").stdout)
    assert due["due"] == "2026-11-22T10:30:00+08:00"
    assert run("check").returncode == 0


def test_two_first_starts_at_once_make_one_release(program: Program) -> None:
    with ThreadPoolExecutor(2) as pool:
        asked = pool.map(lambda _: program("ask", "黑伞挡路了太重", "--json"), range(2))
    assert [json.loads(done.stdout)["release"] for done in asked] == [1, 1]
    assert len(program("releases").stdout.splitlines()) == 1


def test_limit(run: Commands) -> None:
    done = run("limit", "umbrella-8h", "--from", "2026-11-21T22:30", "--json")
    due = json.loads(done.stdout)
    assert due == {
        "id": "umbrella-8h",
        "from": "2026-11-21T22:30:00+08:00",
        "due": "2026-11-22T06:30:00+08:00",
        "unit": "hour",
        "counting": "从收伞起连续算",
        "roll": "none",
        "cite": ["测试法#6"],
        "extensions": [
            {
                "amount": 24,
                "unit": "hour",
                "mode": "total",
                "condition": "雨没停",
                "approver": "所长",
                "applied": False,
            }
        ],
        "sure": True,
        "caution": None,
    }
    longer = run("limit", "umbrella-8h", "--from", "2026-11-21T14:30Z", "--extend", "1", "--json")
    assert json.loads(longer.stdout)["due"] == "2026-11-22T22:30:00+08:00"
    rolled = run("limit", "umbrella-3d", "--from", "2026-09-30", "--json")
    assert json.loads(rolled.stdout)["due"] == "2026-10-08T23:59:59+08:00"
    future = json.loads(run("limit", "umbrella-3d", "--from", "2031-01-01", "--json").stdout)
    assert future["due"] == "2031-01-06T23:59:59+08:00", "the later day of a person's own limit"
    assert "2031" in future["caution"]


def test_limit_by_words_and_as_one_speaks(run: Commands) -> None:
    told = run("limit", "看伞", "8小时", "--from", "2026年11月21日22点半").stdout.splitlines()
    assert told[0] == "2026-11-22 06:30 到期（已经过了）"
    assert "到时必须：放人" in told
    assert "依据：《测试法》第六条" in told
    assert "延长到24小时（所长批准）：雨没停，到 2026-11-22 22:30" in told
    assert "用上一档延长来算：加 --extend 1" in told
    assert not [line for line in told if "+08:00" in line]
    for since in ("now", "现在", "22:30", "昨天22点半"):
        done = run("limit", "看伞8小时", "--from", since)
        assert (done.returncode, "到期" in done.stdout) == (0, True), since
    assert "到期" in run("limit", "退伞", "--from", "昨天").stdout, "a day will do for days"
    several = run("limit", "收缴雨伞")
    assert several.returncode == 1
    assert "umbrella-8h" in several.stderr
    assert "umbrella-3d" in several.stderr


def test_limits_in_words(run: Commands) -> None:
    told = run("limits").stdout.splitlines()
    assert [line.split("\t")[0] for line in told] == ["umbrella-8h", "umbrella-3d"]
    assert told[0].split("\t")[1:] == ["看伞8小时", "从收伞起算", "《收缴雨伞》"]
    assert [line.split("\t")[0] for line in run("limits", "退").stdout.splitlines()] == [
        "umbrella-3d"
    ]
    assert run("limits", "火星").returncode == 1


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["limit"], "没有写“时限…”"),
        (["nosuch"], "没有 nosuch 这个命令"),
        (["polish"], "是不是想写 publish？"),
        (["ask", "--bach", "x"], "没有 --bach 这个选项；是不是想写 --batch？"),
        (["ask", "--batch"], "--batch 后面还要写一个值"),
        (["rollback", "abc"], "“号数”写得不对：写一个整数"),
        (["rollback", "1", "2"], "多写了：2"),
        (["check", "--format", "xx"], "只能写 text、json、github"),
        (["limit", "x", "--extend", "-1"], "不小于 0"),
        (["ask", "问", "--as-of", "x"], "“x”不是日期"),
    ],
)
def test_usage_errors_are_chinese(run: Commands, words: list[str], says: str) -> None:
    done = run(*words)
    assert done.returncode == 2
    assert says in done.stderr
    assert not re.search(r"Usage|Error|Try|Invalid|Missing|No such", done.stderr)


def test_help_is_chinese() -> None:
    """Of every command there is."""

    def tell(app: typer.Typer, path: list[str]) -> Iterator[str]:
        yield CliRunner().invoke(commands, [*path, "--help"]).output
        for one in app.registered_commands:
            name = one.name or (one.callback.__name__ if one.callback else "")
            yield CliRunner().invoke(commands, [*path, name, "--help"]).output
        for group in app.registered_groups:
            if group.typer_instance:
                yield from tell(group.typer_instance, [*path, group.name or ""])

    pages = list(tell(commands, []))
    assert len(pages) > 20
    for page in pages:
        assert page.startswith("用法："), page
        assert "显示这个说明" in page
        told = "|".join(("Usage", "Options", "Arguments", "Commands", "Show this", "required", "<"))
        assert not re.search(told, page), page


def test_new_writes_the_day_of_the_zone(run: Commands, library: Path) -> None:
    for number, zone in enumerate(("Pacific/Kiritimati", "Pacific/Pago_Pago")):  # never one day
        today = datetime.now(ZoneInfo(zone)).date()
        assert run("new", "scene", f"stick-{number}", MINGBAI_TIMEZONE=zone).returncode == 0
        draft = (library / "scene" / f"stick-{number}.yaml").read_text(encoding="utf-8")
        assert f"checked_on: {today}" in draft


def test_limit_errors(run: Commands) -> None:
    unknown = run("limit", "umbrela-8h", "--from", "2026-11-21")
    assert unknown.returncode == 1
    assert "umbrella-8h" in unknown.stderr
    assert run("limit", "umbrella-8h", "--from", "昨天").returncode == 2
    from_, beyond = ("--from", "2026-11-21T10:00"), ("--extend", "2")
    assert run("limit", "umbrella-8h", *from_, *beyond).returncode == 1
    assert run("limit", "umbrella-8h", "--from", "2026-11-21").returncode == 2, "hours need an hour"
    known = json.loads(run("limits", "--json").stdout)
    assert [one["id"] for one in known] == ["umbrella-8h", "umbrella-3d"]


def test_laws(run: Commands, tmp_path: Path) -> None:
    text = "# 测试法\n\n" + "".join(f"第{n}条 甲乙丙。\n\n" for n in "一二三四五六七八九十")
    text += "".join(f"第十{n}条 丁。\n\n" for n in "一二三四五六七八九") + "第二十条 完。\n"
    path = tmp_path / "laws" / "国家" / "law.txt"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    before = run("laws", "show", "测试法", "3")
    assert before.returncode == 1
    assert "laws import" in before.stderr
    undated = run("laws", "import", str(tmp_path / "laws"))
    assert (undated.returncode, undated.stdout) == (1, "看了 1 个文件，导入 0 部\n")
    assert "都没有日期，说不准是哪个版本" in undated.stderr
    done = run("laws", "import", str(tmp_path / "laws"), "--version", "新")
    assert (done.returncode, done.stdout) == (0, "看了 1 个文件，导入 1 部\n"), done.stderr
    for place in (["第三条"], ["3条"], ["三条第一款"], ["第三条", "第一款"]):
        assert "甲乙丙" in run("laws", "show", "测试法", *place).stdout
    assert "已导入\t测试法" in run("laws", "list").stdout
    path.write_text(text.replace("第五条", "第六条"), encoding="utf-8")
    assert run("laws", "import", str(path)).returncode == 1
    assert run("laws", "import", str(tmp_path / "nosuch")).returncode == 2


def test_evaluate(run: Commands, tmp_path: Path) -> None:
    path = tmp_path / "q.yaml"
    path.write_text("- q: 黑伞挡路了太重\n  ids: [umbrella]\n  kind: plain\n", encoding="utf-8")
    done = run("evaluate", str(path), "--json")
    assert json.loads(done.stdout)["kinds"]["plain"]["hit@1"] == 1.0


def test_an_env_file_is_read(run: Commands, tmp_path: Path, library: Path) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / ".env").write_text(f"MINGBAI_LIBRARY={library}\n", encoding="utf-8")
    env = environment(tmp_path / "var")
    done = subprocess.run(
        [sys.executable, str(ROOT / "run_bot.py"), "show", "umbrella"],
        env=env,
        cwd=tmp_path / "here",
        capture_output=True,
        text=True,
        check=False,
    )
    assert "收缴雨伞" in done.stdout, done.stderr
