"""Invites, members, the audit trail and personal data; in both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from bot.people.codes import Invite, is_code
from bot.people.roles import Role
from bot.store.audit import Audit
from bot.store.database import Database, StoreError
from bot.store.favourites import Favourites
from bot.store.feedback import Feedback
from bot.store.invites import Invites
from bot.store.keys import CODE, SESSION, Keys, SignedIn
from bot.store.ledger import Ledger
from bot.store.people import People
from bot.store.personal import KEPT, MISSES_DAYS, REMOVED_DAYS, PersonalData
from bot.store.recents import Recents
from bot.store.schema import metadata

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
WEEK = timedelta(days=7)


@pytest.fixture
def audit(database: Database) -> Audit:
    return Audit(database, b"key")


@pytest.fixture
def people(database: Database, audit: Audit) -> People:
    return People(database, audit)


@pytest.fixture
def invites(database: Database, audit: Audit) -> Invites:
    return Invites(database, audit)


def _unguarded(connection: object, statement: str) -> None:
    """Past the triggers, as somebody with the database in their hands would."""
    execute = connection.execute  # type: ignore[attr-defined]
    if connection.dialect.name == "sqlite":  # type: ignore[attr-defined]
        found = execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
        for name, _ in found:
            execute(text(f"DROP TRIGGER {name}"))
        execute(text(statement))
        for _, sql in found:
            execute(text(sql))
        return
    execute(text("ALTER TABLE audit DISABLE TRIGGER audit_no_change"))
    execute(text(statement))
    execute(text("ALTER TABLE audit ENABLE TRIGGER audit_no_change"))


def given(role: Role = Role.OFFICER, uses: int = 1, **more: object) -> Invite:
    return Invite(role, "分局/所", uses, NOW + WEEK, **more)  # type: ignore[arg-type]


def test_an_invite_lets_in_as_many_as_it_says(people: People, invites: Invites) -> None:
    code = invites.make(given(uses=2, label="夜班"), "operator", NOW)
    assert is_code(code)
    first = invites.accept(code, "telegram:1", NOW)
    assert first
    assert invites.accept(code, "telegram:1", NOW) == first, "pressed twice, used once"
    assert invites.accept(code, None, NOW)
    assert invites.accept(code, "telegram:3", NOW) is None
    known = people.of_account("telegram:1")
    assert known is not None
    assert (known.role, known.unit, known.label) == (Role.OFFICER, "分局/所", "夜班")
    assert people.accounts_of(first) == ("telegram:1",)
    assert invites.open(NOW) == []


def test_the_last_use_is_used_once(invites: Invites) -> None:
    code = invites.make(given(), "operator", NOW)
    with ThreadPoolExecutor(8) as pool:
        entered = list(pool.map(lambda n: invites.accept(code, f"telegram:{n}", NOW), range(8)))
    assert sum(person is not None for person in entered) == 1


def test_what_does_not_let_in(invites: Invites) -> None:
    code = invites.make(given(), "operator", NOW)
    assert invites.accept("A" * 16, "telegram:1", NOW) is None
    assert invites.accept(code.lower(), "telegram:1", NOW) is None
    assert invites.accept(code, "telegram:1", NOW + WEEK) is None
    assert invites.close(invites.open(NOW)[0].id, "operator", NOW)
    assert invites.accept(code, "telegram:1", NOW) is None
    ended = invites.make(given(ends=NOW + timedelta(days=1)), "operator", NOW)
    assert invites.accept(ended, "telegram:1", NOW + timedelta(days=2)) is None


def test_a_second_invite_never_lowers_a_role(people: People, invites: Invites) -> None:
    member = invites.accept(invites.make(given(Role.LEGAL), "operator", NOW), "telegram:1", NOW)
    again = invites.accept(invites.make(given(), "operator", NOW), "telegram:1", NOW)
    assert member == again
    known = people.get(member or "")
    assert known is not None
    assert known.role is Role.LEGAL
    invites.accept(invites.make(given(Role.ADMIN), "operator", NOW), "telegram:1", NOW)
    promoted = people.get(member or "")
    assert promoted is not None
    assert promoted.role is Role.ADMIN


def test_an_invite_from_below_moves_nobody_from_where_they_are(
    people: People, invites: Invites
) -> None:
    """A legal officer who presses an officers' invite of another branch, or of none."""
    code = invites.make(given(Role.LEGAL), "operator", NOW)
    member = invites.accept(code, "telegram:1", NOW) or ""
    for unit in ("别的分局", ""):
        wanted = Invite(Role.OFFICER, unit, 1, NOW + WEEK)
        below = invites.make(wanted, "operator", NOW)
        assert invites.accept(below, "telegram:1", NOW) == member
        assert invites.find(below, NOW), "not used up either"
        known = people.get(member)
        assert known is not None
        assert (known.role, known.unit) == (Role.LEGAL, "分局/所")
    moved = invites.make(Invite(Role.LEGAL, "别的分局", 1, NOW + WEEK), "operator", NOW)
    invites.accept(moved, "telegram:1", NOW)
    known = people.get(member)
    assert known is not None
    assert known.unit == "别的分局", "the same role elsewhere is meant so"


