"""What is answered where: edits in place, captions as questions, albums once, groups never."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.people.roles import Role
from bot.screens.sentences import ONLY_WORDS
from bot.telegram.drawing import Drawn
from bot.telegram.incoming import KINDS
from tests.bot.members import let_in
from tests.bot.odd_updates import message
from tests.bot.on_telegram import eventually, serving, settings, unanswered
from tests.fake_telegram import FakeTelegram, Person, Screen

Serve = Callable[[Callable[[], Awaitable[None]]], None]


@pytest.fixture
def serve(tmp_path: Path, library: Path, fake: FakeTelegram) -> Serve:
    """``serve(work)``: the bot runs until ``work`` is done and everything is answered."""

    def run(work: Callable[[], Awaitable[None]]) -> None:
        async def whole() -> None:
            async with serving(settings(fake, tmp_path, library)) as (house, _):
                await work()
                await asyncio.to_thread(fake.drained)
                await eventually(lambda: not unanswered(house), lambda: unanswered(house))

        asyncio.run(whole())

    return run


@pytest.fixture
def officer(fake: FakeTelegram) -> Person:
    return fake.person("张三")


async def shows(person: Person, words: str) -> Screen:
    return await asyncio.to_thread(person.wait, words)


def own(officer: Person, number: int, **content: Any) -> dict[str, Any]:
    """A message of the officer's own, with whatever content."""
    who = {"from": officer.card, "chat": officer.chat.card}
    return message(message_id=number, **who, **content)


def test_an_edit_is_answered_in_place(serve: Serve, fake: FakeTelegram, officer: Person) -> None:
    async def work() -> None:
        said = officer.say("火星土豆")
        first = await shows(officer, "没有找到")
        officer.edit(said, "雨伞太重")
        second = await shows(officer, "收缴雨伞")
        assert second.message_id == first.message_id
        officer.edit(said, "雨伞太重")  # nothing new
        officer.edit(said, "口哨半夜响")
        third = await shows(officer, "吹口哨检查")
        assert third.message_id == first.message_id

    serve(work)
    assert len(fake.journal.sent(officer)) == 1
    assert all("exactly the same" in one.description for one in fake.violations)


def test_an_edit_of_something_earlier_is_answered_below(
    serve: Serve, fake: FakeTelegram, officer: Person
) -> None:
    """Whatever came since, asked for or not, stays where it is."""

    async def work() -> None:
        said = officer.say("火星土豆")
        await shows(officer, "没有找到")
        officer.say("雨伞太重")
        await shows(officer, "收缴雨伞")
        officer.edit(said, "口哨半夜响")
        third = await shows(officer, "吹口哨检查")
        assert [screen.message_id for screen in officer.screens()][-1] == third.message_id
        officer.edit(said, "雨伞太重")
        fourth = await shows(officer, "收缴雨伞")
        assert fourth.message_id == third.message_id, "it is the last one again"

    serve(work)
    assert len(fake.journal.sent(officer)) == 3


def test_an_edit_below_a_warning(
    tmp_path: Path, library: Path, fake: FakeTelegram, officer: Person
) -> None:
    async def work() -> None:
        async with serving(settings(fake, tmp_path, library)) as (_, service):
            said = officer.say("火星土豆")
            await shows(officer, "没有找到")
            await service.sender.push(officer.id, Drawn("快到时限", []), False, 20)
            officer.edit(said, "雨伞太重")
            await shows(officer, "收缴雨伞")

    asyncio.run(work())
    assert len(fake.journal.sent(officer)) == 3


def test_an_edit_after_a_restart_and_of_what_is_gone(
    tmp_path: Path, library: Path, fake: FakeTelegram, officer: Person
) -> None:
    said: list[int] = []

    async def before() -> None:
        async with serving(settings(fake, tmp_path, library)):
            said.append(officer.say("火星土豆"))
            await shows(officer, "没有找到")

    async def after() -> None:
        async with serving(settings(fake, tmp_path, library)):
            officer.edit(said[0], "雨伞太重")
            shown = await shows(officer, "收缴雨伞")
            del officer.chat.messages[shown.message_id]
            officer.edit(said[0], "口哨半夜响")
            await shows(officer, "吹口哨检查")

    asyncio.run(before())
    asyncio.run(after())
    assert len(fake.journal.sent(officer)) == 3


