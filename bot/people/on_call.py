"""Who is on call: a legal officer of each unit, or of one above it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.people.roles import read_unit

_ENTRY = re.compile(r"(?:(?P<unit>[^=＝]*)[=＝])?(?P<name>[^:：=＝]+)[:：](?P<number>[^:：]+)")
_NUMBER = re.compile(r"\+?[\d\- ()（）]{3,24}")
_LEAST_DIGITS = 3


@dataclass(frozen=True, slots=True)
class OnCall:
    name: str
    number: str


def read_on_call(text: str) -> dict[str, OnCall]:
    """「城东分局=张警官:027-1234567;李警官:027-7654321」 by unit; "" for everybody else.

    ValueError, in Chinese, names the entry that cannot be read.
    """
    known: dict[str, OnCall] = {}
    for entry in (part.strip() for part in re.split(r"[;；\n]", text)):
        if not entry:
            continue
        found = _ENTRY.fullmatch(entry)
        name, number = (found["name"].strip(), found["number"].strip()) if found else ("", "")
        digits = sum(letter.isdigit() for letter in number)
        if not found or not name or not _NUMBER.fullmatch(number) or digits < _LEAST_DIGITS:
            raise ValueError(
                f"里的“{entry}”看不懂；写成 单位=姓名:号码，几个之间用分号，"
                "不写单位的给其他所有人，例如 城东分局=张警官:027-1234567;李警官:027-7654321"
            )
        unit = read_unit(found["unit"] or "")
        if unit in known:
            raise ValueError(f"里“{unit or '不写单位的'}”有两个；每个单位只写一个")
        known[unit] = OnCall(name, number)
    return known


def nearest(known: Mapping[str, OnCall], unit: str) -> OnCall | None:
    """Of ``unit``, or of the nearest one above it that has somebody."""
    while unit not in known and unit:
        unit = unit.rpartition("/")[0]
    return known.get(unit)
