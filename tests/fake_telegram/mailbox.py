"""The mailbox: updates that wait for the bot, oldest first.

Source: https://core.telegram.org/bots/api#getting-updates. An update stays until it is
confirmed: by a higher ``offset`` when polling, by a 2xx answer when posting to a webhook.
"""

import copy
from collections import deque
from collections.abc import Callable, Iterable
from threading import Condition

from .refusal import JSONObject

NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
KINDS = frozenset(
    [
        "message",
        "edited_message",
        "channel_post",
        "edited_channel_post",
        "business_connection",
        "business_message",
        "edited_business_message",
        "deleted_business_messages",
        "message_reaction",
        "message_reaction_count",
        "inline_query",
        "chosen_inline_result",
        "callback_query",
        "shipping_query",
        "pre_checkout_query",
        "purchased_paid_media",
        "poll",
        "poll_answer",
        "my_chat_member",
        "chat_member",
        "chat_join_request",
        "chat_boost",
        "removed_chat_boost",
    ]
)


class Mailbox:
    """Pending updates; every method takes the world's lock through ``changed``."""

    def __init__(self, changed: Condition, first_id: int = 100_000_001) -> None:
        self._changed = changed
        self._next_id = first_id
        self._pending: deque[JSONObject] = deque()
        self._listeners: list[Callable[[], None]] = []
        self.allowed: list[str] = []
        self.delivered: list[int] = []
        """Ids in the order of their confirmation."""

    def listen(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` (quick, any thread) after each change."""
        with self._changed:
            self._listeners.append(listener)

    def announce(self) -> None:
        """Wake everyone who waits for a change."""
        with self._changed:
            self._changed.notify_all()
            for listener in self._listeners:
                listener()

    def put(self, kind: str, payload: JSONObject) -> int | None:
        """Queue an update made of a copy of ``payload``; its id, None if the bot declined it."""
        if self.allowed and kind not in self.allowed:
            return None
        if not self.allowed and kind in NOT_BY_DEFAULT:
            return None
        return self.put_raw([{kind: payload}])[0]

    def put_raw(self, updates: Iterable[JSONObject]) -> list[int]:
        """Queue raw updates at once; one without ``update_id`` gets the next, the ids."""
        ids = []
        with self._changed:
            for raw in updates:
                update = copy.deepcopy(raw)
                if "update_id" not in update:
                    update = {"update_id": self._next_id, **update}
                self._next_id = max(self._next_id, update["update_id"] + 1)
                self._pending.append(update)
                ids.append(update["update_id"])
            self.announce()
        return ids

    def confirm(self, offset: int) -> None:
        """Forget every update with a lower id; a negative offset keeps the last ``-offset``."""
        with self._changed:
            if offset < 0:
                gone = list(self._pending)[:offset]
            else:
                gone = [update for update in self._pending if update["update_id"] < offset]
            if gone:
                doomed = {id(update) for update in gone}
                self._pending = deque(u for u in self._pending if id(u) not in doomed)
                self.delivered.extend(update["update_id"] for update in gone)
                self.announce()

    def peek(self, limit: int) -> list[JSONObject]:
        """The oldest updates, at most ``limit``, without removing them."""
        with self._changed:
            return [update for update, _ in zip(self._pending, range(limit), strict=False)]

    def remove(self, update: JSONObject) -> None:
        """Confirm exactly this update (as returned by ``peek``)."""
        with self._changed:
            for position, candidate in enumerate(self._pending):
                if candidate is update:
                    del self._pending[position]
                    self.delivered.append(update["update_id"])
                    self.announce()
                    return

    def clear(self) -> None:
        """Drop everything unconfirmed (``drop_pending_updates``)."""
        with self._changed:
            self._pending.clear()
            self.announce()

    def __len__(self) -> int:
        with self._changed:
            return len(self._pending)
