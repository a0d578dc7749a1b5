"""A time limit in words: put together here and nowhere else, for every screen and every file.

What nobody has checked against the law says so wherever its figure stands.
"""

from __future__ import annotations

from guides.parts import Limit, Mode, Tier, amount

UNSURE = "未核对原文，使用前查对"


def limit_line(limit: Limit) -> str:
    """The label with its amount, unless the label says it already."""
    told = amount(limit.amount, limit.unit)
    line = limit.label if told in limit.label else f"{limit.label}：{told}"
    return line if limit.sure else f"{line}（{UNSURE}）"


def tier_line(tier: Tier) -> str:
    """「延长到24小时（所长批准）：雨没停」."""
    how = "延长到" if tier.mode is Mode.TOTAL else "再加"
    approver = f"（{tier.approver}批准）" if tier.approver else ""
    return f"{how}{amount(tier.amount, tier.unit)}{approver}：{tier.condition}"


def at_end_line(at_end: str) -> str:
    """What must have happened when the time is up; ``at_end`` of a limit."""
    return f"到时必须：{at_end}"