def test_the_revoked_stay_out_of_old_invites(people: People, invites: Invites) -> None:
    old = invites.make(given(uses=5), "operator", NOW)
    others = [
        invites.make(Invite(Role.OFFICER, unit, 5, NOW + WEEK), "operator", NOW)
        for unit in ("分局/所", "分局", "", "分局/所/组")
    ]
    elsewhere = invites.make(Invite(Role.OFFICER, "别的分局", 5, NOW + WEEK), "operator", NOW)
    single = invites.make(given(), "operator", NOW)
    member = invites.accept(old, "telegram:1", NOW) or ""
    theirs = invites.make(given(), member, NOW)
    again = invites.make(given(again=member), "operator", NOW)
    told = people.remove(member, "operator", NOW)
    assert told == 7, "what was used, made or meant for them, and what goes round in their unit"
    for code in (old, *others, theirs, again):
        assert invites.accept(code, "telegram:1", NOW) is None
        assert invites.accept(code, None, NOW) is None, "nor in a browser, where nobody knows them"
        assert invites.accept(code, "telegram:2", NOW) is None, "it may be in wrong hands"
    assert invites.accept(elsewhere, "telegram:2", NOW)
    assert invites.accept(single, "telegram:3", NOW), "sent to somebody else"
    later = NOW + timedelta(minutes=1)
    fresh = invites.make(given(), "operator", later)
    assert invites.accept(fresh, "telegram:1", later) == member
    known = people.get(member)
    assert known is not None
    assert known.active(later)


def test_the_same_person_comes_back(people: People, invites: Invites, database: Database) -> None:
    """By a browser or another account; whatever was signed in before is signed out."""
    member = invites.accept(invites.make(given(), "operator", NOW), None, NOW) or ""
    keys = Keys(database)
    keys.add(SESSION, "lost phone", member, NOW, WEEK)
    code = invites.make(given(again=member), "operator", NOW)
    assert invites.accept(code, None, NOW) == member
    assert keys.session("lost phone", NOW) is None
    assert invites.accept(code, None, NOW) is None, "once"
    code = invites.make(given(again=member), "operator", NOW)
    assert invites.accept(code, "telegram:8", NOW) == member
    assert people.accounts_of(member) == ("telegram:8",)
    code = invites.make(given(again=member), "operator", NOW)
    other = invites.accept(invites.make(given(), "operator", NOW), "telegram:9", NOW)
    assert invites.accept(code, "telegram:9", NOW) is None, "an account is one person's"
    assert people.of_account("telegram:9") == people.get(other or "")
    assert invites.accept(code, "telegram:8", NOW) == member, "the account they have"


def test_the_revoked_and_the_expired_come_back_by_a_new_invite(
    people: People, invites: Invites
) -> None:
    member = invites.accept(invites.make(given(), "operator", NOW), None, NOW) or ""
    people.remove(member, "operator", NOW)
    later = NOW + timedelta(minutes=1)
    code = invites.make(given(again=member), "operator", later)
    assert invites.accept(code, None, later) == member
    known = people.get(member)
    assert known is not None
    assert known.active(later)
    ended = invites.make(given(again=member, ends=later + timedelta(days=1)), "operator", later)
    assert invites.accept(ended, None, later) == member
    after = later + timedelta(days=2)
    assert invites.accept(invites.make(given(again=member), "operator", after), None, after) is None
    until = after + timedelta(days=1)
    code = invites.make(given(again=member, ends=until), "operator", after)
    assert invites.accept(code, None, after) == member


def test_access_ends_by_itself(people: People, invites: Invites) -> None:
    ends = NOW + timedelta(days=2)
    member = invites.accept(invites.make(given(ends=ends), "operator", NOW), None, NOW)
    known = people.get(member or "")
    assert known is not None
    assert known.active(NOW)
    assert not known.active(ends)


def test_every_change_stands_in_the_trail(people: People, invites: Invites, audit: Audit) -> None:
    member = invites.accept(invites.make(given(), "operator", NOW), "telegram:77", NOW) or ""
    people.change_role(member, Role.DUTY, "operator", NOW)
    people.remove(member, "operator", NOW)
    entries = audit.entries()
    assert [entry.action for entry in entries] == ["invite", "join", "role", "remove"]
    assert audit.problems() == []
    assert not any("77" in entry.subject + entry.detail + entry.actor for entry in entries)


TAMPERED = {
    "edited": ("UPDATE audit SET detail = 'x' WHERE id = 3", "第 3 条"),
    "another actor": ("UPDATE audit SET actor = 'someone' WHERE id = 1", "第 1 条"),
    "deleted": ("DELETE FROM audit WHERE id = 2", "第 2 条"),
    "cut": ("DELETE FROM audit WHERE id >= 5", "末尾"),
    "all gone": ("DELETE FROM audit", "末尾"),
}


