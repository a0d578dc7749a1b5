"""Which questions ask about the same."""

from __future__ import annotations

import pytest

from index.likeness import grouped


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("有人要跳楼怎么办", "跳楼怎么处理", True),
        ("跳楼", "跳楼 要跳 在天台", True),
        ("裸聊被敲诈了", "裸聊敲诈怎么处理", True),
        ("有人落水", "河里有人落水了", True),
        ("无人机黑飞", "黑飞无人机怎么罚", True),
        ("煤气泄漏怎么办", "居民家煤气泄漏", True),
        ("有人要跳楼怎么办", "有人打架怎么办", False),
        ("打人", "打电话的人", False),
        ("怎么办", "跳楼怎么办", False),
        ("老人在家猝死", "老人走失", False),
        ("煤气泄漏怎么办", "老人走失怎么办", False),
        ("火", "水", False),
        ("？", "！", False),
    ],
)
def test_pairs(one: str, other: str, together: bool) -> None:
    assert (len(grouped({one: 1, other: 1})) == 1) == together


def test_the_most_asked_comes_first() -> None:
    times = {"老人走失": 1, "跳楼怎么处理": 2, "捡到钱包": 4, "有人要跳楼怎么办": 3}
    assert grouped(times) == [["有人要跳楼怎么办", "跳楼怎么处理"], ["捡到钱包"], ["老人走失"]]
    assert grouped({}) == []
