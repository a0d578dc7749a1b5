"""A restart while the database is away: nobody can say who is invited, and nobody is told that
they are not; no guide is shown, and all is well again by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.house import House, assemble
from bot.people.on_call import read_on_call
from bot.people.roles import Role
from bot.screens.sentences import NOT_ENTERED, NOT_INVITED, UNSURE, UNSURE_SHORT
from bot.settings import Settings
from bot.store.database import StoreError
from tests.bot.conftest import start
from tests.bot.gone import Gone
from tests.bot.houses import guidance, signed_in
from tests.bot.members import invite, let_in
from tests.bot.on_telegram import serving, settings
from tests.bot.pages import csrf_of, sign_in, visiting
from tests.bot.patience import eventually
from tests.bot.talk import NOW
from tests.fake_telegram import FakeTelegram, Person

ON_CALL = "别的分局=张警官:027-1234567;值班室:027-7654321"
UMBRELLA = "收缴雨伞"


@dataclass
class State:
    """A database beside the data folder, and a house of another run that let people in."""

    path: Path
    before: House

    @contextmanager
    def away(self) -> Iterator[None]:
        """Nothing can be opened where it was; what another run wrote is kept."""
        self.before.database.close()
        kept = self.path.with_suffix(".kept")
        self.path.rename(kept)
        self.path.mkdir()
        try:
            yield
        finally:
            self.path.rmdir()
            kept.rename(self.path)


@pytest.fixture
def state(tmp_path: Path, library: Path) -> Iterator[State]:
    path = tmp_path / "state.db"
    chosen = Settings(
        data=tmp_path / "var",
        library=library,
        database_url=f"sqlite:///{path}",
        on_call=read_on_call(ON_CALL),
    )
    house = assemble(chosen, lambda: NOW)
    house.serving.refresh(NOW)
    yield State(path, house)
    house.database.close()


def again(state: State, **more: Any) -> House:
    """Another run of the program."""
    chosen = state.before.settings
    house = assemble(Settings(**{**_fields(chosen), **more}), lambda: NOW)
    house.serving.refresh(NOW)
    return house


def _fields(chosen: Settings) -> dict[str, Any]:
    return {name: getattr(chosen, name) for name in chosen.__dataclass_fields__}


def test_nobody_is_told_that_they_are_not_invited(state: State) -> None:
    let_in(state.before, "telegram:7", Role.OFFICER)
    with state.away():
        house = again(state, admins=frozenset({9}))
        admin = house.access.telegram(9, NOW)
        assert admin is not None
        assert admin.role is Role.ADMIN, "the settings name them"
        for user in (7, 8):
            with pytest.raises(StoreError):
                house.access.telegram(user, NOW)
        with pytest.raises(StoreError):
            house.access.session("any", NOW)
        assert house.access.session("", NOW) is None, "nothing to look up"
    assert house.access.telegram(7, NOW) is not None
    assert house.access.telegram(8, NOW) is None
    house.database.close()


def test_over_telegram(
    tmp_path: Path, library: Path, fake: FakeTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = fake.person("张三")
    chosen = settings(fake, tmp_path, library, open_to_all=False, on_call=read_on_call(ON_CALL))

    async def see(words: str) -> Any:
        return await asyncio.to_thread(officer.wait, words, timeout=20)

    async def before() -> None:
        async with serving(chosen) as (house, _):
            let_in(house, f"telegram:{officer.id}", Role.OFFICER)
            codes.append(invite(house, Role.OFFICER))
            officer.say("雨伞太重")
            shown = await see(UMBRELLA)
            pieces.extend(guidance(house))
            screens.append(shown)

    async def after() -> None:
        async with serving(chosen) as (house, _):
            engine = house.database.engine
            monkeypatch.setattr(house.database, "engine", Gone())
            fake.journal.clear()
            officer.say("雨伞太重")
            told = await see(UNSURE)
            assert "值班法制民警" in told.text
            assert "值班室：027-7654321" in told.text
            assert "张警官" not in told.text, "of which unit nobody can say either"
            officer.press(screens[0].buttons[0], on=screens[0])
            toast = await asyncio.to_thread(officer.toast, timeout=20)
            assert toast.startswith(UNSURE)
            assert "027-7654321" in toast
            shown = await asyncio.to_thread(officer.inline_answer, "雨伞太重", timeout=20)
            assert shown["results"] == []
            assert shown["button"]["text"] == UNSURE_SHORT
            officer.say(codes[0])
            told = await see(NOT_ENTERED)
            assert "不影响" not in told.text
            sent = str([call.arguments for call in fake.journal.calls])
            assert not [piece for piece in pieces if piece in sent]
            assert NOT_INVITED not in sent
            monkeypatch.setattr(house.database, "engine", engine)
            officer.say("雨伞太重")
            await see(UMBRELLA)

    codes: list[str] = []
    pieces: list[str] = []
    screens: list[Any] = []
    asyncio.run(before())
    asyncio.run(after())
    assert fake.violations == []


def test_on_the_page(state: State) -> None:
    """And the cookie stays, so that it is known when the database is back."""
    cookie = signed_in(state.before, let_in(state.before, None, Role.LEGAL).person)
    pieces = guidance(state.before)
    with state.away():
        house = again(state)
        with visiting(house, cookie) as browser:
            for answer in (
                browser.get("/"),
                browser.get("/s/g/umbrella"),
                browser.post("/ask", data={"q": "雨伞太重"}),
                browser.post("/s/wipe/data"),
            ):
                assert answer.status_code == 503
                assert UNSURE in answer.text
                assert 'href="tel:0277654321"' in answer.text
                assert "受邀请的民警使用" not in answer.text
                assert not [piece for piece in pieces if piece in answer.text]
                assert "set-cookie" not in answer.headers
            # 401 would be the end of warnings on a page that is open.
            assert browser.get("/warnings").status_code == 503
            told = sign_in(browser, "ABCDEFGH")
            assert told.status_code == 503
            assert NOT_ENTERED in told.text
    with visiting(house, cookie) as browser:
        assert "人员、邀请" in browser.get("/").text
        assert browser.get("/warnings").status_code == 200
    house.database.close()


def test_on_a_page_that_is_open_to_all(state: State) -> None:
    """Questions can be asked, by a browser of before as by a new one; whoever is more than an
    officer is that again afterwards."""
    cookie = signed_in(state.before, let_in(state.before, None, Role.LEGAL).person)
    with state.away():
        house = again(state, open_to_all=True)
        for known in (cookie, ""):
            with visiting(house, known) as browser:
                home = browser.get("/")
                if known:
                    assert "set-cookie" not in home.headers
                assert "人员、邀请" not in home.text
                form = {**csrf_of(home.text), "q": "雨伞太重"}
                asked = browser.post("/ask", data=form)
                assert asked.status_code == 303
                assert UMBRELLA in browser.get(asked.headers["location"]).text
    with visiting(house, cookie) as browser:
        assert "人员、邀请" in browser.get("/").text
    house.database.close()


def test_the_program_itself(state: State, library: Path, fake: FakeTelegram) -> None:
    officer, stranger = fake.person("张三"), fake.person("李四")
    let_in(state.before, f"telegram:{officer.id}", Role.OFFICER)
    running = None
    try:
        with state.away():
            running = start(
                state.before.settings.data,
                library,
                MINGBAI_DATABASE_URL=f"sqlite:///{state.path}",
                TELEGRAM_BOT_TOKEN=fake.token,
                TELEGRAM_BASE_URL=fake.base_url,
                TELEGRAM_BASE_FILE_URL=fake.base_file_url,
            )
            for person in (officer, stranger):
                person.say("雨伞太重")
                person.wait(UNSURE, timeout=20)
            assert "只有 MINGBAI_ADMINS 里的人能用" in running.text()
        eventually(lambda: "数据库恢复了" in running.text() or _asks(officer), "not back")
        officer.say("雨伞太重")
        officer.wait(UMBRELLA, timeout=20)
        stranger.say("雨伞太重")
        stranger.wait(NOT_INVITED, timeout=20)
    finally:
        if running:
            running.stop()


def _asks(person: Person) -> bool:
    person.say("雨伞太重")
    return UMBRELLA in person.wait(timeout=20).text
