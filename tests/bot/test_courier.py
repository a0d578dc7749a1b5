"""The steps before anything is shown, on every channel; pages and terminals; internal guides."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from bot.clocks.clock import Clock
from bot.courier import UNSEEN, Teller
from bot.house import House
from bot.message import RELAY
from bot.people.roles import OPERATOR, Role, telegram_chats
from bot.screens.reply import Event, EventKind, Reply, plain
from bot.screens.sentences import ELSEWHERE
from bot.services.dispatcher import Delivery, NotTaken
from bot.store.database import utc
from bot.store.outbox import DUE, SENT, UNDELIVERED
from bot.store.schema import clocks, metadata
from bot.topics.clocks.warnings import REPEATED
from guides.parts import Circulation
from index.serving import Serving
from tests.bot.members import let_in
from tests.bot.tellers import (
    HOUR,
    MINUTE,
    NOW,
    Time,
    claimed,
    dispatch,
    house,
    published,
    rows,
    settle,
    started,
    states,
    time,
)
from tests.small_clocks import BEIJING

__all__ = ["house", "published", "time"]  # the fixtures


def test_the_light_is_the_clocks_own(house: House, time: Time) -> None:
    """Two hours before is the guide's last warning of this limit: red, though not over."""
    person = let_in(house, "telegram:1", Role.OFFICER).person
    started(house, person)
    time.now = NOW + 6 * HOUR
    told = Teller(house).prepare(claimed(house), "telegram")
    assert isinstance(told, Reply)
    assert plain(told).startswith("🔴 〔警情A〕看伞8小时还有 2 小时")


def _stop(house: House, clock: Clock) -> None:
    assert house.incidents.clocks.stop(clock, house.clock())


def _confirm(house: House, clock: Clock) -> None:
    calendar = house.serving.release.library.calendar
    assert house.incidents.clocks.acknowledge(clock, calendar, house.clock())


def _extend(house: House, clock: Clock) -> None:
    changed = replace(clock, tiers=1, version=2)
    assert house.incidents.change(changed, house.serving.release.library.calendar, house.clock())


def _delete(house: House, clock: Clock) -> None:
    with house.database.begin() as connection:
        connection.execute(delete(clocks).where(clocks.c.id == clock.id))


@pytest.mark.parametrize("change", [_stop, _confirm, _extend, _delete])
@pytest.mark.parametrize("kind", ["clock", RELAY])
def test_what_says_nothing_any_more_is_dropped(
    house: House, time: Time, change: Callable[[House, Clock], None], kind: str
) -> None:
    person = let_in(house, "telegram:1", Role.OFFICER).person
    clock = started(house, person)
    time.now = NOW + 8 * HOUR + 30 * MINUTE
    taken = house.incidents.outbox.claim(time.now, 5)[-1]
    assert taken.message.body["stage"] == "after-1"
    if kind == RELAY:
        message = replace(taken.message, kind=RELAY)
        taken = replace(taken, message=replace(message, body={**message.body, "for": {}}))
    change(house, clock)
    before = rows(house)
    assert Teller(house).prepare(taken, "telegram") is Delivery.DELIVERED
    assert rows(house) == before, "nothing follows it"


def test_reminders_follow_each_other_whatever_happens(house: House, time: Time) -> None:
    """The next is written before the last one is shown: dying in between loses nothing."""
    person = let_in(house, "telegram:1", Role.OFFICER).person
    started(house, person)
    outbox, teller = house.incidents.outbox, Teller(house)
    for number in range(1, 20):
        time.now = utc(rows(house)[-1].due).astimezone(BEIJING)
        taken = outbox.claim(time.now, 9)
        assert taken[-1].message.body["stage"] == f"after-{number}"
        for one in taken[:-1]:
            assert teller.prepare(one, "telegram") is Delivery.DELIVERED, "the last says it all"
        assert isinstance(teller.prepare(taken[-1], "telegram"), Reply)
        waiting = [row for row in rows(house) if row.state == DUE]
        assert [row.body["stage"] for row in waiting] == [f"after-{number + 1}"]
        if number % 2:  # else it died here
            outbox.sent([one.id for one in taken], time.now)
        else:
            time.now += 61 * timedelta(seconds=1)
            again = outbox.claim(time.now, 9)
            assert all(one.repeated for one in again)
            assert isinstance(teller.prepare(again[-1], "telegram"), Reply)
            assert len([row for row in rows(house) if row.state == DUE]) == 1
            outbox.sent([one.id for one in again], time.now)


