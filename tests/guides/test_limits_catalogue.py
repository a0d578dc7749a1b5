"""Every limit of the catalogue legal staff work from can be built and computed.

The catalogue (``shared/questions/limits.yaml``) lies beside the checkout and is no part
of it; without it these tests are skipped.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from guides.holidays import Calendar
from guides.limits import compute, explain
from guides.parts import Direction, Limit, Mode, Roll, Unit

CATALOGUE = Path(__file__).parents[3] / "shared/questions/limits.yaml"
# Not of the guide file's format; its citations are written there, the other way.
NOT_OURS = {"topic", "note", "core", "basis_status", "cite"}
# A Thursday in January: three days on begin a weekend, and Spring Festival is ahead.
START = datetime(2026, 1, 29, 10, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


def read(entry: dict[str, Any]) -> Limit:
    fields = {key: value for key, value in entry.items() if key not in NOT_OURS}
    fields["from"] = fields.pop("starts")
    return Limit.model_validate_json(json.dumps(fields, default=str))


@pytest.fixture(scope="module")
def entries() -> list[dict[str, Any]]:
    if not CATALOGUE.is_file():
        pytest.skip(f"no catalogue of limits at {CATALOGUE}")
    parsed = yaml.safe_load(CATALOGUE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = parsed["limits"]
    return found


@pytest.fixture(scope="module")
def limits(entries: list[dict[str, Any]]) -> list[Limit]:
    return [read(entry) for entry in entries]


def test_all_entries_are_read_and_differ_in_id(limits: list[Limit]) -> None:
    assert len(limits) == 142
    assert len({limit.id for limit in limits}) == 142


def test_each_is_computed_with_each_number_of_tiers(limits: list[Limit]) -> None:
    for limit in limits:
        for extend in range(len(limit.extend) + 1):
            result = compute(limit, START, Calendar(), extend=extend)
            assert result.applied == limit.extend[:extend], limit.id
            assert bool(result.caution) >= (not limit.sure), limit.id
            if limit.direction is Direction.BEFORE:
                assert result.due < START, limit.id
            else:
                assert (result.due > START) == bool(limit.amount), limit.id
            assert explain(result), limit.id


def test_one_tier_too_many_is_refused_for_each(limits: list[Limit]) -> None:
    for limit in limits:
        with pytest.raises(ValueError, match=f"{len(limit.extend)} 次"):
            compute(limit, START, Calendar(), extend=len(limit.extend) + 1)


def test_custody_and_unrolled_limits_end_on_the_plain_last_day(
    entries: list[dict[str, Any]], limits: list[Limit]
) -> None:
    """Hours and days worked out anew from the raw entry, by plain addition."""
    seen = 0
    for entry, limit in zip(entries, limits, strict=True):
        if not limit.amount or limit.direction is Direction.BEFORE:
            continue
        if limit.roll is not Roll.NONE and not limit.custody:
            continue
        amount = entry["amount"]
        for tier in limit.extend:
            amount = tier.amount if tier.mode is Mode.TOTAL else amount + tier.amount
        due = compute(limit, START, Calendar(), extend=len(limit.extend)).due
        if limit.unit is Unit.HOUR:
            assert due == START + timedelta(hours=amount), limit.id
            seen += 1
        elif limit.unit is Unit.DAY:
            assert due.date() == START.date() + timedelta(days=amount), limit.id
            seen += 1
    assert seen > 40
