"""What a label states, and that no custody limit of the library survives a slip of a finger."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from guides.checks.amounts import contradiction, stated
from guides.folder import read_folder
from guides.parts import Limit, Unit

ROOT = Path(__file__).parents[2]
H, D, W, M = Unit.HOUR, Unit.DAY, Unit.WORKDAY, Unit.MONTH


@pytest.mark.parametrize(
    ("label", "amounts"),
    [
        ("治安传唤询问查证8小时（一般）", {(8, H)}),
        ("询问查证（八个小时）", {(8, H)}),
        ("血样送检最迟5个工作日", {(5, W)}),
        ("缴纳罚款十五日", {(15, D), (15, W)}),
        ("冻结证券（二年）", {(24, M)}),
        ("退回补充侦查（一个月）", {(1, M)}),
        ("拘留审查（30日，最长60日）", {(30, D), (30, W), (60, D), (60, W)}),
        ("送看守所（拘留24小时；逮捕立即）", {(24, H)}),
        ("通知家属（立即）", {(0, H), (0, D), (0, W), (0, M)}),
        ("通知家属（到案即办）", {(0, H), (0, D), (0, W), (0, M)}),
        ("封存记录（判5年有期徒刑以下）", set()),
        ("满16周岁的罚款2000元，第3次，3%", set()),
    ],
)
def test_what_a_label_states(label: str, amounts: set[tuple[int, Unit]]) -> None:
    assert stated(label) == amounts


def _limits() -> Iterator[Limit]:
    for guide in read_folder(ROOT / "guides" / "library").library().newest().guides:
        yield from guide.limits


def test_a_slip_of_a_finger_is_an_error() -> None:
    """A digit more, a digit less, the neighbour's: in no label that states its amount."""
    tried = 0
    for limit in _limits():
        assert contradiction(limit) is None
        if limit.custody or stated(limit.label):
            for amount in {limit.amount * 10, limit.amount // 10, limit.amount + 1} - {
                limit.amount
            }:
                slipped = limit.model_copy(update={"amount": amount})
                assert contradiction(slipped), f"{limit.id}: {amount} in {limit.label}"
                tried += 1
    assert tried > 300
