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


def _by_id(library: Library) -> dict[str, list[Entry]]:
    """Every version of each guide and redline, drafts too."""
    known: dict[str, list[Entry]] = {}
    entries: tuple[Entry, ...] = (*library.guides, *library.redlines)
    for entry in entries:
        known.setdefault(entry.id, []).append(entry)
    return known
