"""Pressed buttons and inline queries, and the answers to them."""

from asyncio import to_thread
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
)
from telegram.error import BadRequest

from . import PATIENCE, FakeTelegram
from .conftest import Raw

Refused = Callable[..., str]
TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"


def test_press_and_answer(with_bot: Callable[..., None], fake: FakeTelegram) -> None:
    user = fake.person("张三")
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("✓ 下一步", callback_data="n")]])

    async def work(bot: Bot) -> None:
        message = await bot.send_message(user.id, "一", reply_markup=markup)
        pressed = user.press("下一步")
        assert fake.unanswered == [pressed]
        (update,) = await bot.get_updates()
        query = update.callback_query
        assert query is not None
        assert (query.id, query.data, query.from_user.id) == (pressed, "n", user.id)
        assert query.message is not None
        assert query.message.message_id == message.message_id
        await query.answer("字" * 200, show_alert=True)
        assert (await to_thread(user.toast)) == "字" * 200
        assert user.answer()["show_alert"] is True
        with pytest.raises(BadRequest, match=r"(?i)message_too_long"):
            await query.answer("字" * 201)

    with_bot(work)
    assert fake.unanswered == []
    assert fake.journal.of("answerCallbackQuery", chat=user)[0].chat == user.id


def test_unknown_and_expired_questions(refusal: Refused, fake: FakeTelegram) -> None:
    user = fake.person("张三")
    assert refusal("answerCallbackQuery", callback_query_id="7") == TOO_OLD
    pressed = user.send_callback("x", 1)
    assert refusal("answerInlineQuery", inline_query_id=pressed, results=[]) == TOO_OLD
    fake.expire_questions()
    assert refusal("answerCallbackQuery", callback_query_id=pressed) == TOO_OLD
    fake.answer_window = 0
    late = user.send_callback("x", 1)
    assert refusal("answerCallbackQuery", callback_query_id=late) == TOO_OLD
    assert fake.answer_window == 0


def test_answer_links(raw: Raw, refusal: Refused, fake: FakeTelegram) -> None:
    user = fake.person("张三")
    pressed = user.send_callback("x", 1)

    def complain(url: str) -> str:
        return refusal("answerCallbackQuery", callback_query_id=pressed, url=url)

    assert complain("https://a.example") == "Bad Request: URL_INVALID"
    assert complain("https://t.me/x?start=a.b") == "Bad Request: START_PARAM_INVALID"
    good = "https://t.me/x?start=a_b"
    assert raw("answerCallbackQuery", callback_query_id=pressed, url=good)[0] == 200
    assert user.answer()["url"] == good


def test_inline_through_ptb(with_bot: Callable[..., None], fake: FakeTelegram) -> None:
    user = fake.person("张三")

    async def work(bot: Bot) -> None:
        with ThreadPoolExecutor() as pool:
            asked = pool.submit(user.inline, "传唤")
            (update,) = await bot.get_updates(timeout=5)
            assert update.inline_query is not None
            assert update.inline_query.query == "传唤"
            content = InputTextMessageContent("<b>口头传唤</b>", parse_mode="HTML")
            await update.inline_query.answer([InlineQueryResultArticle("1", "传唤", content)])
            (result,) = await to_thread(asked.result, 5)
        assert (result["title"], result["text"]) == ("传唤", "口头传唤")

    with_bot(work)
    assert fake.violations == []


def _article(number: str = "1", **fields: Any) -> dict[str, Any]:
    content = {"message_text": "x"}
    return {
        "type": "article",
        "id": number,
        "title": "t",
        "input_message_content": content,
        **fields,
    }


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"results": [_article(str(n)) for n in range(51)]}, "RESULTS_TOO_MUCH"),
        ({"results": [_article(), _article()]}, "RESULT_ID_DUPLICATE"),
        ({"results": [_article("")]}, "RESULT_ID_INVALID"),
        ({"results": [_article("字" * 22)]}, "RESULT_ID_INVALID"),
        ({"results": [_article(title="")]}, "title must be non-empty"),
        ({"results": [_article(input_message_content=None)]}, "content is not specified"),
        ({"results": ["x"]}, "an Object with a type"),
        ({"results": [_article(reply_markup={"keyboard": [["x"]]})]}, "inline keyboard expected"),
        (
            {"results": [_article(input_message_content={"message_text": "字" * 4097})]},
            "message is too long",
        ),
        ({"results": [], "next_offset": "a" * 65}, "NEXT_OFFSET_INVALID"),
        ({"results": [], "button": {"text": "x", "start_parameter": "a b"}}, "START_PARAM_INVALID"),
        ({"results": [], "button": {"text": "x", "start_parameter": "a" * 65}}, "START_PARAM"),
        ({"results": [], "button": {"text": "x", "start_parameter": ""}}, "START_PARAM_INVALID"),
        ({"results": [], "button": {"start_parameter": "a"}}, "text must be non-empty"),
        ({"results": [], "switch_pm_text": "x"}, "START_PARAM_INVALID"),
    ],
)
def test_bad_inline_answers(
    raw: Raw, refusal: Refused, fake: FakeTelegram, arguments: dict[str, Any], complaint: str
) -> None:
    user = fake.person("张三")
    with ThreadPoolExecutor() as pool:
        asked = pool.submit(user.inline_answer, "x")
        (update,) = raw("getUpdates", timeout=5)[1]["result"]
        number = update["inline_query"]["id"]
        assert complaint in refusal("answerInlineQuery", inline_query_id=number, **arguments)
        fine = [_article(str(n)) for n in range(50)]
        button = {"text": "设置", "start_parameter": "a" * 64}
        raw("answerInlineQuery", inline_query_id=number, results=fine, button=button)
        assert len(asked.result(PATIENCE)["results"]) == 50


def test_no_answer_times_out(fake: FakeTelegram) -> None:
    user = fake.person("张三")
    with pytest.raises(TimeoutError, match="inline_query unanswered"):
        user.inline("x", timeout=0.05)
    with pytest.raises(LookupError, match="nothing was pressed"):
        user.toast()
    user.send_callback("x", 1)
    with pytest.raises(TimeoutError, match="callback_query unanswered"):
        user.toast(timeout=0.05)
