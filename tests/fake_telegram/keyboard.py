"""Keyboards under messages: inline keyboards, reply keyboards, forced replies.

Source: https://core.telegram.org/bots/api#inlinekeyboardmarkup, #inlinekeyboardbutton,
#replykeyboardmarkup, #forcereply. Limits: 100 buttons, 8 a row; callback data 1-64 bytes;
copied text 1-256 characters; text not empty; exactly one action.
"""

from typing import Any

from .markup import usable_address, utf16_length
from .refusal import JSONObject, Refusal, bad_request
from .start import check_link

MAX_BUTTONS = 100
MAX_ROW = 8
MAX_REPLY_BUTTONS = 300
MAX_REPLY_ROW = 12
_ACTIONS = frozenset(
    {
        "url",
        "callback_data",
        "web_app",
        "login_url",
        "switch_inline_query",
        "switch_inline_query_current_chat",
        "switch_inline_query_chosen_chat",
        "copy_text",
        "callback_game",
        "pay",
    }
)
_LOOKS = frozenset({"text", "style", "icon_custom_emoji_id"})
_SWITCHES = frozenset({"switch_inline_query", "switch_inline_query_current_chat"})
_STYLES = frozenset({"primary", "success", "danger"})


def read_markup(value: Any) -> JSONObject | None:
    """Check any ``reply_markup``; None when there is none or it is an empty inline keyboard.

    Raises ``Refusal`` 400 for every breach of the limits above.
    """
    if value is None:
        return None
    if not isinstance(value, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in value:
        return _inline(value["inline_keyboard"])
    if "keyboard" in value:
        return _reply(value)
    if value.get("remove_keyboard") is True or value.get("force_reply") is True:
        _check_placeholder(value)
        return dict(value)
    if not value:
        return None
    raise bad_request("can't parse reply keyboard markup JSON object")


def read_inline_markup(value: Any) -> JSONObject | None:
    """As ``read_markup``, for edits and inline results: only an inline keyboard will do."""
    markup = read_markup(value)
    if markup is not None and "inline_keyboard" not in markup:
        raise bad_request("inline keyboard expected")
    return markup


def _rows(value: Any, most: int, row_most: int) -> list[list[Any]]:
    if not isinstance(value, list) or not all(isinstance(row, list) for row in value):
        raise bad_request('field "keyboard" of the markup must be an Array of Arrays')
    rows = [row for row in value if row]
    if any(len(row) > row_most for row in rows) or sum(map(len, rows)) > most:
        raise bad_request("reply markup is too long")
    return rows


def _inline(value: Any) -> JSONObject | None:
    rows = _rows(value, MAX_BUTTONS, MAX_ROW)
    checked = [[_inline_button(button) for button in row] for row in rows]
    return {"inline_keyboard": checked} if checked else None


def _refused_button(reason: str) -> Refusal:
    return bad_request(f"can't parse inline keyboard button: {reason}")


def _inline_button(button: Any) -> JSONObject:
    if not isinstance(button, dict):
        raise _refused_button("InlineKeyboardButton must be an Object")
    unknown = set(button) - _ACTIONS - _LOOKS
    if unknown:
        raise _refused_button(f"unknown field {sorted(unknown)[0]}")
    _check_label(button.get("text"))
    if "style" in button and button["style"] not in _STYLES:
        raise _refused_button("invalid button style specified")
    actions = sorted(_ACTIONS & set(button))
    if not actions:
        raise _refused_button("Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise _refused_button(f"only one action is allowed, found {', '.join(actions)}")
    _check_action(actions[0], button[actions[0]])
    return dict(button)


def _check_label(text: Any) -> None:
    if not isinstance(text, str) or not text.strip():
        raise _refused_button("text of the button must be non-empty")


def _check_action(action: str, value: Any) -> None:
    if action == "callback_data":
        if not isinstance(value, str) or not 1 <= len(value.encode()) <= 64:
            raise bad_request("BUTTON_DATA_INVALID")
    elif action == "copy_text":
        text = value.get("text") if isinstance(value, dict) else None
        if not isinstance(text, str) or not 1 <= utf16_length(text) <= 256:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")
    elif action == "url":
        if not isinstance(value, str) or not usable_address(value):
            raise bad_request(f"inline keyboard button URL '{value}' is invalid: Wrong HTTP URL")
        check_link(value)
    elif action == "web_app":
        address = value.get("url", "") if isinstance(value, dict) else ""
        if not address.startswith("https://") or not usable_address(address):
            raise bad_request(
                f"inline keyboard button Web App URL '{address}' is invalid: "
                "Only HTTPS links are allowed"
            )
    elif action in _SWITCHES and (not isinstance(value, str) or utf16_length(value) > 256):
        raise bad_request("SWITCH_INLINE_QUERY_INVALID")


def _reply(value: JSONObject) -> JSONObject:
    rows = _rows(value["keyboard"], MAX_REPLY_BUTTONS, MAX_REPLY_ROW)
    if not rows:
        raise bad_request("reply keyboard must be non-empty")
    _check_placeholder(value)
    checked = []
    for row in rows:
        buttons = [{"text": b} if isinstance(b, str) else b for b in row]
        for button in buttons:
            if not isinstance(button, dict):
                raise _refused_button("KeyboardButton must be an Object")
            _check_label(button.get("text"))
        checked.append(buttons)
    return {**value, "keyboard": checked}


def _check_placeholder(value: JSONObject) -> None:
    placeholder = value.get("input_field_placeholder")
    if placeholder is not None and not 1 <= utf16_length(str(placeholder)) <= 64:
        raise bad_request("input field placeholder must be 1-64 characters long")
