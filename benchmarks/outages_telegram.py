"""Asks the running bot on Telegram 20 times a second while its database is locked, hanging, full
or gone: the same outages as ``benchmarks.outages``, by the strict fake Bot API of the tests.

Invited officers ask and press guides in turn, and one ticks the steps of a walk. Printed: how long
from the act to the screen, how many had what they asked for, which of the ticks that were
confirmed stand in the database afterwards.

    python -m benchmarks.outages_telegram [locked] [full] [hanging] [gone]
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from benchmarks.outages import RATE, SECONDS, Away, full, gone, hanging, locked
from bot.house import members_of
from bot.people.codes import Invite
from bot.people.roles import OPERATOR, Member, Role
from bot.settings import Settings
from bot.store.database import Database
from bot.store.schema import walk_marks
from tests import postgresql
from tests.bot.conftest import Running, start
from tests.fake_telegram import FakeTelegram, Person

OFFICERS = 40
WALKED, ADDRESS, RIGHT = "drunk-driving-test", "g/bail", "取保候审"
QUESTIONS = {
    "查车碰上个满嘴酒气的，死活不吹管子": ("酒驾醉驾查处",),
    "人带回来能问多久": ("哪一种",),
    "火星土豆怎么炒": ("没有找到", "哪一种"),
}
GONE = 10**6  # below no message: then the answer is one of its own, also when nothing changed
LONGEST = 60.0  # seconds after which an answer counts as none


@dataclass
class Officer:
    """``number``: how often they have asked; a question and a press in turn."""

    person: Person
    number: int = 0

    def ask(self) -> tuple[float, bool]:
        """Seconds from the act to the screen, and whether it is the right one."""
        number, self.number = self.number, self.number + 1
        question, words = list(QUESTIONS.items())[number // 2 % len(QUESTIONS)]
        began = time.monotonic()
        if number % 2:
            self.person.send_callback(ADDRESS, self.person.screen().message_id)
            words = (RIGHT,)
        else:
            self.person.say(question)
        try:
            shown = self.person.wait(timeout=LONGEST).text
        except TimeoutError:
            return LONGEST, False
        return time.monotonic() - began, any(word in shown for word in words)


@dataclass
class Walker:
    """Ticks and unticks steps of a walk that was begun before."""

    person: Person
    walk: str = ""
    steps: Sequence[str] = ()
    confirmed: dict[str, bool] = field(default_factory=dict)
    unsure: set[str] = field(default_factory=set)
    count: int = 0

    def begin(self) -> None:
        self.press(f"start/{WALKED}/benchmrk")
        self.press(f"steps/{self.walk}")

    def press(self, address: str) -> str:
        self.person.send_callback(address, GONE)
        return self.person.wait(timeout=LONGEST).text

    def tick(self, number: int) -> float:
        """Of a step whose tick was not confirmed nobody knows how it stands."""
        step, on = self.steps[number % len(self.steps)], not (number // len(self.steps)) % 2
        began = time.monotonic()
        shown = self.press(f"tick/{self.walk}/{step}/{int(on)}/l")
        if "没有做成" in shown or "故障" in shown or "全部步骤" not in shown:
            self.unsure.add(step)
        else:
            self.unsure.discard(step)
            self.confirmed[step] = on
            self.count += 1
        return time.monotonic() - began


def let_in(data: Path, url: str, people: Sequence[Person]) -> None:
    """Each by the code of one invite, as the program does it."""
    settings = Settings(data=data, database_url=url)
    database = Database(settings.database)
    members, now = members_of(database, settings), datetime.now(UTC)
    invite = Invite(Role.OFFICER, "分局/城东所", 1, now + timedelta(days=1), "")
    for person in people:
        code = members.invite(Member(OPERATOR, Role.ADMIN), invite, now)
        members.enter(code, f"telegram:{person.id}", f"telegram:{person.id}", now)
    database.close()


def marks(data: Path, url: str, walk: str) -> set[str]:
    database = Database(Settings(data=data, database_url=url).database)
    with database.read() as connection:
        query = select(walk_marks.c.step).where(walk_marks.c.walk == walk)
        found = set(connection.scalars(query))
    database.close()
    return found


def measure(name: str, away: Away, url: str = "") -> None:
    with tempfile.TemporaryDirectory() as folder, FakeTelegram() as fake:
        data = Path(folder) / "var"
        running = start(
            data,
            MINGBAI_DATABASE_URL=url,
            TELEGRAM_BOT_TOKEN=fake.token,
            TELEGRAM_BASE_URL=fake.base_url,
            TELEGRAM_BASE_FILE_URL=fake.base_file_url,
        )
        try:
            _measure(name, away, running, data, url, fake)
        finally:
            running.stop()


def _measure(
    name: str, away: Away, running: Running, data: Path, url: str, fake: FakeTelegram
) -> None:
    people = [fake.person(f"民警{number}") for number in range(OFFICERS)]
    walking = fake.person("走步骤的")
    let_in(data, url, [*people, walking])
    officers = [Officer(person) for person in people]
    walking.say("/menu")
    walking.wait(timeout=LONGEST)
    walker = Walker(walking, "benchmrk", ("stop", "rescue", "breath"))
    walker.begin()
    for number in range(3):
        walker.tick(number)
    with ThreadPoolExecutor(OFFICERS + 20) as threads:
        list(threads.map(Officer.ask, officers))
        asked: list[Future[tuple[float, bool]]] = []
        ticked: list[Future[float]] = []
        with away(running, data):
            began = time.monotonic()
            for number in range(SECONDS * RATE):
                asked.append(threads.submit(officers[number % OFFICERS].ask))
                if number % RATE == 0 and (not ticked or ticked[-1].done()):
                    ticked.append(threads.submit(walker.tick, 3 + len(ticked)))
                time.sleep(max(began + (number + 1) / RATE - time.monotonic(), 0.0))
            answers = sorted(call.result() for call in asked)
            ticks = sorted(call.result() for call in ticked)
        for number in range(6):  # well again
            time.sleep(0.5)
            walker.tick(number)
    kept = marks(data, url, walker.walk)
    sure = {step: on for step, on in walker.confirmed.items() if step not in walker.unsure}
    lost = [step for step, on in sure.items() if (step in kept) != on]
    took = [seconds for seconds, _ in answers]
    print(
        f"Telegram, {name}: {len(took)} asked, {sum(right for _, right in answers)} answered, "
        f"p50 {took[len(took) // 2]:.3f} s, p99 {took[len(took) * 99 // 100]:.3f} s, "
        f"max {took[-1]:.3f} s; {len(ticks)} ticks, at most {ticks[-1]:.2f} s; "
        f"{walker.count} confirmed, {len(lost)} lost; violations {len(fake.violations)}; "
        f"log lines {running.text().count('照常能查指引')}",
        flush=True,
    )


def main(wanted: Sequence[str]) -> None:
    """``wanted``: of the outages those that are to be measured; none is all of them."""
    for name, away in {"locked": locked, "full": full}.items():
        if not wanted or name in wanted:
            measure(f"SQLite {name}", away)
    if wanted and not {"hanging", "gone"} & set(wanted):
        return
    with postgresql.server() as server:
        for name, make in {"hanging": hanging, "gone": gone}.items():
            if not wanted or name in wanted:
                measure(f"PostgreSQL {name}", make(server), postgresql.fresh(server))


if __name__ == "__main__":
    main(sys.argv[1:])
