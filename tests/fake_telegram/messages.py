"""Methods on messages: send, edit, delete, pin, typing.

Source: https://core.telegram.org/bots/api#sendmessage, #updating-messages, #pinchatmessage,
#sendchataction.
"""

import time

from .arguments import Arguments
from .keyboard import read_inline_markup, read_markup
from .refusal import JSONObject, bad_request
from .rules import read_caption, read_text
from .world import Chat, Message, Outcome, World

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the "
    "same as a current content and reply markup of the message"
)
_ACTIONS = frozenset(
    [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ]
)


def send(world: World, chat: Chat, arguments: Arguments, content: JSONObject) -> Outcome:
    """Put ``content`` into ``chat`` with the arguments every sending method shares."""
    markup = read_markup(arguments.composite("reply_markup"))
    reply = _replied(chat, arguments)
    extra: JSONObject = {}
    if reply is not None:
        extra["reply_to_message"] = {
            key: value for key, value in reply.body.items() if key != "reply_to_message"
        }
    if arguments.flag("protect_content"):
        extra["has_protected_content"] = True
    if markup is not None and "inline_keyboard" in markup:
        extra["reply_markup"] = markup
    message = world.add_message(chat, world.bot, {**content, **extra})
    message.markup = markup
    if markup is not None and "inline_keyboard" not in markup:
        chat.keyboard = markup if "keyboard" in markup else None
    return Outcome(message.body, chat.id, message)


def _replied(chat: Chat, arguments: Arguments) -> Message | None:
    parameters = arguments.composite("reply_parameters")
    if parameters is None and arguments.has("reply_to_message_id"):
        parameters = {"message_id": arguments.integer("reply_to_message_id")}
    if parameters is None:
        return None
    if not isinstance(parameters, dict) or not isinstance(parameters.get("message_id"), int):
        raise bad_request("can't parse reply parameters JSON object")
    message = chat.messages.get(parameters["message_id"])
    if message is None and not parameters.get("allow_sending_without_reply"):
        raise bad_request("message to be replied not found")
    return message


def send_message(world: World, arguments: Arguments) -> Outcome:
    """sendMessage -> Message."""
    chat = world.chat(arguments)
    formatted = read_text(arguments)
    content: JSONObject = {"text": formatted.text}
    if formatted.entities:
        content["entities"] = formatted.entities
    return send(world, chat, arguments, content)


def _editable(world: World, arguments: Arguments) -> Message:
    if arguments.has("inline_message_id"):
        raise bad_request("MESSAGE_ID_INVALID")
    message = world.own_message(arguments, "message to edit not found", "message can't be edited")
    if message.markup is not None and "inline_keyboard" not in message.markup:
        raise bad_request("message can't be edited")
    return message


def _change(world: World, message: Message, content: JSONObject, arguments: Arguments) -> Outcome:
    """Give ``message`` new fields (None: without) and the given inline keyboard or none."""
    markup = read_inline_markup(arguments.composite("reply_markup"))
    wanted = {**content, "reply_markup": markup}
    if all(message.body.get(key) == value for key, value in wanted.items()):
        raise bad_request(NOT_MODIFIED)
    for key, value in wanted.items():
        if value is None:
            message.body.pop(key, None)
        else:
            message.body[key] = value
    message.markup = markup
    message.body["edit_date"] = int(time.time())
    world.show(message)
    return Outcome(message.body, message.chat.id, message)


def edit_message_text(world: World, arguments: Arguments) -> Outcome:
    """editMessageText -> Message; without ``reply_markup`` the keyboard goes away."""
    message = _editable(world, arguments)
    formatted = read_text(arguments)
    if "text" not in message.body:
        raise bad_request("there is no text in the message to edit")
    content = {"text": formatted.text, "entities": formatted.entities or None}
    return _change(world, message, content, arguments)


def edit_message_caption(world: World, arguments: Arguments) -> Outcome:
    """editMessageCaption -> Message."""
    message = _editable(world, arguments)
    formatted = read_caption(arguments)
    if not message.body.keys() & {"document", "photo"}:
        raise bad_request("there is no caption in the message to edit")
    content = {
        "caption": formatted.text or None,
        "caption_entities": formatted.entities or None,
    }
    return _change(world, message, content, arguments)


def edit_message_reply_markup(world: World, arguments: Arguments) -> Outcome:
    """editMessageReplyMarkup -> Message."""
    return _change(world, _editable(world, arguments), {}, arguments)


def delete_message(world: World, arguments: Arguments) -> Outcome:
    """deleteMessage -> True; in a private chat also a message of the person."""
    chat = world.chat(arguments)
    message = chat.messages.get(arguments.integer("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    if chat.is_group and not message.outgoing:
        raise bad_request("message can't be deleted")
    del chat.messages[message.id]
    chat.pinned = [number for number in chat.pinned if number != message.id]
    world.note_change(chat)
    return Outcome(True, chat.id, message)


def pin_chat_message(world: World, arguments: Arguments) -> Outcome:
    """pinChatMessage -> True."""
    chat = world.chat(arguments)
    message = chat.messages.get(arguments.integer("message_id"))
    if message is None:
        raise bad_request("message to pin not found")
    if message.id in chat.pinned:
        chat.pinned.remove(message.id)
    chat.pinned.append(message.id)
    world.note_change(chat)
    return Outcome(True, chat.id, message)


def unpin_chat_message(world: World, arguments: Arguments) -> Outcome:
    """unpinChatMessage -> True; without ``message_id`` the one pinned last."""
    chat = world.chat(arguments)
    wanted = arguments.integer("message_id") if arguments.has("message_id") else None
    if wanted is None:
        wanted = chat.pinned[-1] if chat.pinned else None
    if wanted is None or wanted not in chat.messages or wanted not in chat.pinned:
        raise bad_request("message to unpin not found")
    chat.pinned.remove(wanted)
    world.note_change(chat)
    return Outcome(True, chat.id, chat.messages[wanted])


def send_chat_action(world: World, arguments: Arguments) -> Outcome:
    """sendChatAction -> True."""
    chat = world.chat(arguments)
    action = arguments.text("action")
    if action not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat.actions.append(action)
    return Outcome(True, chat.id)
