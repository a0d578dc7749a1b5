"""Methods that answer questions: pressed buttons and inline queries.

Source: https://core.telegram.org/bots/api#answercallbackquery, #answerinlinequery. Toast up to
200 units, up to 50 results with ids of 1-64 bytes, each id once.
"""

from typing import Any

from .arguments import Arguments
from .keyboard import read_inline_markup
from .refusal import JSONObject, bad_request
from .rules import read_text, read_toast
from .start import check_link, check_start_parameter
from .world import Outcome, World

MAX_RESULTS = 50


def answer_callback_query(world: World, arguments: Arguments) -> Outcome:
    """answerCallbackQuery -> True."""
    question = world.open_question("callback_query", arguments.text("callback_query_id"))
    toast = read_toast(arguments)
    address = arguments.text("url")
    if address:
        if "t.me/" not in address and not address.startswith("tg://"):
            raise bad_request("URL_INVALID")
        check_link(address)
    question.answers.append(
        {"text": toast, "show_alert": arguments.flag("show_alert"), "url": address}
    )
    world.changed.notify_all()
    return Outcome(True, question.chat)


def _result(result: Any, seen: set[str]) -> JSONObject:
    if not isinstance(result, dict) or not isinstance(result.get("type"), str):
        raise bad_request("can't parse inline query result: an Object with a type is expected")
    number = result.get("id")
    if not isinstance(number, str) or not 1 <= len(number.encode()) <= 64:
        raise bad_request("RESULT_ID_INVALID")
    if number in seen:
        raise bad_request("RESULT_ID_DUPLICATE")
    seen.add(number)
    checked = dict(result)
    if result["type"] == "article":
        if not result.get("title"):
            raise bad_request("can't parse inline query result: title must be non-empty")
        if not isinstance(result.get("input_message_content"), dict):
            raise bad_request("can't parse inline query result: message content is not specified")
    content = result.get("input_message_content")
    if isinstance(content, dict) and "message_text" in content:
        formatted = read_text(Arguments({**content, "text": content["message_text"]}))
        checked["text"] = formatted.text
    markup = read_inline_markup(result.get("reply_markup"))
    if markup is not None:
        checked["reply_markup"] = markup
    return checked


def answer_inline_query(world: World, arguments: Arguments) -> Outcome:
    """answerInlineQuery -> True."""
    question = world.open_question("inline_query", arguments.text("inline_query_id"))
    results = arguments.array("results")
    if len(results) > MAX_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    seen: set[str] = set()
    checked = [_result(result, seen) for result in results]
    if len(arguments.text("next_offset").encode()) > 64:
        raise bad_request("NEXT_OFFSET_INVALID")
    button = arguments.composite("button")
    if button is not None:
        if not isinstance(button, dict) or not button.get("text"):
            raise bad_request("can't parse inline query results button: text must be non-empty")
        if "web_app" not in button:
            check_start_parameter(button.get("start_parameter"))
    if arguments.has("switch_pm_text"):
        check_start_parameter(arguments.values.get("switch_pm_parameter"))
    question.answers.append(
        {
            "results": checked,
            "button": button,
            "next_offset": arguments.text("next_offset"),
            "cache_time": arguments.integer("cache_time", 300),
            "is_personal": arguments.flag("is_personal"),
        }
    )
    world.changed.notify_all()
    return Outcome(True)
