"""Each check finds its fault, says file and line, and finds nothing in a clean library."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

import bot.screens.fit  # noqa: F401  its checks are registered too
from guides import checks
from guides.folder import read_folder
from guides.library import Library
from guides.problems import Problem, Severity
from tests.small_library import GUIDE, SECOND, TODAY, as_retired, change

TODAY_DATE = date.fromisoformat(TODAY)


def found(library: Path, served: Library | None = None) -> list[Problem]:
    return checks.run(read_folder(library), TODAY_DATE, served)


def test_a_clean_library_has_no_problem(library: Path) -> None:
    assert found(library) == []


def _file(name: str, old: str, new: str) -> Callable[[Path], None]:
    return lambda root: change(root / name, old, new)


def _guide(old: str, new: str) -> Callable[[Path], None]:
    return _file("scene/umbrella.yaml", old, new)


def _write(name: str, text: str) -> Callable[[Path], None]:
    def write(root: Path) -> None:
        path = root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")

    return write


# The real law has to be named: the rule is about it.
PENALTY_LAW = (
    "title: 中华人民共和国测试法\n    short: [测试法]",
    "title: 中华人民共和国治安管理处罚法\n    short: [测试法]",
)


def _limits(*limits: str) -> Callable[[Path], None]:
    """Limits of the whistle guide, each resting on the article of umbrella-3d."""
    written = "".join(
        f"  - {{id: whistle-{number}, label: 吹口哨, from: 口哨响, counting: 次日起算, "
        f"cite: [测试法#7], {limit}}}\n"
        for number, limit in enumerate(limits)
    )
    return _file("traffic/whistle.yaml", "see_also: []", f"limits:\n{written}see_also: []")


NINE = "starts: umbrella-9h"
FAULTS = [
    ("G001", "umbrella.yaml", "YAML 写法读不懂", _guide("summary: 有人", "summary: [有人")),
    ("G002", "umbrella.yaml", "写了两遍", _guide("owner: 法制大队", "owner: 法制大队\nowner: 甲")),
    ("G003", "umbrella.yaml", "是不是想写 summary", _guide("summary:", "sumary:")),
    ("G003", "umbrella.yaml", "不写 asked", _guide("changes:", "asked: [甲]\nchanges:")),
    ("G004", "umbrella.yaml", "没有加引号", _guide("do: 两个人抬", "do: no")),
    ("G004", "umbrella.yaml", "没有加引号", _guide("do: 两个人抬", "do: 12:30")),
    ("G004", "umbrella.yaml", "没有加引号", _guide("do: 两个人抬", "do: 012")),
    ("G004", "umbrella.yaml", "应是整数", _guide("amount: 8", 'amount: "8"')),
    ("G004", "umbrella.yaml", "法名#条", _guide("cite: [测试法#3]", "cite: [测试法]")),
    ("G004", "umbrella.yaml", "分情况用 choices", _guide("ask: 伞", "if: 下雨的\n    ask: 伞")),
    ("G004", "umbrella.yaml", "末尾不写“。”", _guide("do: 两个", "if: 下雨的。\n    do: 两个")),
    ("G004", "umbrella.yaml", "末尾不写“：”", _guide("do: 两个", "if: 下雨的：\n    do: 两个")),
    ("G004", "umbrella.yaml", "最多 24 个", _guide("do: 两个", f"if: {'雨' * 25}\n    do: 两个")),
    ("G005", "umbrella.yaml", "缺少必填", _guide("title: 收缴雨伞\n", "")),
    ("G006", "umbrella.yaml", "锚点", _guide("owner: 法制大队", "owner: &a 法制大队")),
    ("G008", "umbrella.yaml", "KB", _guide("changes:", "#" + "x" * 300_000 + "\nchanges:")),
    ("G009", "my-guide.yml", "改名为 my-guide.yaml", _write("scene/my-guide.yml", GUIDE)),
    ("G010", "umbrella.yaml", "文件名却是", _guide("id: umbrella\n", "id: parasol\n")),
    ("G011", "umbrella.yaml", "已被", _write("traffic/umbrella.yaml", GUIDE)),
    (
        "G011",
        "umbrella.yaml",
        "旧指引",
        _write(
            "retired/umbrella@2020-01-01.yaml",
            as_retired(
                GUIDE.replace("2026-01-01, to: null", "2020-01-01, to: 2025-12-31"),
                status="retired",
                retired_because="旧",
                limits=[],
                steps=[{"id": "look", "do": "看"}],
                first={},
                pitfalls=[],
                tables=[],
                quiz=[],
            ),
        ),
    ),
    ("G012", "umbrella.yaml", "文件却在", _guide("area: scene", "area: traffic")),
    ("G012", "umbrella.yaml", "没有“scen”", _guide("area: scene", "area: scen")),
    ("G014", "umbrella.yaml", "两个 carry", _guide("id: family", "id: carry")),
    ("G015", "areas.yaml", "写法不对", _write("areas.yaml", "- {slug: scene}\n")),
    ("G015", "laws.yaml", "要补上", _write("laws.yaml", "laws: [{slug: a, title: 甲}]\n")),
    (
        "G016",
        "umbrella.yaml",
        "“2 柜的物品，两人签字”被当成备注",
        _guide("do: 两个人抬", "do: 当面清点 #2 柜的物品，两人签字"),
    ),
    ("G020", "umbrella.yaml", "release 没有法律依据", _guide("    cite: [测试法#5.2]\n", "")),
    ("G020", "umbrella.yaml", "umbrella-8h 没有法律依据", _guide("    cite: [测试法#6]\n", "")),
    ("G020", "umbrella.yaml", "表格", _guide(", cite: [测试法#9]", "")),
    ("G021", "umbrella.yaml", "没有《测式法》", _guide("cite: [测试法#3]", "cite: [测式法#3]")),
    ("G022", "umbrella.yaml", "只有 20 条", _guide("cite: [测试法#3]", "cite: [测试法#21]")),
    ("G023", "umbrella.yaml", "失效", _guide("cite: [测试法#3]", "cite: [废止法#3]")),
    ("G024", "umbrella.yaml", "没有取得", _guide("cite: [测试法#3]", "cite: [没有原文的规定#3]")),
    (
        "G025",
        "umbrella.yaml",
        "known_gaps 却是空的",
        lambda root: (
            _guide("    custody: true\n", "    custody: true\n    sure: false\n")(root),
            _guide("known_gaps: [大风天怎么办没有规定]", "known_gaps: []")(root),
        ),
    ),
    ("G030", "umbrella.yaml", "“cary”不存在", _guide("go: carry", "go: cary")),
    ("G030", "umbrella.yaml", "form 指向", _guide("form: receipt", "form: recept")),
    ("G030", "umbrella.yaml", "starts 指向", _guide("starts: umbrella-8h", "starts: umbrella")),
    ("G030", "umbrella.yaml", "“umbrella-9h”不存在", _guide("go: carry", f"go: carry, {NINE}")),
    ("G030", "umbrella.yaml", "是不是想写 whistle", _guide("[whistle]", "[whistl]")),
    (
        "G030",
        "steal-umbrella.yaml",
        "instead",
        lambda root: change(
            root / "redlines" / "steal-umbrella.yaml", "instead: umbrella", "instead: umbrela"
        ),
    ),
    ("G030", "umbrela.txt", "没有 id 为", _write("asked/umbrela.txt", "问\n")),
    ("G031", "umbrella.yaml", "走不到步骤 carry", _guide("go: carry", "go: release")),
    (
        "G032",
        "umbrella.yaml",
        "兜圈子",
        _guide("do: 到时放人，雨伞退还", "next: look\n    do: 到时放人"),
    ),
    ("G033", "umbrella.yaml", "heavy 是一个问题", _guide("do: [look]", "do: [look, heavy]")),
    ("G034", "umbrella.yaml", "carry（两个人抬）", _guide("[family]", "[family, carry]")),
    ("G035", "umbrella.yaml", "family 在卡片上", _guide("do: [look]", "do: [family, look]")),
    ("G035", "umbrella.yaml", "look 在卡片上", _guide("do: [look]", "do: [look, look]")),
    ("G036", "umbrella.yaml", "starts: umbrella-8h", _guide("    starts: umbrella-8h\n", "")),
    ("G036", "umbrella.yaml", "starts: umbrella-3d", _guide("    right: true\n", "")),
    (
        "G037",
        "whistle.yaml",
        "see_also 加上 umbrella",
        _file("traffic/whistle.yaml", "do: 记下", "do: 看雨伞指引，记下"),
    ),
    (
        "G037",
        "whistle.yaml",
        "写了“《收缴雨伞》”",
        _file("traffic/whistle.yaml", "时用", "时用，另见《收缴雨伞》"),
    ),
    ("G040", "umbrella.yaml", "失效日", _guide("to: null", "to: 2025-01-01")),
    ("G040", "umbrella.yaml", "在今天", _guide("checked_on: 2026-11-01", "checked_on: 2026-11-30")),
    (
        "G040",
        "umbrella.yaml",
        "changes 最后一条",
        _guide("revision: 1\nowner", "revision: 2\nowner"),
    ),
    (
        "G041",
        "whistle.yaml",
        "同时有效",
        _write(
            "retired/whistle@2020-01-01.yaml",
            as_retired(
                SECOND,
                revision=1,
                status="retired",
                retired_because="旧",
                in_force={"from": date(2020, 1, 1), "to": date(2026, 3, 1)},
                steps=[{"id": "listen", "do": "听"}],
            ),
        ),
    ),
    (
        "G042",
        "old@2020-01-01.yaml",
        "没有写原因",
        _write(
            "retired/old@2020-01-01.yaml",
            as_retired(
                SECOND,
                id="old",
                status="retired",
                in_force={"from": date(2020, 1, 1), "to": date(2021, 3, 1)},
                steps=[{"id": "listen", "do": "听"}],
            ),
        ),
    ),
    ("G043", "umbrella.yaml", "已过", _guide("review_by: 2027-05-31", "review_by: 2026-11-10")),
    (
        "G043",
        "umbrella.yaml",
        "还有 9 天",
        _guide("review_by: 2027-05-31", "review_by: 2026-11-30"),
    ),
    ("G044", "umbrella.yaml", "summary", _guide("有人打伞挡住", "有人打伞，挡住")),
    (
        "G044",
        "steal-umbrella.yaml",
        "revision 写 2",
        lambda root: change(root / "redlines" / "steal-umbrella.yaml", "把伞送回去", "把伞送回"),
    ),
    ("G050", "umbrella.yaml", "257 字", _guide("[请把伞收起来。", "[" + "请" * 257)),
    ("G051", "umbrella.txt", "只有 3 句", _write("asked/umbrella.txt", "伞一\n伞二\n伞三\n")),
    (
        "G052",
        "whistle.txt",
        "也写在 steal-umbrella.txt",
        lambda root: change(root / "asked" / "whistle.txt", "口哨半夜响", "悄悄藏起来贵的"),
    ),
    ("G053", "umbrella.yaml", "尽快", _guide("do: 到时放人", "do: 尽快放人")),
    ("G054", "umbrella.yaml", "饮食", _guide("安排饮食、休息和就医", "并安排休息和就医")),
    ("G055", "umbrella.yaml", "手机号", _guide("张某的伞", "13912345678的伞")),
    ("G055", "umbrella.yaml", "身份证号", _guide("张某的伞", "11010119900307123X的伞")),
    ("G055", "umbrella.yaml", "车牌号", _guide("张某的伞", "京A12345的伞")),
    ("G056", "umbrella.yaml", "是80小时", _guide("amount: 8\n", "amount: 80\n")),
    ("G056", "umbrella.yaml", "没有写多长", _guide("label: 看伞8小时", "label: 看伞")),
    ("G057", "umbrella.yaml", "--confirm umbrella-8h", _guide("unit: hour", "unit: day")),
    ("G058", "umbrella.yaml", "“当天报批放人”", _guide("do: 到时放人", "do: 到时当天报批放人")),
    (
        "G058",
        "umbrella.yaml",
        "“释放手续当天”",
        _guide("放人，雨伞", "放人，凭释放手续当天走，雨伞"),
    ),
    (
        "G059",
        "umbrella.yaml",
        "要求听证",
        lambda root: (
            _guide("do: 两个人抬", "do: 15周岁的不送拘留\n    cite: [治安管理处罚法#23]")(root),
            _file("laws.yaml", *PENALTY_LAW)(root),
        ),
    ),
    ("G060", "umbrella.yaml", "有 121 字", _guide("why: 伞多了挡路", "why: " + "挡" * 121)),
    ("G061", "whistle.yaml", "3日、不顺延", _limits("amount: 3, unit: day")),
    ("G061", "whistle.yaml", "3个工作日", _limits("amount: 3, unit: workday, roll: next_workday")),
    ("T001", "umbrella.yaml", "放不下", _guide("why: 伞多了挡路", "why: " + "挡" * 3001)),
    ("T002", "umbrella.yaml", "选项有 41 字", _guide("when: 重,", "when: " + "重" * 41 + ",")),
]


@pytest.mark.parametrize(("code", "name", "words", "break_it"), FAULTS)
def test_a_fault_is_found(
    library: Path, code: str, name: str, words: str, break_it: Callable[[Path], object]
) -> None:
    served = read_folder(library).library()
    break_it(library)
    problems = found(library, served)
    told = [p for p in problems if p.code == code and p.path.name == name]
    assert any(words in p.wrong + p.mend for p in told), [str(p) for p in problems]


def test_every_code_is_tried() -> None:
    others = {"G022", "G023", "G024"}  # told by the check registered as G021
    assert set(checks.REGISTRY) | others <= {code for code, *_ in FAULTS}


NO_FAULTS = [
    ("G034", "报所长", _guide("do: 通知家属，", "do: 报所长，")),
    (
        "G034",
        "a question that tells",
        lambda root: (
            _guide("ask: 伞重不重？", "ask: 报所长，伞重不重？")(root),
            _guide("[family]", "[family, heavy]")(root),
        ),
    ),
    (
        "G036",
        "an answer starts it",
        lambda root: (
            _guide("    starts: umbrella-8h\n", "")(root),
            _guide("go: carry", "go: carry, starts: umbrella-8h")(root),
        ),
    ),
    ("G037", "linked", _guide("do: 两个人抬", "do: 看口哨指引，两个人抬")),
    ("G037", "itself", _guide("do: 两个人抬", "do: 看雨伞指引，两个人抬")),
    (
        "G037",
        "no guide of that name",
        lambda root: change(
            root / "traffic" / "whistle.yaml", "do: 记下", "do: 看各自的指引，记下"
        ),
    ),
    (
        "G037",
        "an area",
        lambda root: (
            _file("areas.yaml", "title: 现场", "title: 雨伞管理")(root),
            _file("traffic/whistle.yaml", "do: 记下", "do: 看雨伞的指引，记下")(root),
        ),
    ),
    ("G058", "how a limit is counted", _guide("从收伞起连续算", "放人当天不算，次日起算")),
    ("G058", "a police station", _guide("do: 两个人抬", "do: 当天通知居住地派出所")),
    (
        "G059",
        "the hearing is named",
        lambda root: (
            _guide("do: 两个人抬", "do: 15岁的不送拘留\n    cite: [治安法#23, 治安法#117.2]")(root),
            _file("laws.yaml", PENALTY_LAW[0], PENALTY_LAW[1].replace("测试", "治安"))(root),
        ),
    ),
    (
        "G059",
        "no minors",
        lambda root: (
            _guide("do: 两个人抬", "do: 70周岁的不送拘留\n    cite: [治安管理处罚法#23]")(root),
            _file("laws.yaml", *PENALTY_LAW)(root),
        ),
    ),
    ("G061", "the same way", _limits("amount: 3, unit: day, roll: next_workday")),
    ("G061", "backwards", _limits("amount: 3, unit: day, direction: before")),
    (
        "G061",
        "an article on how time is counted",
        _limits("amount: 3, unit: day", "amount: 5, unit: day", "amount: 7, unit: day"),
    ),
    ("G060", "120", _guide("why: 伞多了挡路", "why: " + "挡" * 120)),
]


@pytest.mark.parametrize(("code", "why", "change_it"), NO_FAULTS)
def test_what_is_right_is_no_fault(
    library: Path, code: str, why: str, change_it: Callable[[Path], object]
) -> None:
    change_it(library)
    assert code not in {problem.code for problem in found(library)}, why


def test_new_rules_about_words_are_reminders(library: Path) -> None:
    path = library / "scene" / "umbrella.yaml"
    change(path, "do: [look]", "do: [look, heavy, family]")
    change(path, "why: 伞多了挡路", "why: " + "挡" * 121)
    change(path, "do: 到时放人", "do: 到时当天放人")
    change(path, "    starts: umbrella-8h\n", "")
    problems = found(library)
    assert {"G033", "G035", "G036", "G058", "G060"} <= {problem.code for problem in problems}
    assert checks.errors(problems) == []


def test_problems_stand_at_their_line(library: Path) -> None:
    change(library / "scene" / "umbrella.yaml", "cite: [测试法#3]", "cite: [测试法#3, 测试法#99]")
    (problem,) = found(library)
    text = (library / "scene" / "umbrella.yaml").read_text(encoding="utf-8").splitlines()
    assert text[problem.mark.line - 1].strip() == "cite: [测试法#3, 测试法#99]"
    assert text[problem.mark.line - 1][problem.mark.column - 1 :].startswith("测试法#99")


def test_all_problems_of_all_files_are_told_at_once(library: Path) -> None:
    change(library / "scene" / "umbrella.yaml", "title: 收缴雨伞\n", "")
    change(library / "traffic" / "whistle.yaml", "area: traffic", "area: trafic")
    (library / "asked" / "whistle.txt").write_bytes("口哨".encode("gbk"))
    codes = {(p.path.name, p.code) for p in found(library)}
    assert {
        ("umbrella.yaml", "G005"),
        ("whistle.yaml", "G012"),
        ("whistle.txt", "G007"),
    } <= codes


def test_reminders_do_not_block(library: Path) -> None:
    change(library / "scene" / "umbrella.yaml", "review_by: 2027-05-31", "review_by: 2026-11-30")
    (problem,) = found(library)
    assert problem.severity is Severity.WARNING
    assert checks.errors([problem]) == []


def test_fewer_than_forty_phrasings_is_a_reminder(library: Path) -> None:
    lines = (library / "asked" / "umbrella.txt").read_text(encoding="utf-8").splitlines()
    (library / "asked" / "umbrella.txt").write_text("\n".join(lines[:39]), encoding="utf-8")
    (problem,) = found(library)
    assert (problem.code, problem.severity) == ("G051", Severity.WARNING)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("﻿" + GUIDE, "BOM"),
        (GUIDE.encode("gbk"), "GBK"),
        (GUIDE.encode("utf-16"), "BOM"),
        (b"\xff\x80\x81", "UTF-8"),
    ],
)
def test_other_encodings_are_told_plainly(library: Path, raw: str | bytes, words: str) -> None:
    data = raw if isinstance(raw, bytes) else raw.encode("utf-8")
    (library / "scene" / "umbrella.yaml").write_bytes(data)
    told = [p for p in found(library) if p.path.name == "umbrella.yaml"]
    assert any(p.code == "G007" and words in p.wrong for p in told)


def test_an_alias_bomb_is_refused_without_being_expanded(library: Path) -> None:
    layers = ["a0: &a0 [x, x]"] + [
        f"a{n}: &a{n} [" + ", ".join([f"*a{n - 1}"] * 9) + "]" for n in range(1, 30)
    ]
    (library / "scene" / "bomb.yaml").write_text("\n".join(layers), encoding="utf-8")
    told = [p for p in found(library) if p.path.name == "bomb.yaml"]
    assert told
    assert {p.code for p in told} == {"G006"}


def test_a_word_may_mean_several_guides(library: Path) -> None:
    change(library / "asked" / "whistle.txt", "口哨半夜响", "大伞怎么收？")
    assert "G052" not in {problem.code for problem in found(library)}


def test_what_no_guide_answers_has_a_file(library: Path) -> None:
    (library / "asked" / "not-covered.txt").write_text("火星移民\n", encoding="utf-8")
    (library / "asked" / "small-talk.txt").write_text("你好\n", encoding="utf-8")
    assert not found(library)
    (library / "asked" / "not-coverd.txt").write_text("火星移民\n", encoding="utf-8")
    assert "not-covered" in str([problem.mend for problem in found(library)])
