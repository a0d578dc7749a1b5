"""What is different from one library to another: content, custody limits, phrasings."""

from __future__ import annotations

from typing import Any, TypeAlias

from guides.library import Library
from guides.model import Guide, Redline
from guides.parts import Direction, Limit, Mode, Roll, amount

Entry: TypeAlias = Guide | Redline

# About a version and its life, or the way to other guides, not what officers are told: free to
# change under one revision.
_ABOUT = frozenset(
    {
        *("status", "revision", "owner", "checked_on", "review_by", "changes"),
        *("replaces", "replaced_by", "retired_because", "asked", "see_also"),
    }
)
_SHARED = (
    ("areas.yaml", "areas"),
    ("words.yaml", "words"),
    ("laws.yaml", "laws"),
    ("holidays.yaml", "calendar"),
)


_SPOKEN = {
    "areas": "分类",
    "words": "用词",
    "laws": "法律目录",
    "calendar": "节假日",
    "title": "标题",
    "area": "分类",
    "status": "状态",
    "circulation": "公开范围",
    "in_force": "有效期",
    "summary": "概要",
    "first": "先做什么",
    "steps": "步骤",
    "limits": "时限",
    "forms": "文书",
    "interview": "问什么",
    "pitfalls": "容易错的",
    "tables": "表格",
    "cases": "案例",
    "escalate_when": "什么时候报告",
    "quiz": "自测",
    "see_also": "相关指引",
    "known_gaps": "没有把握的",
    "asked": "问法",
    "cite": "依据",
    "sheet_of": "属于哪份指引",
    "dos": "要做的",
    "donts": "不能做的",
    "remember": "记住的",
    "rule": "规定",
    "instead": "依法可以怎么办",
    "if_ordered": "有人要求这样做时",
    "if_done": "已经这样做了时",
}


def content(entry: Entry) -> dict[str, Any]:
    """What officers are told, by field; the last day of a version is not part of it."""
    told = {name: getattr(entry, name) for name in type(entry).model_fields if name not in _ABOUT}
    if isinstance(entry, Guide):
        told["in_force"] = entry.in_force.start
    return told


def changed_fields(before: Entry, after: Entry) -> list[str]:
    """Names of the fields whose content differs."""
    old, new = content(before), content(after)
    return [name for name in new if old.get(name) != new[name]]


def changed_custody(
    before: Library, after: Library
) -> dict[str, tuple[Guide, Limit, Limit | None]]:
    """Limits that restrict a person's freedom, in ``before`` or now, and are counted otherwise:
    id -> (guide before, limit before, limit now; None: gone)."""
    now = {limit.id: limit for _, limit in after.newest().limits()}
    changed = {}
    for guide, old in before.newest().limits():
        new = now.get(old.id)
        custody = old.custody or (new is not None and new.custody)
        if custody and (new is None or _counted(old) != _counted(new)):
            changed[old.id] = (guide, old, new)
    return changed


def _counted(limit: Limit) -> tuple[object, ...]:
    tiers = tuple((tier.amount, tier.unit, tier.mode) for tier in limit.extend)
    return (
        *(limit.amount, limit.unit, limit.direction, limit.custody, limit.roll),
        *(limit.suspends, tiers),
    )


def counting(limit: Limit | None) -> str:
    """All that a limit is computed from, in Chinese: 8小时，可以延长到共24小时."""
    if limit is None:
        return "没有了"
    back = limit.direction is Direction.BEFORE
    parts = [f"{'往前' if back else ''}{amount(limit.amount, limit.unit)}"]
    for tier in limit.extend:
        verb = "延长到共" if tier.mode is Mode.TOTAL else "再加"
        parts.append(f"可以{verb}{amount(tier.amount, tier.unit)}")
    if limit.suspends:
        parts.append(f"不计入{'、'.join(limit.suspends)}")
    if limit.roll is Roll.NEXT_WORKDAY:
        parts.append("节假日顺延")
    if not limit.custody:
        parts.append("不限制人身自由")
    return "，".join(parts)


def changed_parts(before: Library, after: Library) -> tuple[str, ...]:
    """Ids of guides and redlines that came, went or changed, then the files for all of them."""
    old, new = _by_id(before), _by_id(after)
    ids = sorted(id for id in old.keys() | new.keys() if old.get(id) != new.get(id))
    return (
        *ids,
        *(file for file, part in _SHARED if getattr(before, part) != getattr(after, part)),
    )


def spoken_changes(before: Library, after: Library) -> list[str]:
    """What ``changed_parts`` finds, for legal staff: a line each for what is new, changed (with
    the parts that are), and gone."""
    old, new = _by_id(before), _by_id(after)
    changed = [id for id in old.keys() & new.keys() if old[id] != new[id]]
    lines = (
        [f"新增：{_named(new[id][-1])}" for id in sorted(new.keys() - old.keys())]
        + [
            f"改了：{_named(new[id][-1])}：{_parts(old[id][-1], new[id][-1])}"
            for id in sorted(changed)
        ]
        + [f"没有了：{_named(old[id][-1])}" for id in sorted(old.keys() - new.keys())]
    )
    shared = [_SPOKEN[part] for _, part in _SHARED if getattr(before, part) != getattr(after, part)]
    return [*lines, *([f"改了：{'、'.join(shared)}"] if shared else [])]


def _named(entry: Entry) -> str:
    return f"《{entry.title}》（{entry.id}）"


def _parts(before: Entry, after: Entry) -> str:
    names = [name for name in type(after).model_fields if _at(before, name) != _at(after, name)]
    known = dict.fromkeys(_SPOKEN[name] for name in names if name in _SPOKEN)
    return "、".join(known) or ("版本说明" if set(names) <= _ABOUT else "内容")


def _at(entry: Entry, name: str) -> object:
    return getattr(entry, name, None)


def _by_id(library: Library) -> dict[str, list[Entry]]:
    """Every version of each guide and redline, drafts too."""
    known: dict[str, list[Entry]] = {}
    entries: tuple[Entry, ...] = (*library.guides, *library.redlines)
    for entry in entries:
        known.setdefault(entry.id, []).append(entry)
    return known
