"""The table of methods the server knows. Names are matched without regard to case.

getUpdates is not here: it waits, so the gateway handles it (``polling``).
"""

from collections.abc import Callable

from . import delivery, media, messages, polls, profile, questions
from .arguments import Arguments
from .world import Outcome, World

Method = Callable[[World, Arguments], Outcome]

_TABLE: dict[str, Method] = {
    "getMe": profile.get_me,
    "setMyCommands": profile.set_my_commands,
    "getMyCommands": profile.get_my_commands,
    "deleteMyCommands": profile.delete_my_commands,
    "setMyDescription": profile.set_my_description,
    "getMyDescription": profile.get_my_description,
    "setMyShortDescription": profile.set_my_short_description,
    "getMyShortDescription": profile.get_my_short_description,
    "setWebhook": delivery.set_webhook,
    "deleteWebhook": delivery.delete_webhook,
    "getWebhookInfo": delivery.get_webhook_info,
    "sendMessage": messages.send_message,
    "editMessageText": messages.edit_message_text,
    "editMessageCaption": messages.edit_message_caption,
    "editMessageReplyMarkup": messages.edit_message_reply_markup,
    "deleteMessage": messages.delete_message,
    "pinChatMessage": messages.pin_chat_message,
    "unpinChatMessage": messages.unpin_chat_message,
    "sendChatAction": messages.send_chat_action,
    "sendDocument": media.send_document,
    "sendPhoto": media.send_photo,
    "getFile": media.get_file,
    "sendPoll": polls.send_poll,
    "stopPoll": polls.stop_poll,
    "answerCallbackQuery": questions.answer_callback_query,
    "answerInlineQuery": questions.answer_inline_query,
}
METHODS: dict[str, tuple[str, Method]] = {
    name.lower(): (name, method) for name, method in _TABLE.items()
}
"""Lower-case name -> (name as documented, function)."""