@pytest.mark.parametrize("how", TAMPERED)
def test_tampering_is_found(how: str, audit: Audit, database: Database) -> None:
    for number in range(6):
        audit.add("operator", "invite", f"invite-{number}", NOW, "officer")
    assert audit.problems() == []
    statement, told = TAMPERED[how]
    with pytest.raises(StoreError, match="append-only"), database.begin() as connection:
        connection.execute(text(statement))
    assert audit.problems() == [], "the trigger refuses"
    with database.begin() as connection:
        _unguarded(connection, statement)
    assert told in audit.problems()[0]


def test_reordering_and_forging_are_found(audit: Audit, database: Database) -> None:
    for number in range(4):
        audit.add("operator", "invite", f"invite-{number}", NOW)
    last = audit.entries()[-1]
    with database.begin() as connection:
        for change in ("id = 9 WHERE id = 2", "id = 2 WHERE id = 3", "id = 3 WHERE id = 9"):
            _unguarded(connection, f"UPDATE audit SET {change}")
    assert audit.problems()
    with database.begin() as connection:
        _unguarded(connection, "DELETE FROM audit")
        connection.execute(text("DELETE FROM audit_head"))
    forger = Audit(database, b"another key")
    forger.add("operator", "invite", "invite-0", NOW)
    assert forger.problems() == []
    assert audit.problems()
    assert forger.problems(seen=(last.number, last.mac)), "a chain put in the place of the old"


def test_writers_at_once_make_one_chain(audit: Audit) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: audit.add("operator", "role", str(n), NOW), range(40)))
    assert len(audit.entries()) == 40
    assert audit.problems() == []


def test_everything_about_a_person_is_known_and_deleted(database: Database) -> None:
    tables = {table.name for table in metadata.tables.values() if "person" in table.c}
    assert {kept.table.name for kept in KEPT} == tables, "a new table belongs into KEPT"
    for person in ("a", "b"):
        Recents(database).add(person, "g", NOW)
        recents = Recents(database)
        recents.add(person, "g", NOW)
        recents.flush()
        Favourites(database).add(person, "g", NOW)
        Feedback(database).give(person, "g", 1, "up", NOW)
        Keys(database).add(SESSION, f"s{person}", person, NOW, WEEK)
    data = PersonalData(database)
    before = {kept.table.name: count for kept, count in data.of("a")}
    assert all(before[name] == 1 for name in ("recents", "favourites", "feedback", "keys"))
    data.wipe("a")
    assert [count for _, count in data.of("a")] == [0] * len(KEPT)
    assert sum(count for _, count in data.of("b")) >= 4
    data.wipe("b")


def test_what_is_old_goes(database: Database, people: People, invites: Invites) -> None:
    data = PersonalData(database)
    recents = Recents(database)
    recents.add("old", "g", NOW - timedelta(days=91))
    recents.add("new", "g", NOW - timedelta(days=89))
    recents.flush()
    ledger = Ledger(database)
    ledger.missed("很久以前", "unknown", (), NOW - timedelta(days=MISSES_DAYS + 1))
    ledger.missed("刚才", "unknown", (), NOW)
    gone = invites.accept(invites.make(given(), "operator", NOW), "telegram:5", NOW) or ""
    people.remove(gone, "operator", NOW)
    data.sweep(NOW)
    assert recents.of("old") == ()
    assert recents.of("new") == ("g",)
    assert [miss.question for miss in ledger.misses()][-1] == "刚才"
    assert "很久以前" not in [miss.question for miss in ledger.misses()]
    assert people.get(gone) is not None
    data.sweep(NOW + timedelta(days=REMOVED_DAYS + 1))
    assert people.get(gone) is None
    assert people.of_account("telegram:5") is None
    invites.sweep(NOW + WEEK)
    assert invites.open(NOW) == []


def test_sessions_are_listed_and_ended(database: Database, audit: Audit) -> None:
    keys = Keys(database)
    keys.add(SESSION, "one", "a", NOW, WEEK, "电脑")
    keys.add(SESSION, "two", "a", NOW + timedelta(minutes=1), WEEK, "苹果手机或平板")
    keys.add(SESSION, "three", "b", NOW, WEEK)
    listed = keys.sessions("a", NOW)
    assert [session.device for session in listed] == ["苹果手机或平板", "电脑"]
    assert keys.end("b", listed[0].name) == 0, "nobody ends another's session"
    assert keys.end("a", listed[0].name) == 1
    assert keys.session("two", NOW) is None
    assert _who(keys.session("one", NOW)) == "a"
    keys.add(CODE, "c1", "a", NOW, WEEK)
    keys.add(CODE, "c2", "a", NOW, WEEK)
    assert keys.use(CODE, "c1", NOW) is None, "the newest code counts"
    assert keys.end("a") == 2
    assert _who(keys.session("three", NOW)) == "b"


def _who(signed_in: SignedIn | None) -> str:
    return signed_in.person if signed_in else ""
