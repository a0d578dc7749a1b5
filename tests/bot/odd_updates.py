"""Updates nobody expects: older and newer servers, missing fields, values beyond all measure."""

from __future__ import annotations

from typing import Any

USER = 5
_WHO = {"id": USER, "is_bot": False, "first_name": "乙"}
_CHAT = {"id": USER, "type": "private", "first_name": "乙"}
_DEEP: Any = "底"
for _ in range(120):
    _DEEP = {"reply_to_message": [_DEEP]}


def message(**more: Any) -> dict[str, Any]:
    """A message of a stranger; what is None is left out."""
    whole = {"message_id": 1, "date": 1, "chat": _CHAT, "from": _WHO, **more}
    return {"message": {name: value for name, value in whole.items() if value is not None}}


def press(**more: Any) -> dict[str, Any]:
    shown = message(**{"from": None})["message"]
    asked = {"id": "7", "from": _WHO, "chat_instance": "1", "data": "home"}
    whole = {**asked, "message": shown, **more}
    return {"callback_query": {name: value for name, value in whole.items() if value is not None}}


_FILE = {"file_id": "a", "file_unique_id": "b"}
_OLD_POLL = {
    "id": "1",
    "question": "q",
    "options": [{"text": "a", "voter_count": 0}],
    "total_voter_count": 0,
    "is_closed": False,
    "is_anonymous": True,
    "type": "regular",
    "allows_multiple_answers": False,
}

