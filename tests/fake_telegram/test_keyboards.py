"""Keyboards: limits of inline and reply keyboards, actions of buttons."""

from collections.abc import Callable
from typing import Any

import pytest
from telegram import (
    Bot,
    CopyTextButton,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)
from telegram.error import BadRequest

from . import FakeTelegram
from .conftest import Raw

Refused = Callable[..., str]


def _button(**fields: Any) -> dict[str, Any]:
    return {"text": "x", **fields}


def _markup(*rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"inline_keyboard": list(rows)}


def test_all_kinds_through_ptb(with_bot: Callable[..., None], fake: FakeTelegram) -> None:
    user = fake.person("张三")
    rows = [
        [InlineKeyboardButton("下一步", callback_data="n", style="primary")],
        [InlineKeyboardButton("链接", url="https://a.example")],
        [InlineKeyboardButton("复制", copy_text=CopyTextButton("字" * 256))],
        [InlineKeyboardButton("分享", switch_inline_query="")],
    ]

    async def work(bot: Bot) -> None:
        message = await bot.send_message(user.id, "x", reply_markup=InlineKeyboardMarkup(rows))
        assert message.reply_markup == InlineKeyboardMarkup(rows)
        with pytest.raises(BadRequest, match=r"(?i)button_data_invalid"):
            long = [[InlineKeyboardButton("x", callback_data="字" * 22)]]
            await bot.send_message(user.id, "x", reply_markup=InlineKeyboardMarkup(long))

    with_bot(work)
    assert user.screen().buttons == ["下一步", "链接", "复制", "分享"]


@pytest.mark.parametrize(
    ("button", "complaint"),
    [
        (_button(callback_data="字" * 22), "BUTTON_DATA_INVALID"),
        (_button(callback_data="a" * 65), "BUTTON_DATA_INVALID"),
        (_button(callback_data=""), "BUTTON_DATA_INVALID"),
        (_button(callback_data=7), "BUTTON_DATA_INVALID"),
        (_button(), "Text buttons are unallowed in the inline keyboard"),
        (_button(callback_data="a", url="https://a.example"), "only one action is allowed"),
        ({"text": "", "callback_data": "a"}, "text of the button must be non-empty"),
        ({"text": "  ", "callback_data": "a"}, "text of the button must be non-empty"),
        ({"callback_data": "a"}, "text of the button must be non-empty"),
        (_button(copy_text={"text": "a" * 257}), "BUTTON_COPY_TEXT_INVALID"),
        (_button(copy_text={"text": ""}), "BUTTON_COPY_TEXT_INVALID"),
        (_button(copy_text="a"), "BUTTON_COPY_TEXT_INVALID"),
        (_button(url="http://localhost/x"), "Wrong HTTP URL"),
        (_button(url="https://t.me/x?start=" + "a" * 65), "START_PARAM_INVALID"),
        (_button(url="https://t.me/x?start=中"), "START_PARAM_INVALID"),
        (_button(url="tg://resolve?domain=x&start="), "START_PARAM_INVALID"),
        (_button(web_app={"url": "http://a.example"}), "Only HTTPS links are allowed"),
        (_button(switch_inline_query="a" * 257), "SWITCH_INLINE_QUERY_INVALID"),
        (_button(callback_data="a", style="loud"), "invalid button style"),
        (_button(callback_data="a", colour="red"), "unknown field colour"),
        ("x", "must be an Object"),
    ],
)
def test_bad_buttons(refusal: Refused, fake: FakeTelegram, button: Any, complaint: str) -> None:
    user = fake.person("张三")
    told = refusal("sendMessage", chat_id=user.id, text="x", reply_markup=_markup([button]))
    assert complaint in told
    assert fake.journal.sent() == []


def test_limits_are_inclusive(raw: Raw, refusal: Refused, fake: FakeTelegram) -> None:
    user = fake.person("张三")
    full = [_button(callback_data="字" * 21 + "a")] * 8

    def send(*rows: list[dict[str, Any]]) -> tuple[int, dict[str, Any]]:
        return raw("sendMessage", chat_id=user.id, text="x", reply_markup=_markup(*rows))

    assert send(*[full] * 12, full[:4])[0] == 200
    assert "reply_markup" in send([_button(url="https://t.me/x?start=" + "a" * 64)])[1]["result"]
    assert send(*[full] * 12, full[:5])[0] == 400
    assert send([*full, full[0]])[0] == 400
    assert {v.description for v in fake.violations} == {"Bad Request: reply markup is too long"}


def test_empty_keyboard_is_none(raw: Raw, fake: FakeTelegram) -> None:
    user = fake.person("张三")
    for markup in (_markup(), _markup([]), {}):
        body = raw("sendMessage", chat_id=user.id, text="x", reply_markup=markup)[1]
        assert "reply_markup" not in body["result"]


@pytest.mark.parametrize(
    ("markup", "complaint"),
    [
        ([], "object expected as reply markup"),
        ({"x": 1}, "can't parse reply keyboard markup"),
        ({"inline_keyboard": [{}]}, "Array of Arrays"),
        ({"keyboard": []}, "must be non-empty"),
        ({"keyboard": [[{"text": ""}]]}, "must be non-empty"),
        ({"keyboard": [[7]]}, "must be an Object"),
        ({"keyboard": [["x"] * 13]}, "too long"),
        ({"keyboard": [["x"]], "input_field_placeholder": "x" * 65}, "placeholder"),
        ({"force_reply": True, "input_field_placeholder": "x" * 65}, "placeholder"),
    ],
)
def test_bad_markups(refusal: Refused, fake: FakeTelegram, markup: Any, complaint: str) -> None:
    user = fake.person("张三")
    assert complaint in refusal("sendMessage", chat_id=user.id, text="x", reply_markup=markup)


def test_reply_keyboards(with_bot: Callable[..., None], fake: FakeTelegram) -> None:
    user = fake.person("张三")

    async def work(bot: Bot) -> None:
        keyboard = ReplyKeyboardMarkup([["首页", KeyboardButton("帮助")]])
        await bot.send_message(user.id, "选", reply_markup=keyboard)
        assert user.screen().keyboard == (("首页", "帮助"),)
        user.press("帮助")
        assert (await bot.get_updates(timeout=0))[0].message.text == "帮助"  # type: ignore[union-attr]
        await bot.send_message(user.id, "没了", reply_markup=ReplyKeyboardRemove())
        assert user.screen().keyboard == ()
        asked = await bot.send_message(user.id, "说", reply_markup=ForceReply())
        user.say("好")
        update = (await bot.get_updates(offset=-1, timeout=0))[0]
        assert update.message is not None
        assert update.message.reply_to_message is not None
        assert update.message.reply_to_message.message_id == asked.message_id

    with_bot(work)
