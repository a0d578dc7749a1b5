"""Telegram dead, whatever of: a warning is on the page at its time, over real HTTP, and with legal
staff within five minutes of it; and with the officer when Telegram is back."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from bot.house import House
from bot.message import RELAY
from bot.people.roles import Role
from bot.store.database import utc
from bot.store.outbox import DUE, SENDING
from bot.telegram.sending import MARK
from bot.web.gate import COOKIE
from index.serving import Serving
from tests.bot.houses import signed_in
from tests.bot.members import let_in
from tests.bot.odd_answers import ODD_ANSWERS
from tests.bot.on_telegram import eventually
from tests.bot.pages import served
from tests.bot.tellers import (
    HOUR,
    MINUTE,
    NOW,
    Time,
    connected,
    member,
    published,
    rows,
    started,
    telling,
    time,
)
from tests.fake_telegram import FakeTelegram, Fault, Person

__all__ = ["published", "time"]  # the fixtures

FIVE = timedelta(minutes=5)
ALWAYS = 100_000


@pytest.fixture
def house(tmp_path: Path, published: Serving, time: Time, fake: FakeTelegram) -> Iterator[House]:
    made = connected(published, time, fake, tmp_path)
    yield made
    made.database.close()


@dataclass
class Pages:
    """Open pages of an officer and of legal staff: of the unit, one with Telegram and one
    without, and of another unit."""

    officer: httpx.Client
    legal: list[httpx.Client]
    elsewhere: httpx.Client

    @classmethod
    def of(cls, house: House, officer: str, legal: Person, kept: ExitStack) -> Pages:
        base = kept.enter_context(served(house))

        def page(person: str) -> httpx.Client:
            cookies = {COOKIE: signed_in(house, person)}
            return kept.enter_context(httpx.Client(base_url=base, cookies=cookies))

        unit, other = "分局/城东所", "分局/别的所"
        staff = [
            member(house, legal, Role.LEGAL, unit),
            let_in(house, None, Role.LEGAL, unit).person,
        ]
        elsewhere = let_in(house, None, Role.LEGAL, other).person
        return cls(page(officer), [page(one) for one in staff], page(elsewhere))


def shown(page: httpx.Client) -> list[str]:
    told = page.get("/warnings").raise_for_status().json()
    return [f"{one['title']}\n{one['text']}" for one in told]


# Of the odd answers one of each kind: test_sending tries them all.
ODD = (
    "401",
    "404",
    "404 in HTML",
    "a portal",
    "no result",
    "503 without a word",
)


@pytest.mark.parametrize("dead", ["nobody listens", "drops", "the service has broken", *ODD])
def test_a_custody_clock(house: House, time: Time, fake: FakeTelegram, dead: str) -> None:
    officer, legal = fake.person("张三"), fake.person("李四")
    person = member(house, officer, Role.OFFICER, "分局/城东所", label="小张")
    started(house, person)
    if dead == "nobody listens":
        fake.stop()
    elif dead == "drops":
        fake.faults.next("*", Fault.DROP_BEFORE, ALWAYS)
    elif dead in ODD_ANSWERS:
        fake.faults.answer("*", *ODD_ANSWERS[dead], ALWAYS)

    def tried() -> bool:
        now = [row for row in rows(house) if row.kind != RELAY and utc(row.due) == time.now]
        return [(row.state, row.tries > 0) for row in now] == [(DUE, True)]

    async def work(pages: Pages) -> None:
        async with telling(house, serve=dead != "the service has broken"):
            for due, says, says_then in (
                (NOW + 6 * HOUR, "还有 2 小时", "还有 1 小时 55 分"),
                (NOW + 8 * HOUR, "刚刚到期", "已超 5 分钟"),
            ):
                time.now = due
                (told,) = await asyncio.to_thread(shown, pages.officer)
                assert says in told, "on the page at its time"
                await eventually(tried, lambda: rows(house))
                time.now = due + FIVE
                for page in pages.legal:
                    await eventually(
                        lambda page=page, says=says_then: any(  # type: ignore[misc]
                            "小张的一个时限提醒送不到本人" in told and says in told
                            for told in shown(page)
                        ),
                        lambda: rows(house),
                    )
                assert shown(pages.elsewhere) == []
                assert len(shown(pages.officer)) == 1, "still there"

    with ExitStack() as kept:
        asyncio.run(work(Pages.of(house, person, legal, kept)))
    assert all(row.tries < 20 for row in rows(house)), "with pauses in between"


def test_back_again_it_is_told_late_and_once(house: House, time: Time, fake: FakeTelegram) -> None:
    """To the officer, and to legal staff, who may have no page open; nothing is marked that
    cannot have arrived."""
    officer, legal = fake.person("张三"), fake.person("李四")
    started(house, member(house, officer, Role.OFFICER))
    member(house, legal, Role.LEGAL)

    def idle() -> bool:
        """Whatever may be tried by now has been."""
        waiting = [row for row in rows(house) if row.state == DUE]
        later = all(utc(row.lease or row.due) > time.now for row in waiting)
        return later and SENDING not in {row.state for row in rows(house)}

    async def work() -> None:
        fake.faults.answer("sendMessage", *ODD_ANSWERS["401"], ALWAYS)
        async with telling(house):
            for moment in (NOW + 6 * HOUR, NOW + 6 * HOUR + FIVE, NOW + 8 * HOUR + FIVE):
                time.now = moment
                before = fake.faults.injected("sendMessage")
                await eventually(
                    lambda n=before: fake.faults.injected("sendMessage") > n,  # type: ignore[misc]
                    lambda: rows(house),
                )
            await eventually(
                lambda: [row.kind for row in rows(house)].count(RELAY) >= 1, lambda: rows(house)
            )
            fake.faults.clear()
            # One finds out for all, the others wait for a minute.
            while not (fake.journal.sent(officer) and fake.journal.sent(legal)):
                time.now += MINUTE
                assert time.now < NOW + 8 * HOUR + 20 * MINUTE, rows(house)
                await eventually(idle, lambda: rows(house))

    asyncio.run(work())
    assert len(fake.journal.sent(officer)) == len(fake.journal.sent(legal)) == 1, "the newest"
    assert not any(text.startswith(MARK) for text in fake.journal.texts())