def test_a_place_that_moves_on_is_not_answered(
    serve: Serve, fake: FakeTelegram, officer: Person
) -> None:
    async def work() -> None:
        for number in range(5):
            place = {"latitude": 39.9 + number, "longitude": 116.4}
            moved = own(officer, 7, location=place)["message"]
            fake.inject({"edited_message": {**moved, "edit_date": 2}})

    serve(work)
    assert fake.journal.sent(officer) == []


@pytest.mark.parametrize("holds", ["photo", "document", "video", "voice", "animation"])
def test_a_caption_is_read_as_the_question(
    serve: Serve, fake: FakeTelegram, officer: Person, holds: str
) -> None:
    async def work() -> None:
        fake.inject(own(officer, 7, caption="雨伞太重", **{holds: [{"file_id": "a"}]}))
        shown = await shows(officer, "收缴雨伞")
        assert ONLY_WORDS in shown.text
        officer.say("雨伞太重")
        assert ONLY_WORDS not in (await shows(officer, "收缴雨伞")).text

    serve(work)


def test_photos_sent_together_are_answered_once(
    serve: Serve, fake: FakeTelegram, officer: Person
) -> None:
    """And the words on one of them, whichever it is."""
    photo = [{"file_id": "a"}]

    async def work() -> None:
        many = [own(officer, n, photo=photo, media_group_id="m") for n in range(10)]
        fake.queue(many)
        await shows(officer, "收不了文件和图片")
        worded = [own(officer, n, photo=photo, media_group_id="n") for n in range(10, 20)]
        worded[4]["message"]["caption"] = "雨伞太重"
        fake.queue(worded)
        await shows(officer, "收缴雨伞")
        fake.queue([own(officer, 20, photo=photo), own(officer, 21, photo=photo)])

    serve(work)
    assert len(fake.journal.sent(officer)) == 1 + 2 + 2, "of single photos each is answered"


def test_groups_get_nothing(tmp_path: Path, library: Path, fake: FakeTelegram) -> None:
    """Not even the toast of a button, by whomever and of whatever age."""
    officer = fake.person("张三")
    group = fake.group("分局", officer, privacy=False)
    chosen = settings(fake, tmp_path, library, open_to_all=False, admins=frozenset({officer.id}))

    async def work() -> None:
        async with serving(chosen) as (house, _):
            let_in(house, f"telegram:{officer.id}", Role.OFFICER)
            said = officer.say("雨伞太重", chat=group)
            officer.edit(said, "口哨半夜响", chat=group)
            officer.send_photo(caption="雨伞太重", chat=group)
            for kind in ("group", "supergroup", "channel", "secret", "sender"):
                chat = {"id": group.id, "type": kind, "title": "分局"}
                inside = {"message_id": 9, "date": 1, "chat": chat, "from": officer.card}
                press = {"id": "7", "from": officer.card, "chat_instance": "1", "data": "home"}
                for update in (
                    {"message": {**inside, "text": "雨伞太重"}},
                    {"message": {**inside, "text": "/start umbrella", "sender_chat": chat}},
                    {"edited_message": {**inside, "text": "雨伞太重"}},
                    {"callback_query": {**press, "message": {**inside, "text": "x"}}},
                    {"callback_query": {**press, "message": {**inside, "date": 0}}},
                ):
                    assert set(update) <= set(KINDS)
                    fake.inject(update)
            await asyncio.to_thread(fake.drained)
            await eventually(lambda: not unanswered(house), lambda: unanswered(house))

    asyncio.run(work())
    asked = {call.method for call in fake.calls}
    assert asked <= {"getMe", "setMyCommands", "deleteWebhook", "getUpdates"}
    assert fake.violations == []