ODD_UPDATES: dict[str, dict[str, Any]] = {
    # Of servers older or newer than the library.
    "a poll of an older server": message(poll=_OLD_POLL),
    "a quiz of an older server": message(poll={**_OLD_POLL, "type": "quiz"}),
    "a poll on its own": {"poll": _OLD_POLL},
    "a vote": {"poll_answer": {"poll_id": "1", "user": _WHO}},
    "a unique gift": message(unique_gift={"gift": {}, "origin": "upgrade"}),
    "a gift": message(gift={"gift": {"id": "1"}}),
    "a story": message(story={}),
    "a giveaway": message(giveaway={"chats": []}),
    "a giveaway that ended": message(giveaway_winners={}),
    "paid media": message(paid_media={}),
    "a checklist": message(checklist={"title": "t"}),
    "a kind of message nobody knows": message(hologram={"depth": 3}),
    "a kind of update nobody knows": {"hologram": {"depth": 3}},
    "nothing but a number": {},
    "a boost": {"chat_boost": {"chat": _CHAT, "boost": {}}},
    "a reaction": {"message_reaction": {"chat": _CHAT, "message_id": 1, "date": 1}},
    "a business message": {"business_message": message()["message"]},
    "a deleted business message": {"deleted_business_messages": {}},
    # Fields missing.
    "an empty message": {"message": {}},
    "a message that is none": {"message": None},
    "a message that is a word": {"message": "x"},
    "a message that is a list": {"message": [1]},
    "no date": message(text="问", date=None),
    "no message_id": message(text="问", message_id=None),
    "no sender": message(text="问", **{"from": None}),
    "no chat": message(text="问", chat=None),
    "a sender without a name": message(text="问", **{"from": {"id": USER, "is_bot": False}}),
    "a sender without a number": message(text="问", **{"from": {"is_bot": False}}),
    "a chat without a type": message(text="问", chat={"id": USER}),
    "a chat without a number": message(text="问", chat={"type": "private"}),
    "a contact without a telephone": message(contact={"first_name": "丙"}),
    "a place without a latitude": message(location={"longitude": 1.0}),
    "a venue without a title": message(venue={"location": {"latitude": 1, "longitude": 2}}),
    "a voice without a length": message(voice=_FILE),
    "an audio without a length": message(audio=_FILE),
    "a round video without a length": message(video_note=_FILE),
    "a video without a size": message(video=_FILE),
    "an animation without a size": message(animation=_FILE),
    "a sticker without a kind": message(sticker=_FILE),
    "a document without a file": message(document={}),
    "a photo with null for a size": message(photo=[None]),
    "a photo without sizes": message(photo=[]),
    "a die without a value": message(dice={"emoji": "🎲"}),
    "a game without a title": message(game={}),
    "an invoice without a price": message(invoice={}),
    "a payment without a charge": message(successful_payment={"currency": "XTR"}),
    "data of a web app without data": message(web_app_data={}),
    "passport data": message(passport_data={}),
    "a forward without a sender": message(text="问", forward_origin={"type": "user", "date": 1}),
    "a forward of no kind": message(text="问", forward_origin={}),
    "a quote without a place": message(text="问", quote={"text": "x"}),
    "a reply to nothing": message(text="问", reply_to_message={}),
    "an external reply to nothing": message(text="问", external_reply={}),
    "entities that are none": message(text="问", entities=[{}, None, 3]),
    "a keyboard that is a word": message(text="问", reply_markup="x"),
    "a keyboard without rows": message(text="问", reply_markup={"inline_keyboard": 3}),
    "a press without data": press(data=None),
    "a press without a message": press(message=None),
    "a press without a sender": press(**{"from": None}),
    "a press without a number": press(id=None),
    "a press on a keyboard that is none": press(
        message={**message(text="x")["message"], "reply_markup": {"inline_keyboard": [3]}}
    ),
    "a press on a message that is gone": press(message={"chat": _CHAT, "message_id": 1, "date": 0}),
    "a press on a message that is a word": press(message="x"),
    "a press on an inline message": press(message=None, inline_message_id="abc"),
    "a game's press": press(data=None, game_short_name="g"),
    "an inline query without a sender": {"inline_query": {"id": "1", "query": "伞"}},
    "an inline query without a query": {"inline_query": {"id": "1", "from": _WHO}},
    # Values beyond all measure.
    "half of an emoji": message(text="雨伞\ud83d太重"),
    "half of an emoji in a caption": message(photo=[], caption="\udc00"),
    "half of an emoji in a name": message(text="问", **{"from": {**_WHO, "first_name": "\ud83d"}}),
    "half of an emoji in a field nobody reads": message(text="问", hologram="\ud83d"),
    "half of an emoji for a field": message(text="问", **{"\ud83d": 1}),
    "half of an emoji on a button": press(data="\ud83d"),
    "half of an emoji inline": {"inline_query": {"id": "1", "from": _WHO, "query": "\ud83d"}},
    "a zero byte": message(text="雨\x00伞"),
    "the date 0": message(text="问", date=0),
    "the date -1": message(text="问", date=-1),
    "a date far away": message(text="问", date=10**18),
    "a date in words": message(text="问", date="yesterday"),
    "a date without end": message(text="问", date=float("inf")),
    "a text that is a number": message(text=5),
    "a text that is a list": message(text=["a"]),
    "an empty text": message(text=""),
    "an enormous sender": message(text="问", **{"from": {**_WHO, "id": 10**300}}),
    "an enormous chat": message(text="问", chat={**_CHAT, "id": 10**300}),
    "a chat below zero": message(text="问", chat={**_CHAT, "id": -(2**63)}),
    "a sender that is a fraction": message(text="问", **{"from": {**_WHO, "id": 1.5}}),
    "a sender that is true": message(text="问", **{"from": {**_WHO, "id": True}}),
    "an enormous message_id": message(text="问", message_id=10**30),
    "nested without end": message(text="问", reply_to_message=_DEEP),
    "two kinds at once": {**message(text="问"), **press()},
    "an edit without words": {"edited_message": message()["message"]},
    "an edit that is none": {"edited_message": None},
}
# Not even a number that could be confirmed or written down.
NO_UPDATES: dict[str, Any] = {
    "null": None,
    "a word": "x",
    "a list": [],
    "a number": 3,
    "no number": message(text="问"),
    "a number in words": {"update_id": "x", **message(text="问")},
    "a fraction": {"update_id": 1.5, **message(text="问")},
    "no end": {"update_id": float("inf"), **message(text="问")},
    "true": {"update_id": True, **message(text="问")},
    "below zero": {"update_id": -1, **message(text="问")},
    "beyond the database": {"update_id": 2**63, **message(text="问")},
}
