"""People: what a test does on the other side of the bot.

    user = fake.person("张三")
    user.start("guide-12")
    screen = user.wait()
    user.press("下一步")

All methods may be called from any thread; those that wait block it, so in a coroutine that
shares its loop with the bot use ``await asyncio.to_thread(user.wait)``.
"""

import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from .journal import ChatRef
from .patience import PATIENCE
from .polls import vote
from .refusal import JSONObject
from .screen import Screen
from .speaker import Speaker
from .world import Chat, Question, World


class Person(Speaker):
    """One Telegram user: speaks (``Speaker``), watches (``Watcher``), presses, asks inline."""

    def __init__(self, world: World, card: JSONObject, chat: Chat) -> None:
        super().__init__(world, card, chat)
        self._question: Question | None = None
        self.clipboard: str | None = None
        """What a copy button copied last."""

    @classmethod
    def arrive(
        cls, world: World, number: int, name: str, username: str | None, started: bool
    ) -> "Person":
        """A new person in ``world``; ``started`` False: the bot may not write first."""
        names: JSONObject = {"id": number, "first_name": name}
        if username:
            names["username"] = username
        chat = Chat(number, {**names, "type": "private"}, started=started)
        with world.lock:
            world.chats[number] = chat
        return cls(world, {**names, "is_bot": False, "language_code": "zh-hans"}, chat)

    # -- buttons ------------------------------------------------------------------------------

    def press(
        self, label: str, *, on: Screen | int | None = None, chat: ChatRef | None = None
    ) -> str:
        """Press the button with this label (or the only one that contains it).

        Looked for on ``on`` (a message id, or a screen seen before, even if it has changed
        since), else on the messages from the newest back, else on the reply keyboard, which
        sends the label. Returns the id of the question asked, the address of a link, the text
        copied (also in ``clipboard``) or the query to switch to. LookupError: no such button.
        """
        with self._world.lock:
            where = self._where(chat)
            found = self._find(where, label, on)
            if found is None:
                return str(self.say(label, chat=chat))
            message_id, button = found
            if "callback_data" in button:
                return self.send_callback(button["callback_data"], message_id, chat=chat)
            if "copy_text" in button:
                self.clipboard = str(button["copy_text"]["text"])
                return self.clipboard
            action = next(key for key in button if key not in ("text", "style"))
            value = button[action]
            return str(value.get("url", value) if isinstance(value, dict) else value)

    def _find(
        self, where: Chat, label: str, on: Screen | int | None
    ) -> tuple[int, JSONObject] | None:
        if isinstance(on, Screen):
            return on.message_id, on.button(label)
        own = [m for m in where.messages.values() if m.outgoing and on in (None, m.id)]
        own.sort(key=lambda message: message.touched, reverse=True)
        for message in own:
            try:
                return message.id, self._read(where, message).button(label)
            except LookupError:
                continue
        rows: list[list[JSONObject]] = (where.keyboard or {}).get("keyboard", [])
        if on is None and any(button["text"] == label for row in rows for button in row):
            return None
        there = [self._read(where, message).buttons for message in own]
        raise LookupError(f"no button {label!r}; from the newest message back: {there}")

    def send_callback(self, data: str, message_id: int, *, chat: ChatRef | None = None) -> str:
        """Send a callback with any data, as a forged or very old client could; its id."""
        with self._world.lock:
            where = self._where(chat)
            self._mark(where)
            self._question = self._world.ask("callback_query", where.id)
            message = where.messages.get(message_id)
            self._world.deliver(
                "callback_query",
                {
                    "id": self._question.id,
                    "from": self.card,
                    "message": _gone(where, message_id) if message is None else message.body,
                    "chat_instance": str(where.id),
                    "data": data,
                },
            )
            return self._question.id

    def answer(self, *, timeout: float = PATIENCE) -> JSONObject:
        """Wait for the answer to the last press: text, show_alert, url. TimeoutError."""
        question = self._question
        if question is None:
            raise LookupError("nothing was pressed")
        return self._wait_answer(question, timeout)

    def toast(self, *, timeout: float = PATIENCE) -> str:
        """Wait for the text answered to the last press; empty when there is none."""
        return str(self.answer(timeout=timeout)["text"])

    def _wait_answer(self, question: Question, timeout: float) -> JSONObject:
        deadline = time.monotonic() + timeout
        with self._world.changed:
            while not question.answers:
                left = deadline - time.monotonic()
                if left <= 0:
                    raise TimeoutError(f"{question.kind} unanswered for {timeout} s")
                self._world.changed.wait(left)
            return question.answers[0]

    # -- inline, links, polls -----------------------------------------------------------------

    def inline(
        self, query: str, *, offset: str = "", timeout: float = PATIENCE
    ) -> list[dict[str, Any]]:
        """Ask ``@bot query`` and wait for the results (Bot API InlineQueryResult objects,
        with the plain ``text`` each would send). TimeoutError."""
        return list(self.inline_answer(query, offset=offset, timeout=timeout)["results"])

    def inline_answer(
        self, query: str, *, offset: str = "", timeout: float = PATIENCE
    ) -> JSONObject:
        """As ``inline``: results, button, next_offset, cache_time, is_personal."""
        with self._world.lock:
            question = self._world.ask("inline_query", None)
            self._world.deliver(
                "inline_query",
                {"id": question.id, "from": self.card, "query": query, "offset": offset},
            )
        return self._wait_answer(question, timeout)

    def open_link(self, address: str) -> int:
        """Follow a deep link to the bot. ValueError: it leads elsewhere or is broken."""
        parts = urlsplit(address)
        if parts.path.strip("/") != self._world.bot["username"]:
            raise ValueError(f"not a link to the bot: {address}")
        return self.start(parse_qs(parts.query).get("start", [""])[0])

    def vote(self, *options: int, on: int | None = None, chat: ChatRef | None = None) -> None:
        """Vote in a poll (the newest, or of message ``on``). LookupError: it takes no vote."""
        with self._world.lock:
            where = self._where(chat)
            polls = [m for m in where.messages.values() if "poll" in m.body and on in (None, m.id)]
            if not polls:
                raise LookupError("no poll in this chat")
            message = polls[-1]
            vote(message, self.id, list(options))
            poll = message.body["poll"]
            self._world.deliver("poll", poll)
            if not poll["is_anonymous"]:
                self._world.deliver(
                    "poll_answer",
                    {
                        "poll_id": poll["id"],
                        "user": self.card,
                        "option_ids": list(options),
                        "option_persistent_ids": [
                            poll["options"][option]["persistent_id"] for option in options
                        ],
                    },
                )

    # -- blocking -----------------------------------------------------------------------------

    def block(self) -> None:
        """Block the bot: it may not write any more."""
        _membership(self._world, self.chat, self.card, "member", "kicked")

    def unblock(self) -> None:
        """Let the bot write again."""
        _membership(self._world, self.chat, self.card, "kicked", "member")


