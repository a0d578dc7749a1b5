"""Who may do what: each row of the table holds and fails, and the page about it is true."""

from __future__ import annotations

from pathlib import Path

import pytest

import bot.topics  # noqa: F401 - registers the screens
from bot.people.duties import DUTIES, Action, Thing, may, reason
from bot.people.roles import NOBODY, ROLE_NAMES, Member, Role, grants
from bot.topics.topic import ROLES

PAGE = Path(__file__).parents[3] / "docs" / "权限.md"
OFFICER = Member("o", Role.OFFICER, "分局/所")
DUTY = Member("d", Role.DUTY, "分局")
LEGAL = Member("l", Role.LEGAL, "分局")
ADMIN = Member("a", Role.ADMIN)


@pytest.mark.parametrize(
    ("action", "by", "thing", "allowed"),
    [
        (Action.WALK, OFFICER, Thing("o"), True),
        (Action.WALK, ADMIN, Thing("o"), False),
        (Action.WALK, NOBODY, Thing(""), False),  # what belongs to nobody is not everybody's
        (Action.CLOCK, OFFICER, Thing("o"), True),
        (Action.CLOCK, OFFICER, Thing("x", told=lambda: True), False),
        (Action.CLOCK, DUTY, Thing("o", told=lambda: True), True),
        (Action.CLOCK, ADMIN, Thing("o"), False),
        (Action.LOOK_AT_MEMBER, LEGAL, Thing("o", unit="分局/所"), True),
        (Action.LOOK_AT_MEMBER, LEGAL, Thing("l", Role.LEGAL, "分局"), True),
        (Action.LOOK_AT_MEMBER, LEGAL, Thing("x", unit="分局二处"), False),
        (Action.LOOK_AT_MEMBER, DUTY, Thing("o", unit="分局/所"), False),
        (Action.INVITE, LEGAL, Thing(role=Role.DUTY, unit="分局/所"), True),
        (Action.INVITE, LEGAL, Thing(role=Role.LEGAL, unit="分局"), False),
        (Action.INVITE, LEGAL, Thing(role=Role.OFFICER, unit=""), False),
        (Action.INVITE, OFFICER, Thing(role=Role.OFFICER, unit="分局/所"), False),
        (Action.CHANGE_MEMBER, LEGAL, Thing("o", unit="分局/所"), True),
        (Action.CHANGE_MEMBER, ADMIN, Thing("a", Role.ADMIN), False),  # not oneself
        (Action.CHANGE_MEMBER, LEGAL, Thing("x", Role.LEGAL, "分局"), False),
        (Action.GRANT, LEGAL, Thing("o", Role.DUTY, "分局/所"), True),
        (Action.GRANT, LEGAL, Thing("o", Role.LEGAL, "分局/所"), False),
        (Action.GRANT, ADMIN, Thing("o", Role.ADMIN, "分局/所"), True),
    ],
)
def test_an_action_on_a_thing(action: Action, by: Member, thing: Thing, allowed: bool) -> None:
    assert may(by, action, thing) is allowed
    assert bool(reason(by, action, thing)) is allowed


def test_the_reason_says_which_of_them_holds() -> None:
    assert reason(DUTY, Action.CLOCK, Thing("d")) == "本人的"
    assert "改发给了他" in reason(DUTY, Action.CLOCK, Thing("o", told=lambda: True))


def test_the_page_says_what_the_table_says() -> None:
    page = PAGE.read_text(encoding="utf-8").splitlines()
    rows = [f"| {action} | {'；'.join(d.reason for d in DUTIES[action])} |" for action in Action]
    for role in Role:
        given = "、".join(ROLE_NAMES[one] for one in Role if one in grants(role)) or "不能授予"
        rows.append(f"| {ROLE_NAMES[role]} | {given} |")
    rows += [
        f"| {prefix} | {ROLE_NAMES[role]} |"
        for prefix, role in ROLES.items()
        if role is not Role.OFFICER
    ]
    rows += ["| 角色 | 能授予的角色 |", "| 做什么 | 谁可以 |", "| 屏 | 最低角色 |"]
    told = [line for line in page if line.startswith("|") and not line.startswith("|-")]
    assert sorted(told) == sorted(rows)
