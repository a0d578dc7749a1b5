"""Who gets what, everywhere: unlisted, revoked, expired, each role x every handler and route.

The handlers, screens and routes are read from the program itself: what is added later is
tried here without anybody thinking of it.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from starlette.routing import Mount, Route

from bot.house import House
from bot.people.roles import OPERATOR, ROLE_NAMES, Role, allows
from bot.screens.sentences import NOT_INVITED, NOT_YOURS
from bot.telegram.commands import _COMMANDS
from bot.telegram.incoming import KINDS
from bot.topics.topic import ROLES, SCREENS, changes
from bot.web.app import make_app
from bot.web.gate import PUBLIC, form_token
from bot.web.pages import sign_in_page
from tests.bot.houses import addresses, guidance, house, signed_in, snapshot
from tests.bot.members import let_in, revoke
from tests.bot.on_telegram import clock, eventually, serving, settings, unanswered
from tests.bot.pages import csrf_of, visiting
from tests.fake_telegram import FakeTelegram, Person

__all__ = ["house"]  # the fixture

CLOSED = ("unlisted", "revoked", "expired")
KNOWN = tuple(Role)


STIMULI: dict[str, Callable[[Person, str], None]] = {}


def stimulus(kind: str) -> Callable[[Callable[[Person, str], None]], Callable[[Person, str], None]]:
    def register(function: Callable[[Person, str], None]) -> Callable[[Person, str], None]:
        STIMULI[kind] = function
        return function

    return register


@stimulus("message")
def messages(person: Person, member: str) -> None:
    for text in ("雨伞太重", "测试法第3条", "10:05", "那家属呢", "分局/派出所", "偷偷拿回家新的"):
        person.say(text)
    for command in ("/start", "/start umbrella", "/menu", "/help", "/recent", "/fav", "/privacy"):
        person.say(command)
    for command in ("/code", "/people", "/invite", "/nosuch", "/start ABCDEFGHJKLMNPQR"):
        person.say(command)
    person.send_sticker()
    person.send_voice()
    person.send_file("x.txt", b"x")
    person.send_photo()
    person.send_location(39.9, 116.4)
    person.send_contact("10000")


@stimulus("callback_query")
def buttons(person: Person, member: str) -> None:
    shown = person.screen().message_id
    for prefix in SCREENS:
        for rest in ("", "/umbrella", "/umbrella/s/look", "/umbrella-8h", f"/{member}", "/scene"):
            person.send_callback(f"{prefix}{rest}", shown)


@stimulus("edited_message")
def edited(person: Person, member: str) -> None:
    said = person.say("口哨半夜响")
    for text in ("雨伞太重", "/start umbrella"):
        person.edit(said, text)


@stimulus("inline_query")
def inline(person: Person, member: str) -> None:
    for query in ("雨伞太重", "口哨半夜响", ""):
        person.inline(query)


def test_every_handler_is_tried() -> None:
    assert set(STIMULI) == set(KINDS)


@pytest.mark.parametrize("state", CLOSED)
def test_telegram_says_nothing_to(
    state: str, tmp_path: Path, library: Path, fake: FakeTelegram
) -> None:
    person = fake.person("某某")

    async def work() -> None:
        async with serving(settings(fake, tmp_path, library, open_to_all=False)) as (house, own):
            member = ""
            if state != "unlisted":
                ends = clock() + timedelta(days=1) if state == "expired" else None
                known = let_in(house, f"telegram:{person.id}", Role.ADMIN, ends=ends)
                person.start("")
                await asyncio.to_thread(person.wait, "执法指引")
                member = known.person
                if state == "revoked":
                    revoke(house, known)
                else:
                    own.channel.house = _at(house, clock() + timedelta(days=2))
            else:
                person.start("")
                await asyncio.to_thread(person.wait, "受邀请")
            before = snapshot(house)
            fake.journal.clear()
            for act in STIMULI.values():
                await asyncio.to_thread(act, person, member)
            await asyncio.to_thread(fake.drained)
            await eventually(lambda: not unanswered(house), lambda: unanswered(house))
            assert snapshot(house) == before
            told = [json.dumps(c.arguments, ensure_ascii=False) for c in fake.journal.calls]
            for piece in guidance(house):
                assert not any(piece in one for one in told), piece

    asyncio.run(work())
    texts = fake.journal.texts(person.id)
    assert set(texts) == {
        NOT_INVITED,
        "这个码不对、已经用完或者过期了。请核对，或者向本单位法制部门再要一个。",
    }
    answered = fake.journal.of("answerCallbackQuery")
    assert len(answered) == len(SCREENS) * 6
    assert {call.arguments.get("text") for call in answered} == {NOT_INVITED}
    assert all(call.arguments["results"] == [] for call in fake.journal.of("answerInlineQuery"))


def _at(house: House, moment: Any) -> House:
    from dataclasses import replace

    return replace(house, clock=lambda: moment)


def paths(house: House) -> Iterator[tuple[str, str]]:
    """(method, path) of every route with every kind of address in it."""
    member = OPERATOR
    for route in make_app(house).routes:
        if isinstance(route, Mount):
            yield "GET", f"{route.path}/page.css"
            continue
        assert isinstance(route, Route)
        for method in (route.methods or set()) - {"HEAD"}:
            if "{address:path}" in route.path:
                for address in addresses(member):
                    yield method, route.path.replace("{address:path}", address)
            else:
                yield method, route.path.replace("{code}", "ABCDEFGHJKLMNPQR")


@pytest.mark.parametrize("state", CLOSED)
def test_the_page_shows_nothing_to(state: str, house: House) -> None:
    """Everywhere the very same page: the one that asks for a code."""
    cookie, then = "visitor", house
    if state != "unlisted":
        ends = house.clock() + timedelta(days=1) if state == "expired" else None
        member = let_in(house, None, Role.ADMIN, ends=ends)
        cookie = signed_in(house, member.person)
        with visiting(house, cookie) as browser:
            assert browser.get("/").status_code == 200
        if state == "revoked":
            revoke(house, member)
            signed_in(house, member.person)  # even with a session that was not ended
        else:
            then = _at(house, house.clock() + timedelta(days=2))
    before = snapshot(house)
    # Nobody's address is read before the gate: each screen in two ways stands for all of them.
    tried = list(paths(house))
    tried = [one for one in tried if one[1].count("/") < 3] + tried[::16]
    closed = sign_in_page(form_token(cookie))
    seen = set()
    with visiting(then, cookie) as browser:
        for method, path in tried:
            data = {"csrf": "x", "q": "雨伞太重", "code": "ABCD"} if method == "POST" else None
            answer = browser.request(method, path, data=data)
            seen.add(path.split("/")[1])
            if path.startswith(PUBLIC):
                assert answer.status_code in (200, 403), (method, path)
                assert "雨伞" not in answer.text, (method, path)
                continue
            assert answer.status_code == 401, (method, path)
            text = re.sub(r'(name="wanted" value=")[^"]*', r"\1", answer.text)
            assert text == ("" if path.startswith("/warnings") else closed), (method, path)
    assert {"", "s", "file", "ask", "enter", "sign-in", "warnings"} <= seen
    assert snapshot(house) == before


def test_what_is_public(house: House) -> None:
    """A route that is added needs somebody, unless it is named; and a form of our own, always."""
    open_to_all = {path for _, path in paths(house) if path.startswith(PUBLIC)}
    assert open_to_all == {
        "/enter",
        "/sign-in",
        "/invite/ABCDEFGHJKLMNPQR",
        "/healthz",
        "/static/page.css",
    }
    cookie = signed_in(house, OPERATOR)
    with visiting(house, cookie) as browser:
        posts = [path for method, path in paths(house) if method == "POST"]
        assert posts
        for path in posts[:: len(posts) // 60]:
            assert browser.post(path, data={"csrf": "x"}).status_code == 403, path


@pytest.mark.parametrize("role", KNOWN)
def test_nobody_acts_beyond_their_role(role: Role, house: House) -> None:
    """Pressed on the page, whose buttons every channel shares; as GET and as POST."""
    member = let_in(house, "telegram:1", role)
    target = let_in(house, "telegram:2", Role.ADMIN)
    cookie = signed_in(house, member.person)
    beyond = [p for p, needed in ROLES.items() if not allows(role, needed)]
    assert bool(beyond) == (role in (Role.OFFICER, Role.DUTY))
    before = snapshot(house)
    told = {NOT_YOURS.format(role=name) for name in ROLE_NAMES.values()}
    with visiting(house, cookie) as browser:
        csrf = csrf_of(browser.get("/").text)
        for address in addresses(target.person):
            if address.partition("/")[0] not in beyond:
                continue
            browser.get(f"/s/{address}")
            answer = browser.post(f"/s/{address}", data=csrf, follow_redirects=True)
            assert any(sentence in answer.text for sentence in told), address
    assert snapshot(house) == before


@pytest.mark.parametrize("role", [Role.LEGAL, Role.DUTY, Role.OFFICER])
def test_nobody_makes_themselves_more_than_they_are(role: Role, house: House) -> None:
    member = let_in(house, "telegram:1", role, "分局")
    boss = let_in(house, "telegram:2", Role.ADMIN, "分局")
    other = let_in(house, "telegram:3", Role.OFFICER, "别的分局")
    with visiting(house, signed_in(house, member.person)) as browser:
        csrf = csrf_of(browser.get("/").text)
        for address in (
            f"rerole/{member.person}/admin",
            f"unperson/{boss.person}/yes",
            f"rerole/{boss.person}/officer",
            f"unperson/{other.person}/yes",
            "invited/admin/1",
            "invited/legal/1",
        ):
            browser.post(f"/s/{address}", data=csrf)
    people = house.membership.people
    assert [one.role for one in people.all() if one.id == member.person] == [role]
    assert all(one.active(house.clock()) for one in people.all())
    assert house.membership.invites.open(house.clock()) == []


@pytest.mark.parametrize("share", [4, pytest.param(1, marks=pytest.mark.stress)])
def test_looking_never_changes_anything(house: House, chance: Random, share: int) -> None:
    """A link from another site, opened by somebody who may do everything, with GET and HEAD: of
    each screen some addresses, others in each run; ``make stress`` opens all that change."""
    let_in(house, "telegram:2", Role.OFFICER)
    cookie = signed_in(house, OPERATOR)
    before = snapshot(house)
    with visiting(house, cookie) as browser:
        seen: Counter[str] = Counter()
        for number, path in enumerate(dict.fromkeys(path for _, path in paths(house))):
            changing = path.startswith("/s/") and changes(path.removeprefix("/s/"))
            if chance.randrange(share) and seen[screen_of(path)] > 1:
                continue
            seen[screen_of(path)] += 1
            if changing or number % 5 == 0:
                browser.get(path)
            if changing:
                browser.head(path)
    house.assistant.memory.recents.forget(OPERATOR)
    after = snapshot(house)
    after["recents"] = before["recents"]  # what one looked at last is no harm
    assert after == before


def screen_of(path: str) -> str:
    """``/s/tick`` of ``/s/tick/umbrella/yes``."""
    return "/".join(path.split("/")[:3])


def test_commands_reach_screens() -> None:
    assert set(_COMMANDS.values()) <= set(SCREENS)