class Group:
    """A group with the bot; give it as ``chat=`` to a person's methods."""

    def __init__(self, world: World, chat: Chat, members: Sequence[Person]) -> None:
        self._world = world
        self.chat = chat
        self.members = list(members)

    @classmethod
    def gather(
        cls, world: World, number: int, title: str, members: Sequence[Person], privacy: bool
    ) -> "Group":
        """A new group in ``world`` with a negative id."""
        chat = Chat(number, {"id": number, "type": "group", "title": title}, privacy=privacy)
        with world.lock:
            world.chats[number] = chat
        return cls(world, chat, members)

    @property
    def id(self) -> int:
        """The group's chat id."""
        return self.chat.id

    def kick_bot(self) -> None:
        """Put the bot out of the group."""
        _membership(self._world, self.chat, self._host(), "member", "kicked")

    def add_bot(self) -> None:
        """Take the bot in again."""
        _membership(self._world, self.chat, self._host(), "kicked", "member")

    def _host(self) -> JSONObject:
        return self.members[0].card if self.members else {"id": 1, "is_bot": False}


def _gone(where: Chat, message_id: int) -> JSONObject:
    """A message the bot cannot see any more (InaccessibleMessage)."""
    return {"chat": where.card, "message_id": message_id, "date": 0}


def _membership(world: World, chat: Chat, by: JSONObject, old: str, new: str) -> None:
    def state(status: str) -> JSONObject:
        extra = {"until_date": 0} if status == "kicked" else {}
        return {"user": world.bot, "status": status, **extra}

    with world.lock:
        chat.blocked = new == "kicked"
        world.deliver(
            "my_chat_member",
            {
                "chat": chat.card,
                "from": by,
                "date": int(time.time()),
                "old_chat_member": state(old),
                "new_chat_member": state(new),
            },
        )
