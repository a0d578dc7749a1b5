"""The world of one fake server: people's chats, messages and questions, under one lock.

People change it from the test's thread, methods from the server's; both hold ``lock``.
Objects sent over the wire are plain Bot API JSON (https://core.telegram.org/bots/api#message).
"""

import time
from dataclasses import dataclass, field
from itertools import count
from threading import Condition, RLock

from .arguments import Arguments
from .files import Files
from .mailbox import Mailbox
from .refusal import JSONObject, Refusal, bad_request, forbidden


@dataclass
class Message:
    """One message. ``body`` is its Bot API object, ``markup`` the whole reply markup."""

    id: int
    chat: "Chat"
    body: JSONObject
    outgoing: bool
    markup: JSONObject | None = None
    touched: int = 0
    votes: dict[int, list[int]] = field(default_factory=dict)

    @property
    def text(self) -> str | None:
        """Plain text or caption, None when it has neither."""
        value = self.body.get("text", self.body.get("caption"))
        return None if value is None else str(value)


@dataclass
class Chat:
    """One chat. ``version`` grows with every change the bot makes that people can see."""

    id: int
    card: JSONObject
    started: bool = True
    blocked: bool = False
    privacy: bool = False
    version: int = 0
    messages: dict[int, Message] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    keyboard: JSONObject | None = None

    @property
    def is_group(self) -> bool:
        """Whether several people share it."""
        return bool(self.card["type"] != "private")


@dataclass
class Question:
    """A pressed button or an inline query that waits for the bot's answer."""

    id: str
    kind: str
    chat: int | None
    asked_at: float
    answers: list[JSONObject] = field(default_factory=list)
    expired: bool = False


@dataclass
class Webhook:
    """Where updates are posted to."""

    url: str
    secret: str
    max_connections: int
    last_error: tuple[int, str] | None = None


@dataclass
class Outcome:
    """What a method did: the ``result`` to answer with and what the journal needs."""

    result: object
    chat: int | None = None
    message: Message | None = None
    description: str | None = None


class World:
    """All state of one server."""

    def __init__(self, bot_id: int, username: str) -> None:
        self.lock = RLock()
        self.changed = Condition(self.lock)
        self.bot: JSONObject = {
            "id": bot_id,
            "is_bot": True,
            "first_name": "明白",
            "username": username,
        }
        self.mailbox = Mailbox(self.changed)
        self.files = Files(bot_id)
        self.chats: dict[int, Chat] = {}
        self.questions: dict[str, Question] = {}
        self.commands: dict[str, list[JSONObject]] = {}
        self.descriptions: dict[tuple[str, str], str] = {}
        self.webhook: Webhook | None = None
        self.answer_window = 15.0
        """Seconds within which a button or an inline query can be answered."""
        self._message_ids = count(1)
        self._question_ids = count(4_300_000_001)
        self._touches = count(1)

    def chat(self, arguments: Arguments, name: str = "chat_id") -> Chat:
        """The chat an argument names, if the bot may write there; ``Refusal`` 400 or 403."""
        if not arguments.has(name):
            raise bad_request(f"{name} is empty")
        raw = arguments.text(name)
        known = self.chats.get(int(raw)) if raw.lstrip("-").isdigit() else None
        if known is None:
            raise bad_request("chat not found")
        if known.blocked:
            where = "kicked from the group chat" if known.is_group else "blocked by the user"
            raise forbidden(f"bot was {where}")
        if not known.started:
            raise forbidden("bot can't initiate conversation with a user")
        return known

    def add_message(self, chat: Chat, sender: JSONObject, content: JSONObject) -> Message:
        """A new message of the bot or of a person, in place and not yet an update."""
        number = next(self._message_ids)
        body: JSONObject = {
            "message_id": number,
            "from": sender,
            "chat": chat.card,
            "date": int(time.time()),
            **content,
        }
        message = Message(number, chat, body, outgoing=sender["id"] == self.bot["id"])
        chat.messages[number] = message
        if message.outgoing:
            self.show(message)
        return message

    def show(self, message: Message) -> None:
        """Mark a message as the one changed last, and wake the people who wait for it."""
        message.touched = next(self._touches)
        self.note_change(message.chat)

    def note_change(self, chat: Chat) -> None:
        """Wake the people who wait for something new in ``chat``."""
        chat.version += 1
        self.changed.notify_all()

    def own_message(self, arguments: Arguments, missing: str, wrong: str) -> Message:
        """The bot's message that ``chat_id`` and ``message_id`` name; ``Refusal`` 400."""
        chat = self.chat(arguments)
        if not arguments.has("message_id"):
            raise bad_request("message identifier is not specified")
        message = chat.messages.get(arguments.integer("message_id"))
        if message is None:
            raise bad_request(missing)
        if not message.outgoing:
            raise bad_request(wrong)
        return message

    def new_id(self) -> str:
        """A number nobody has used yet, for a question or a poll."""
        return str(next(self._question_ids))

    def ask(self, kind: str, chat: int | None) -> Question:
        """A new question, open for ``answer_window`` seconds."""
        question = Question(self.new_id(), kind, chat, time.monotonic())
        self.questions[question.id] = question
        return question

    def open_question(self, kind: str, question_id: str) -> Question:
        """The question that can still be answered; ``Refusal`` 400 for any other."""
        question = self.questions.get(question_id)
        if question is None or question.kind != kind or self._is_late(question):
            raise Refusal(
                400,
                "Bad Request: query is too old and response timeout expired or query ID is invalid",
            )
        return question

    def _is_late(self, question: Question) -> bool:
        late = time.monotonic() - question.asked_at > self.answer_window
        return question.expired or late

    def newest(self, chat: Chat) -> Message | None:
        """The bot's message that was sent or edited last and is still there."""
        own = [message for message in chat.messages.values() if message.outgoing]
        return max(own, key=lambda message: message.touched, default=None)

    def deliver(self, kind: str, payload: JSONObject) -> int | None:
        """Queue an update for the bot, a copy of ``payload``."""
        return self.mailbox.put(kind, payload)