# -- pages and terminals ------------------------------------------------------------------------


def test_a_page_has_five_minutes(house: House, time: Time) -> None:
    person = let_in(house, None, Role.OFFICER).person
    started(house, person)
    time.now = NOW + 6 * HOUR
    assert dispatch(house) == 1
    assert states(house)["before-2h"] == DUE
    time.now += UNSEEN - timedelta(seconds=1)
    assert dispatch(house) == 0, "not looked at in between"
    time.now += timedelta(seconds=1)
    assert dispatch(house) == 1
    assert states(house)["before-2h"] == UNDELIVERED


def test_what_a_page_showed_in_time_goes_to_nobody_else(house: House, time: Time) -> None:
    let_in(house, "telegram:2", Role.LEGAL)
    person = let_in(house, None, Role.OFFICER).person
    started(house, person)
    time.now = NOW + 6 * HOUR
    dispatch(house)
    teller = Teller(house)
    (waiting,) = teller.pull(person, "page")
    assert waiting.address == "clock/clock123"
    teller.seen(person, [waiting.id])
    time.now += UNSEEN
    assert dispatch(house) == 0
    assert states(house)["before-2h"] == SENT
    assert not [row for row in rows(house) if row.kind == RELAY]


@pytest.mark.parametrize("until", ["due", "waiting", "sending", "undelivered"])
def test_what_a_page_marks_seen_still_has_a_reminder_after_it(
    house: House, time: Time, until: str
) -> None:
    """However far the dispatcher had come with it: not at all, given back, at it, given up."""
    person = let_in(house, None, Role.OFFICER).person
    started(house, person)
    time.now = NOW + 8 * HOUR + 30 * MINUTE
    teller, outbox = Teller(house), house.incidents.outbox
    if until == "sending":
        outbox.claim(time.now, 9)
    elif until != "due":
        dispatch(house)
    if until == "undelivered":
        time.now += UNSEEN
        dispatch(house)
    assert states(house)["after-1"] == {"waiting": DUE}.get(until, until)
    (waiting,) = teller.pull(person, "page")
    assert waiting.stage == "after-1", "of one clock the newest only"
    teller.seen(person, [waiting.id])
    told = states(house)
    assert told.pop("after-2") == DUE
    assert set(told.values()) == {SENT}, "what came before it is seen as well"
    if until == "sending":  # the dispatcher's own mark comes too late, and changes nothing
        held = outbox.claim(time.now + HOUR, 9)
        assert [one.message.body["stage"] for one in held] == ["after-2"]


