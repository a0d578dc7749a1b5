"""A small library of invented law for tests: two guides, one redline, no problem in it."""

from __future__ import annotations

from pathlib import Path

import yaml

TODAY = "2026-11-21"

LAWS = """\
laws:
  - slug: ceshi-fa
    title: 中华人民共和国测试法
    short: [测试法]
    kind: 法律
    numbering: article
    versions:
      - label: 旧
        promulgated: 2010-01-01
        effective: 2010-03-01
        repealed: 2026-01-01
        articles: 9
      - {label: 新, promulgated: 2025-06-01, effective: 2026-01-01, repealed: null, articles: 20}
    status: in_force
    note: ""
  - slug: feizhi-fa
    title: 中华人民共和国废止法
    short: []
    kind: 法律
    numbering: article
    versions:
      - label: 旧
        promulgated: 2010-01-01
        effective: 2010-03-01
        repealed: 2026-08-15
        articles: 9
    status: in_force
    note: ""
  - slug: meiyou
    title: 没有原文的规定
    short: []
    kind: 规范性文件
    numbering: article
    versions: []
    status: unverified
    note: ""
"""

AREAS = "- {slug: scene, title: 现场}\n- {slug: traffic, title: 交通}\n"

GUIDE = """\
id: umbrella
title: 收缴雨伞
area: scene
kind: guideline
status: in_force
in_force: {from: 2026-01-01, to: null}
revision: 1
owner: 法制大队
checked_on: 2026-11-01
review_by: 2027-05-31
summary: 有人打伞挡住别人时用。
first: {do: [look], notify: [family]}
steps:
  - id: look
    do: 看清伞下有几个人
    must: true
    say: [请把伞收起来。, {article: 测试法#3}]
    record: 几把伞
    form: receipt
    why: 伞多了挡路
    cite: [测试法#3]
    starts: umbrella-8h
  - id: family
    do: 通知家属，安排饮食、休息和就医
    must: true
    cite: [测试法#4]
  - id: heavy
    ask: 伞重不重？
    choices: [{when: 重, go: carry}, {when: 不重, go: release}]
  - id: carry
    do: 两个人抬
    next: release
  - id: release
    do: 到时放人，雨伞退还
    must: true
    cite: [测试法#5.2]
limits:
  - id: umbrella-8h
    label: 看伞8小时
    amount: 8
    unit: hour
    from: 收伞
    custody: true
    counting: 从收伞起连续算
    at_end: 放人
    warn_before: [2h]
    extend: [{amount: 24, unit: hour, mode: total, condition: 雨没停, approver: 所长}]
    cite: [测试法#6]
  - id: umbrella-3d
    label: 退伞3日
    amount: 3
    unit: day
    from: 雨停
    right: true
    roll: next_workday
    counting: 次日起算
    cite: [测试法#7]
forms: [{id: receipt, name: 雨伞收据, when: 收伞时}]
interview: [伞是谁的？]
pitfalls: [{wrong: 把伞弄坏, right: 轻拿轻放, cite: [测试法#8]}]
tables: [{title: 伞的大小, columns: [大小, 人数], rows: [[大, 两人], [小, 一人]], cite: [测试法#9]}]
cases: [张某的伞被折断。]
escalate_when: [伞主人受伤]
quiz: [{ask: 伞几时退？, options: [三日内, 三年内], answer: 1, explain: 三日, cite: [测试法#7]}]
see_also: [whistle]
known_gaps: [大风天怎么办没有规定]
changes: [{revision: 1, date: 2026-11-01, kind: new, note: 首次编写}]
"""

SECOND = """\
id: whistle
title: 吹口哨检查
area: traffic
kind: guideline
status: in_force
in_force: {from: 2026-01-01, to: null}
revision: 1
owner: 法制大队
checked_on: 2026-11-01
review_by: 2027-05-31
summary: 有人半夜吹口哨时用。
first: {do: [listen], notify: []}
steps:
  - {id: listen, do: 听清调子, must: true, cite: [测试法#10]}
  - {id: write, do: 记下曲名}
see_also: []
changes: [{revision: 1, date: 2026-11-01, kind: new, note: 首次编写}]
"""

REDLINE = """\
id: steal-umbrella
title: 私拿雨伞
rule: 别人的伞不能拿走自己用。
cite: [测试法#11]
instead: umbrella
if_ordered: 可以提出意见，明显违法的应当拒绝。
if_done: {care: 把伞送回去, report: 报告督察, preserve: 保存录像}
changes: [{revision: 1, date: 2026-11-01, kind: new, note: 首次编写}]
"""

WORDS = "- {group: 雨具, guides: [umbrella], words: {遮雨的: 雨伞, 撑花: 雨伞}}\n"

_UMBRELLA = ("伞", "雨伞", "大伞", "花伞", "黑伞", "阳伞", "油纸伞", "折叠伞")
_DONE = ("怎么收", "挡路了", "要不要退", "谁来抬", "太重拿不动")
_WHISTLE = ("口哨", "哨声", "吹曲子", "吹调子", "哨子", "吹号", "小调", "吹个不停")
_HEARD = ("半夜响", "怎么查", "记不记曲名", "听不清", "扰人睡觉")
_STOLEN = ("顺走那把", "偷偷拿回家", "悄悄藏起来", "据为己有", "私自留用", "不登记拿走")
_WHOSE = ("没人要的", "好看的", "贵的", "主人走了的", "下雨时收的", "新的", "别人落下的")


def phrasings(things: tuple[str, ...], asked: tuple[str, ...]) -> str:
    return "".join(f"{thing}{question}\n" for thing in things for question in asked)


def write_library(root: Path) -> Path:
    """Write the library below ``root``; returns its folder."""
    library = root / "library"
    files = {
        "areas.yaml": AREAS,
        "laws.yaml": LAWS,
        "words.yaml": WORDS,
        "scene/umbrella.yaml": GUIDE,
        "traffic/whistle.yaml": SECOND,
        "redlines/steal-umbrella.yaml": REDLINE,
        "asked/umbrella.txt": phrasings(_UMBRELLA, _DONE),
        "asked/whistle.txt": phrasings(_WHISTLE, _HEARD),
        "asked/steal-umbrella.txt": phrasings(_STOLEN, _WHOSE),
    }
    for name, text in files.items():
        path = library / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return library


def change(path: Path, old: str, new: str) -> None:
    """Replace text in a file; the test is wrong when it is not there."""
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {path.name}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def revise(path: Path) -> None:
    """One revision more, said in ``changes``: what new content needs to be released."""
    text = path.read_text(encoding="utf-8")
    last = int(text.split("\nrevision: ")[1].split()[0])
    change(path, f"\nrevision: {last}", f"\nrevision: {last + 1}")
    more = f", {{revision: {last + 1}, date: {TODAY}, kind: amend, note: 修改}}]"
    changes = path.read_text(encoding="utf-8").split("\nchanges: ")[1].splitlines()[0]
    change(path, changes, changes.removesuffix("]") + more)


def as_retired(guide: str, **changed: object) -> str:
    """A guide's text with other values of its top fields."""
    data = yaml.safe_load(guide)
    data.update(changed)
    return str(yaml.safe_dump(data, allow_unicode=True, sort_keys=False))
