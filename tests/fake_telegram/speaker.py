"""Speaking: messages a person sends to the bot."""

import time

from .incoming import incoming_text, pieces, seen_in_privacy
from .journal import ChatRef
from .refusal import JSONObject
from .start import is_start_parameter
from .watcher import Watcher
from .world import Chat, Message


class Speaker(Watcher):
    """A person who can send; every ``send_...`` returns the id of the message."""

    def say(self, text: str, *, chat: ChatRef | None = None, reply_to: int | None = None) -> int:
        """Send a text, cut above 4096 units as clients do; the id of the last piece.

        Answers a forced reply by itself, as clients do. ValueError: empty text.
        """
        last = 0
        for piece in pieces(text):
            last = self._send(incoming_text(piece), chat, reply_to)
        return last

    def start(self, payload: str = "") -> int:
        """Open the bot, by a deep link if there is a payload. ValueError: not a payload."""
        if payload and not is_start_parameter(payload):
            raise ValueError(f"not a start parameter: {payload!r}")
        return self.say(f"/start {payload}".strip())

    def draft(self, text: str) -> JSONObject:
        """The raw update ``say(text)`` would queue; nothing is queued."""
        with self._world.lock:
            return {"message": self._write(self.chat, incoming_text(text), None).body}

    def edit(self, message_id: int, text: str, *, chat: ChatRef | None = None) -> None:
        """Change an own message. KeyError: no such message."""
        with self._world.lock:
            where = self._where(chat)
            message = where.messages[message_id]
            message.body.pop("entities", None)
            message.body.update(incoming_text(text), edit_date=int(time.time()))
            self._mark(where)
            self._world.deliver("edited_message", message.body)

    def send_sticker(self, *, chat: ChatRef | None = None) -> int:
        """Send a sticker."""
        card = self._store("sticker", "sticker.webp", "image/webp", b"RIFF")
        looks = {"type": "regular", "width": 512, "height": 512, "emoji": "👍"}
        kind = {"is_animated": False, "is_video": False}
        return self._send({"sticker": {**card, **looks, **kind}}, chat)

    def send_voice(
        self, data: bytes = b"OggS", *, seconds: int = 3, chat: ChatRef | None = None
    ) -> int:
        """Send a voice message."""
        card = self._store("voice", "voice.oga", "audio/ogg", data)
        return self._send({"voice": {**card, "duration": seconds, "mime_type": "audio/ogg"}}, chat)

    def send_file(
        self,
        name: str = "材料.txt",
        data: bytes = b"file",
        *,
        mime_type: str = "text/plain",
        size: int | None = None,
        caption: str = "",
        chat: ChatRef | None = None,
    ) -> int:
        """Send a document; ``size`` declares more bytes than there are."""
        card = self._store("document", name, mime_type, data, size)
        content = {"document": {**card, "file_name": name, "mime_type": mime_type}}
        return self._send(_captioned(content, caption), chat)

    def send_photo(
        self, data: bytes = b"\xff\xd8\xff", *, caption: str = "", chat: ChatRef | None = None
    ) -> int:
        """Send a photo."""
        card = self._store("photo", "photo.jpg", "image/jpeg", data)
        content = {"photo": [{**card, "width": 90, "height": 90}]}
        return self._send(_captioned(content, caption), chat)

    def send_location(
        self, latitude: float, longitude: float, *, chat: ChatRef | None = None
    ) -> int:
        """Send a place, in degrees."""
        return self._send({"location": {"latitude": latitude, "longitude": longitude}}, chat)

    def send_contact(self, phone: str, *, chat: ChatRef | None = None) -> int:
        """Send the own telephone number."""
        name = self.card["first_name"]
        card = {"phone_number": phone, "first_name": name, "user_id": self.id}
        return self._send({"contact": card}, chat)

    def _store(
        self, kind: str, name: str, mime_type: str, data: bytes, size: int | None = None
    ) -> JSONObject:
        with self._world.lock:
            return self._world.files.store(kind, name, mime_type, data, size).card()

    def _send(self, content: JSONObject, chat: ChatRef | None, reply_to: int | None = None) -> int:
        with self._world.lock:
            where = self._where(chat)
            message = self._write(where, content, reply_to)
            username = str(self._world.bot["username"])
            hidden = where.privacy and not seen_in_privacy(message, username)
            if not where.blocked and not hidden:
                self._world.deliver("message", message.body)
            return message.id

    def _write(self, where: Chat, content: JSONObject, reply_to: int | None) -> Message:
        where.started = True
        self._mark(where)
        target = where.messages[reply_to] if reply_to else self._forced(where)
        if target is not None:
            quoted = {k: v for k, v in target.body.items() if k != "reply_to_message"}
            content = {**content, "reply_to_message": quoted}
        return self._world.add_message(where, self.card, content)

    def _forced(self, where: Chat) -> Message | None:
        """The bot's forced reply, if it is the last message of the chat."""
        last = next(reversed(where.messages.values()), None)
        return last if last is not None and (last.markup or {}).get("force_reply") else None


def _captioned(content: JSONObject, caption: str) -> JSONObject:
    return {**content, "caption": caption} if caption else content