def test_dying_between_the_reminder_and_the_mark(
    house: House, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = let_in(house, None, Role.OFFICER).person
    started(house, person)
    time.now = NOW + 8 * HOUR + 30 * MINUTE
    teller = Teller(house)
    (waiting,) = teller.pull(person, "page")

    class Died(BaseException):
        pass

    def dies(*_: object) -> int:
        raise Died

    monkeypatch.setattr(house.incidents.outbox, "seen", dies, raising=False)
    with pytest.raises(Died):
        teller.seen(person, [waiting.id])
    assert states(house)["after-2"] == DUE
    time.now += 61 * timedelta(seconds=1)
    again = house.incidents.outbox.claim(time.now, 9)
    assert {one.message.body["stage"] for one in again} == {"before-2h", "due", "after-1"}


def test_what_is_obsolete_is_not_shown(house: House, time: Time) -> None:
    person = let_in(house, None, Role.OFFICER).person
    clock = started(house, person)
    time.now = NOW + 6 * HOUR
    teller = Teller(house)
    assert teller.pull(person, "page")
    house.incidents.outbox.claim(time.now, 9)  # on its way: a change does not take it back
    _extend(house, clock)
    assert teller.pull(person, "page") == []


def test_looking_changes_nothing(house: House, time: Time) -> None:
    person = let_in(house, None, Role.OFFICER).person
    started(house, person)
    time.now = NOW + 8 * HOUR + 30 * MINUTE

    def everything() -> list[Any]:
        with house.database.read() as connection:
            return [connection.execute(select(t)).all() for t in metadata.tables.values()]

    before = everything()
    assert Teller(house).pull(person, "page")
    assert everything() == before


def test_a_reminder_may_be_marked_as_repeated(house: House, time: Time) -> None:
    person = let_in(house, None, Role.OFFICER).person
    started(house, person)
    time.now = NOW + 6 * HOUR
    house.incidents.outbox.later(claimed(house), time.now, repeated=True)
    (waiting,) = Teller(house).pull(person, "page")
    assert REPEATED in plain(waiting.reply)


@pytest.mark.parametrize("person", [OPERATOR, "page:abc"])
def test_whoever_has_no_telegram_is_left_to_the_page(
    tmp_path: Path, published: Serving, time: Time, person: str
) -> None:
    house = settle(published, time, data=tmp_path / "var", open_to_all=True, telegram_token="1:x")
    started(house, person)
    time.now = NOW + 6 * HOUR
    teller = Teller(house)
    assert teller.chats(person) == ()
    with pytest.raises(NotTaken):
        asyncio.run(teller.deliver(claimed(house)))
    assert len(teller.pull(person, "terminal")) == 1
    house.database.close()


def test_where_telegram_reaches_whom(house: House) -> None:
    teller = Teller(house)
    member = let_in(house, "telegram:42", Role.OFFICER)
    assert teller.chats(member.person) == (42,)
    assert teller.chats("telegram:7") == (7,)
    assert teller.chats(let_in(house, None, Role.OFFICER).person) == ()
    assert telegram_chats("a", ["telegram:1", "page:2", "telegram:3", "telegram:1"]) == (1, 3)


OPEN, INTERNAL = Circulation.OPEN, Circulation.INTERNAL
EVERYWHERE, PAGE = {"page", "telegram"}, {"page"}


@pytest.mark.parametrize(
    ("begun", "versions", "retired", "shown_on"),
    [
        (OPEN, [OPEN], False, EVERYWHERE),
        (OPEN, [OPEN, INTERNAL], False, PAGE),
        (OPEN, [OPEN, INTERNAL], True, PAGE),
        (OPEN, [INTERNAL, OPEN], False, EVERYWHERE),
        (OPEN, [], False, EVERYWHERE),
        (INTERNAL, [INTERNAL], False, PAGE),
        (INTERNAL, [INTERNAL], True, PAGE),
        (INTERNAL, [OPEN], False, PAGE),
        (INTERNAL, [], False, PAGE),
        (None, [OPEN], True, EVERYWHERE),
        (None, [INTERNAL], True, PAGE),
        (None, [], False, PAGE),
    ],
)
def test_where_the_words_of_a_guide_may_be_shown(
    house: House,
    time: Time,
    begun: Circulation | None,
    versions: list[Circulation],
    retired: bool,
    shown_on: set[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    person = let_in(house, "telegram:1", Role.OFFICER).person
    own = started(house, person)
    with house.database.begin() as connection:
        connection.execute(update(clocks).values(circulation=begun and begun.value))
    time.now = NOW + 6 * HOUR
    one = claimed(house)
    library = house.serving.release.library
    guide = library.guide("umbrella")
    assert guide is not None
    guides = [
        guide.model_copy(update={"circulation": each, "revision": number})
        for number, each in enumerate(versions, start=1)
    ]
    changed = replace(library, guides=tuple(guides))
    monkeypatch.setattr(house.serving.release, "library", changed)
    served = replace(library, guides=()) if retired else changed.on(NOW.date())
    monkeypatch.setattr(house.serving.release, "on", lambda _: served)
    for channel in ("page", "telegram"):
        told = Teller(house).prepare(one, channel)
        assert isinstance(told, Reply)
        assert ("看伞" in plain(told)) == ("放人" in plain(told)) == (channel in shown_on)
        assert (ELSEWHERE in plain(told)) == (channel not in shown_on)
        press = Event(person, EventKind.PRESS, f"clock/{own.id}", channel=channel)
        assert ("看伞" in plain(house.assistant.handle(press))) == (channel in shown_on)
        assert "〔警情A〕" in plain(told)
        assert "18:00 到期" in plain(told)
