"""Two hundred seeded secrets through every input and every way to fail: none is written down.

Logs, the database with its journal files, error pages, screens: the bytes are searched.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import httpx
import pytest
from rich.console import Console

from bot.house import House
from bot.logs import set_up
from bot.people.roles import OPERATOR, Member, Role
from bot.screens.reply import Event, EventKind, Reply
from bot.topics.topic import SCREENS
from tests.bot.conftest import start
from tests.bot.houses import signed_in
from tests.bot.on_telegram import eventually, serving, settings, unanswered
from tests.bot.pages import browsing, csrf_of
from tests.fake_telegram import FakeTelegram, Person

COUNT = 200
SPOKEN = str.maketrans("0123456789", "零一二三四五六七八九")
BOSS = Member(OPERATOR, Role.ADMIN)


@dataclass(frozen=True)
class Secret:
    """``typed``: as an officer would type it; ``kept``: what must be found nowhere."""

    typed: str
    kept: str


def secrets() -> list[Secret]:
    tell = random.Random(20261122)

    def digits(count: int) -> str:
        return "".join(tell.choice("0123456789") for _ in range(count))

    made = []
    for number in range(COUNT):
        match number % 8:
            case 0:
                day = f"19{tell.randint(50, 99)}{tell.randint(1, 12):02}{tell.randint(1, 28):02}"
                plain = f"{tell.randint(1, 8)}{digits(5)}{day}{digits(3)}{tell.choice('0123X')}"
                made.append(Secret(f"身份证{plain}的人", plain))
            case 1:
                plain = f"1{tell.choice('3456789')}{digits(9)}"
                made.append(Secret(f"打{plain[:3]} {plain[3:7]} {plain[7:]}没人接", plain))
            case 2:
                plain = f"62{digits(17)}"
                spaced = " ".join(plain[n : n + 4] for n in range(0, 19, 4))
                made.append(Secret(f"卡号{spaced}怎么冻结", plain))
            case 3:
                plain = f"{tell.randint(10**8, 10**9)}:AA{digits(6)}{'bcdEF' * 5}{digits(4)}"
                made.append(Secret(f"令牌 {plain} 报错", plain))
            case 4:
                plain = f"13{digits(1)}.{digits(4)}.{digits(4)}"
                made.append(Secret(f"找{plain}的机主", plain))
            case 5:
                words = f"13{digits(9)}".translate(SPOKEN)
                made.append(Secret(f"打{words[:3]} {words[3:7]} {words[7:]}没人接", words))
            case 6:
                name = (
                    f"{tell.choice('王李张刘陈')}{tell.choice('建国海玉')}{tell.choice('强芳丽军')}"
                )
                made.append(Secret(f"嫌疑人{name}跑了，邮箱a{number}@example.com", f"嫌疑人{name}"))
            case _:
                plain = f"1{tell.choice('3456789')}{digits(9)}"
                wide = plain.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789"})
                made.append(Secret(f"手机{wide}", plain))
    return made


SECRETS = secrets()


@pytest.fixture
def console(tmp_path: Path) -> Iterator[StringIO]:
    """The logs of the program itself, into the data folder and here."""
    before = logging.getLogger().handlers[:]
    shown = StringIO()
    set_up(tmp_path / "var", Console(file=shown, width=10_000))
    logging.getLogger().setLevel(logging.DEBUG)
    yield shown
    for handler in logging.getLogger().handlers[:]:
        handler.close()
    logging.getLogger().handlers[:] = before


def squeezed(data: bytes) -> bytes:
    wide = {chr(0xFF10 + n).encode(): str(n).encode() for n in range(10)}
    for one, other in wide.items():
        data = data.replace(one, other)
    return data.replace(b" ", b"").replace(b"\\u00a0", b"")


def assert_nothing_written(folder: Path, *shown: str) -> None:
    written = {str(p): squeezed(p.read_bytes()) for p in folder.rglob("*") if p.is_file()}
    written |= {f"shown {n}": squeezed(text.encode()) for n, text in enumerate(shown)}
    assert any(name.endswith("mingbai.db") for name in written)
    for secret in SECRETS:
        for name, data in written.items():
            assert secret.kept.encode() not in data, f"{secret} in {name}"


def test_every_input_of_telegram(
    tmp_path: Path, library: Path, fake: FakeTelegram, console: StringIO
) -> None:
    officer = fake.person("张三", username="zhangsan_real")
    chosen = settings(fake, tmp_path, library, open_to_all=False, admins=frozenset({officer.id}))

    def everything(person: Person) -> None:
        for number, secret in enumerate(SECRETS):
            match number % 6:
                case 0:
                    person.say(f"/start {secret.typed}")
                case 1:
                    person.say(f"/nosuch {secret.typed}")
                case 2:
                    person.send_file(f"{secret.typed}.txt", b"x", caption=secret.typed)
                case 3:
                    person.send_contact(secret.kept)
                case 4:
                    person.inline(secret.typed)
                case _:
                    person.send_callback(f"g/{secret.kept}"[:60], person.screen().message_id)
            person.say(secret.typed)

    async def work() -> None:
        async with serving(chosen) as (house, _):
            officer.start("")
            await asyncio.to_thread(officer.wait, "执法指引")
            officer.say("/invite")
            await asyncio.to_thread(officer.wait, "邀请谁")
            await asyncio.to_thread(everything, officer)
            await asyncio.to_thread(fake.drained)
            assert_nothing_written(tmp_path / "var", console.getvalue())  # while it runs, too
            await eventually(lambda: not unanswered(house), lambda: unanswered(house))

    asyncio.run(work())
    assert_nothing_written(tmp_path / "var", console.getvalue(), *fake.journal.texts())
    for path in (tmp_path / "var").rglob("*"):
        assert not path.is_file() or b"zhangsan_real" not in path.read_bytes()


@pytest.mark.parametrize("each", [5, pytest.param(1, marks=pytest.mark.stress)])
def test_every_input_of_the_page_and_of_topics_that_fail(
    tmp_path: Path,
    library: Path,
    console: StringIO,
    monkeypatch: pytest.MonkeyPatch,
    each: int,
) -> None:
    """Every failure writes a traceback, which takes long: one secret in ``each`` goes through
    them, of each kind several."""
    from bot.house import assemble
    from bot.settings import Settings
    from tests.bot.on_telegram import clock

    house = assemble(Settings(data=tmp_path / "var", library=library, asks_per_minute=0.0), clock)
    house.serving.refresh(clock())
    shown: list[str] = []
    with browsing(house, signed_in(house, OPERATOR)) as browser:
        csrf = csrf_of(browser.get("/").text)
        for number, secret in enumerate(SECRETS):
            match number % 4:
                case 0:
                    browser.get("/invite/x", params={"q": secret.typed})
                    shown.append(browser.get(f"/nosuch/{secret.typed}").text)
                case 1:
                    shown.append(browser.post("/sign-in", data={**csrf, "code": secret.typed}).text)
                case 2:
                    shown.append(browser.get(f"/s/g/{secret.typed}").text)
                case _:
                    browser.get("/s/invite/officer/1")
            form = {**csrf, "q": secret.typed}
            shown.append(browser.post("/ask", data=form, follow_redirects=True).text)
        _fail_everywhere(house, browser, csrf, monkeypatch, SECRETS[::each])
    house.database.close()
    assert "Traceback" in console.getvalue(), "the failures were logged"
    assert_nothing_written(tmp_path / "var", console.getvalue(), *shown)


def _fail_everywhere(
    house: House,
    browser: httpx.Client,
    csrf: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    some: list[Secret],
) -> None:
    """Every screen and every hearing raises with what was typed in its message."""

    def broken(turn: object, what: object) -> Reply:
        raise RuntimeError(f"failed on {what}")

    for prefix in list(SCREENS):
        monkeypatch.setitem(SCREENS, prefix, broken)
    monkeypatch.setattr("bot.topics.reader.asking.ask", broken)
    monkeypatch.setattr("bot.topics.reader.asking.HEARINGS", [broken])
    for secret in some:
        form = {**csrf, "q": secret.typed}
        assert "出了故障" in browser.post("/ask", data=form, follow_redirects=True).text
        house.assistant.handle(Event(OPERATOR, EventKind.PRESS, f"g/{secret.typed}"))
    monkeypatch.setattr(house.assistant, "handle", broken_handle)
    for secret in some:
        form, last = {**csrf, "q": secret.typed}, {"connection": "close"}
        assert browser.post("/ask", data=form, headers=last).status_code == 500


def broken_handle(event: Event) -> Reply:
    raise RuntimeError(f"failed on {event.text}")


def test_the_running_program(released: Path, library: Path, fake: FakeTelegram) -> None:
    """From outside: what it prints, its log and its data folder."""
    officer = fake.person("张三")
    running = start(
        released,
        library,
        TELEGRAM_BOT_TOKEN=fake.token,
        TELEGRAM_BASE_URL=fake.base_url,
        MINGBAI_ADMINS=str(officer.id),
    )
    officer.start("")
    officer.wait()
    for secret in SECRETS[:60]:
        officer.say(secret.typed)
    fake.drained()
    running.stop()
    assert_nothing_written(released, running.text())
    assert fake.token not in running.text()
