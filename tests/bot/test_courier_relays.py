"""Who is told what did not reach an officer: legal staff, administrators, nobody twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.courier import UNSEEN, Teller
from bot.house import House
from bot.message import RELAY
from bot.people.roles import OPERATOR, Role
from bot.screens.reply import plain
from bot.services.dispatcher import Delivery
from bot.store.outbox import DUE, UNDELIVERED
from index.serving import Serving
from tests.bot.members import let_in
from tests.bot.tellers import (
    HOUR,
    NOW,
    Time,
    dispatch,
    house,
    published,
    rows,
    settle,
    started,
    states,
    time,
)

__all__ = ["house", "published", "time"]  # the fixtures


def relayed(house: House) -> list[str]:
    return [row.person for row in rows(house) if row.kind == RELAY]


STAFF = [
    ("legal-here", Role.LEGAL, "分局/所", "telegram:11"),
    ("duty-here", Role.DUTY, "分局/所", "telegram:12"),
    ("officer-here", Role.OFFICER, "分局/所", "telegram:13"),
    ("legal-beside", Role.LEGAL, "分局/别的所", "telegram:14"),
    ("legal-above", Role.LEGAL, "分局", "telegram:15"),
    ("legal-on-the-page", Role.LEGAL, "分局/所", None),
    ("legal-on-top", Role.LEGAL, "", "telegram:16"),
    ("admin", Role.ADMIN, "", "telegram:17"),
    ("admin-on-the-page", Role.ADMIN, "别的", None),
]


@pytest.mark.parametrize(
    ("there", "told"),
    [
        ({name for name, *_ in STAFF}, {"legal-here", "duty-here"}),
        ({"legal-above", "legal-on-top", "legal-beside", "admin"}, {"legal-above"}),
        ({"legal-on-the-page", "legal-above", "admin"}, {"legal-above"}),
        ({"legal-on-top", "legal-beside", "officer-here"}, {"legal-on-top"}),
        ({"legal-beside", "admin", "admin-on-the-page"}, {"admin", "admin-on-the-page"}),
        ({"legal-on-the-page", "admin"}, {"admin"}),
        ({"legal-beside", "officer-here"}, set()),
    ],
)
def test_the_nearest_legal_staff_who_can_be_reached(
    tmp_path: Path, published: Serving, time: Time, there: set[str], told: set[str]
) -> None:
    house = settle(published, time, data=tmp_path / "var", telegram_token="1:x")
    people = {
        let_in(house, account, role, unit).person: name
        for name, role, unit, account in STAFF
        if name in there
    }
    person = let_in(house, None, Role.OFFICER, "分局/所", label="小李").person
    started(house, person)
    time.now = NOW + 6 * HOUR + UNSEEN
    dispatch(house)
    assert states(house)["before-2h"] == UNDELIVERED
    assert {people[one] for one in relayed(house)} == told
    assert len(Teller(house).pull(person, "page")) == 1, "still there for the officer"
    for row in rows(house):
        if row.kind == RELAY:
            assert row.name == f"clock/clock123/1/before-2h/relay/{row.person}"
            assert row.subject == "clock123"
            assert row.body["for"] == {"unit": "分局/所", "label": "小李"}
    house.database.close()


def test_without_telegram_legal_staff_have_the_page(house: House, time: Time) -> None:
    legal = let_in(house, None, Role.LEGAL, "分局").person
    admin = let_in(house, None, Role.ADMIN).person
    person = let_in(house, None, Role.OFFICER, "分局/所").person
    started(house, person)
    time.now = NOW + 6 * HOUR + UNSEEN
    dispatch(house)
    assert relayed(house) == [legal]
    (shown,) = Teller(house).pull(legal, "page")
    assert "〔分局/所〕的一个时限提醒送不到本人" in plain(shown.reply)
    assert shown.address == "clock/clock123"
    Teller(house).seen(legal, [shown.id])
    time.now += UNSEEN
    assert dispatch(house) == 0
    assert admin not in relayed(house)


def test_legal_staff_who_do_not_see_it_either(house: House, time: Time) -> None:
    """On to the administrators, each once; then nobody is left."""
    legal = [let_in(house, None, Role.LEGAL).person for _ in range(2)]
    admins = [let_in(house, None, Role.ADMIN).person for _ in range(2)]
    person = let_in(house, None, Role.OFFICER).person
    started(house, person)
    time.now = NOW + 6 * HOUR + UNSEEN
    dispatch(house)
    assert sorted(relayed(house)) == sorted(legal)
    time.now += UNSEEN
    dispatch(house)
    assert sorted(relayed(house)) == sorted(legal + admins)
    names = [row.name for row in rows(house) if row.kind == RELAY]
    assert all(name.count("/relay/") == 1 for name in names)
    time.now += UNSEEN
    dispatch(house)
    assert sorted(relayed(house)) == sorted(legal + admins), "nobody twice"
    time.now += UNSEEN
    assert dispatch(house) == 0
    for one in [person, *legal, *admins]:
        assert len(Teller(house).pull(one, "page")) == 1, "not lost silently"


def test_ones_own_warning_does_not_come_back_as_a_relay(
    tmp_path: Path, published: Serving, time: Time
) -> None:
    """Whatever names a person has: a member's number, or the account behind it."""
    house = settle(published, time, data=tmp_path / "var", admins=frozenset({5, 6}))
    boss = let_in(house, "telegram:5", Role.LEGAL).person
    for number, person in enumerate((boss, "telegram:5"), start=1):
        started(house, person, id=f"clock00{number}")
    time.now = NOW + 6 * HOUR + UNSEEN
    dispatch(house)
    assert relayed(house) == ["telegram:6", "telegram:6"]
    house.database.close()


def test_administrators_of_the_settings(tmp_path: Path, published: Serving, time: Time) -> None:
    """By their member's number where they have one, so that their page shows it."""
    house = settle(published, time, data=tmp_path / "var", admins=frozenset({5, 6}))
    known = let_in(house, "telegram:5", Role.ADMIN).person
    started(house, let_in(house, None, Role.OFFICER).person)
    time.now = NOW + 6 * HOUR + UNSEEN
    dispatch(house)
    assert relayed(house) == [known, "telegram:6"]
    house.database.close()


def test_who_may_not_be_written_to_any_more(house: House, time: Time) -> None:
    legal = let_in(house, "telegram:9", Role.LEGAL).person
    revoked = let_in(house, "telegram:1", Role.OFFICER).person
    ended = let_in(house, "telegram:2", Role.OFFICER, ends=NOW + HOUR).person
    for person in (revoked, ended):
        started(house, person, id=person)
    house.membership.people.remove(revoked, OPERATOR, NOW)
    time.now = NOW + 6 * HOUR
    for one in house.incidents.outbox.claim(time.now, 9):
        assert Teller(house).prepare(one, "telegram") is Delivery.UNDELIVERABLE
        assert [m.person for m in Teller(house).escalate(one)] == [legal]
    after = [row.body["stage"] for row in rows(house) if row.state == DUE]
    assert after.count("after-1") == 2, "what follows is told as well"
