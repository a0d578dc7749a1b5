"""Edits, deletions, pins: what changes, and what cannot."""

from collections.abc import Callable

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest

from . import FakeTelegram
from .conftest import Raw

Refused = Callable[..., str]
NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are "
    "exactly the same as a current content and reply markup of the message"
)


def _keyboard(label: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=label)]])


def test_edit_through_ptb(with_bot: Callable[..., None], fake: FakeTelegram) -> None:
    user = fake.person("张三")

    async def work(bot: Bot) -> None:
        message = await bot.send_message(user.id, "一", reply_markup=_keyboard("a"))
        same = "(?i)message is not modified"
        with pytest.raises(BadRequest, match=same):
            await message.edit_text("一", reply_markup=_keyboard("a"))
        with pytest.raises(BadRequest, match=same):
            await message.edit_reply_markup(_keyboard("a"))
        await message.edit_text("<b>一</b>", parse_mode="HTML", reply_markup=_keyboard("a"))
        await message.edit_text("二", reply_markup=_keyboard("b"))
        assert (user.screen().text, user.screen().buttons) == ("二", ["b"])
        await message.edit_reply_markup(_keyboard("c"))
        assert user.screen().buttons == ["c"]
        edited = await message.edit_text("二")
        assert user.screen().buttons == []
        assert edited is not True
        assert edited.edit_date is not None  # type: ignore[union-attr]

    with_bot(work)
    assert [v.description for v in fake.violations] == [NOT_MODIFIED] * 2
    assert fake.journal.texts(user) == ["一", "一", "二", "二"]
    assert len(fake.journal.sent(user)) == 1


def test_what_cannot_be_edited(raw: Raw, refusal: Refused, fake: FakeTelegram) -> None:
    user, other = fake.person("张三"), fake.person("李四")
    theirs = user.say("x")
    sent = raw("sendMessage", chat_id=user.id, text="x")[1]["result"]["message_id"]
    below = {"keyboard": [["a"]]}
    kept = raw("sendMessage", chat_id=user.id, text="x", reply_markup=below)[1]["result"]
    place = {"chat_id": user.id, "message_id": sent}

    def edit(**arguments: object) -> str:
        return refusal("editMessageText", **arguments)

    unknown = "Bad Request: message to edit not found"
    assert edit(chat_id=user.id, message_id=999, text="y") == unknown
    assert edit(chat_id=other.id, message_id=sent, text="y") == unknown
    locked = "Bad Request: message can't be edited"
    assert edit(chat_id=user.id, message_id=theirs, text="y") == locked
    assert edit(chat_id=user.id, message_id=kept["message_id"], text="y") == locked
    assert "identifier is not specified" in edit(chat_id=user.id, text="y")
    assert "MESSAGE_ID_INVALID" in edit(inline_message_id="x", text="y")
    assert edit(**place, text="") == "Bad Request: message text is empty"
    assert edit(**place, text="字" * 4097) == "Bad Request: message is too long"
    assert "inline keyboard expected" in edit(**place, text="y", reply_markup=below)
    assert edit(chat_id=5, message_id=1, text="y") == "Bad Request: chat not found"
    assert user.screen().text == "x"


def test_edit_by_a_blocked_person_is_403(raw: Raw, fake: FakeTelegram) -> None:
    user = fake.person("张三")
    sent = raw("sendMessage", chat_id=user.id, text="x")[1]["result"]["message_id"]
    user.block()
    status, _ = raw("editMessageText", chat_id=user.id, message_id=sent, text="y")
    assert status == 403


def test_delete(with_bot: Callable[..., None], fake: FakeTelegram) -> None:
    user = fake.person("张三")
    theirs = user.say("秘密")
    group = fake.group("一队", user)
    in_group = user.say("/hi", chat=group)

    async def work(bot: Bot) -> None:
        message = await bot.send_message(user.id, "x")
        assert await message.delete()
        with pytest.raises(BadRequest, match=r"(?i)message to delete not found"):
            await message.delete()
        with pytest.raises(BadRequest, match=r"(?i)message to edit not found"):
            await message.edit_text("y")
        assert await bot.delete_message(user.id, theirs)
        with pytest.raises(BadRequest, match=r"(?i)message can't be deleted"):
            await bot.delete_message(group.id, in_group)

    with_bot(work)
    assert user.screens() == []
    with pytest.raises(LookupError):
        user.screen()


def test_pins(with_bot: Callable[..., None], fake: FakeTelegram) -> None:
    user = fake.person("张三")

    async def work(bot: Bot) -> None:
        one = await bot.send_message(user.id, "一")
        two = await bot.send_message(user.id, "二")
        for message in (one, two, one):
            assert await bot.pin_chat_message(user.id, message.message_id)
        assert user.chat.pinned == [two.message_id, one.message_id]
        assert await bot.unpin_chat_message(user.id)
        assert await bot.unpin_chat_message(user.id, two.message_id)
        for number in (None, two.message_id):
            with pytest.raises(BadRequest, match=r"(?i)message to unpin not found"):
                await bot.unpin_chat_message(user.id, message_id=number)
        with pytest.raises(BadRequest, match=r"(?i)message to pin not found"):
            await bot.pin_chat_message(user.id, 999)

    with_bot(work)
    assert user.chat.pinned == []
