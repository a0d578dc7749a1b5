"""Roles in order, units as paths."""

from __future__ import annotations

import pytest

from bot.people.roles import Member, Role, allows, grants, read_unit, standing_in, within


def test_each_role_may_what_those_before_it_may() -> None:
    order = list(Role)
    for rank, role in enumerate(order):
        assert [allows(role, other) for other in order] == [n <= rank for n in range(len(order))]


def test_only_legal_staff_and_administrators_hand_out_roles() -> None:
    assert grants(Role.OFFICER) == grants(Role.DUTY) == ()
    assert set(grants(Role.LEGAL)) == {Role.OFFICER, Role.DUTY}
    assert set(grants(Role.ADMIN)) == set(Role)


@pytest.mark.parametrize(
    ("unit", "top", "inside"),
    [
        ("江城分局/城东所", "", True),
        ("江城分局/城东所", "江城分局", True),
        ("江城分局", "江城分局", True),
        ("江城分局二处", "江城分局", False),
        ("江城分局", "江城分局/城东所", False),
        ("", "江城分局", False),
    ],
)
def test_units_are_a_tree(unit: str, top: str, inside: bool) -> None:
    assert within(unit, top) is inside


def test_the_nearest_legal_staff_stand_in() -> None:
    staff = [
        Member("top", Role.LEGAL),
        Member("duty", Role.DUTY, "分局"),
        Member("legal", Role.LEGAL, "分局"),
        Member("admin", Role.ADMIN, "分局/所"),
        Member("officer", Role.OFFICER, "分局/所"),
        Member("other", Role.LEGAL, "分局/别的所"),
    ]

    def told(unit: str, *away: str) -> list[str]:
        return [one.person for one in standing_in(staff, unit, lambda one: one.person not in away)]

    assert told("分局/所") == ["duty", "legal"]
    assert told("分局/所", "legal") == ["duty"]
    assert told("分局/所", "duty", "legal") == ["top"]
    assert told("分局/别的所") == ["other"]
    assert told("") == ["top"]
    assert told("", "top") == []


def test_units_as_they_are_typed() -> None:
    assert read_unit(" 江城分局 ／ 城东派出所/ ") == "江城分局/城东派出所"
    assert read_unit("") == ""
    for named_after_a_place in ("江城市江东区分局/白云", "龙岗/布吉所", "青山县大河镇派出所"):
        assert read_unit(named_after_a_place) == named_after_a_place
    personal = ("叫张三的所", "分局/张建军", "所1391234", "身份证11010119900307123X")
    for wrong in (*personal, "字" * 31, "/".join(["单位"] * 80), "分局\n派出所", "分局;drop"):
        with pytest.raises(ValueError, match="单位"):
            read_unit(wrong)
