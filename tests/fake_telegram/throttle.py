"""The throttle: Telegram's limits on how fast a bot may send.

Source: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this:
about 30 messages a second overall, 1 a second in a chat, 20 a minute in a group. Windows slide;
a refused call uses nothing up. Off until ``enforce`` is called.
"""

import math
import time
from collections import defaultdict, deque

from .refusal import flood

SENDS = frozenset({"sendmessage", "senddocument", "sendphoto", "sendpoll"})


class Throttle:
    """Counts new messages; the caller holds the world's lock."""

    def __init__(self) -> None:
        self._limits: tuple[int, int, int] | None = None
        self._overall: deque[float] = deque()
        self._chats: dict[int, deque[float]] = defaultdict(deque)
        self.refused = 0
        """How many calls were refused with 429."""

    def enforce(
        self, overall_per_second: int = 30, chat_per_second: int = 1, group_per_minute: int = 20
    ) -> None:
        """Begin to refuse what is above these limits."""
        self._limits = (overall_per_second, chat_per_second, group_per_minute)

    def release(self) -> None:
        """Refuse nothing any more."""
        self._limits = None

    def check(self, method: str, chat: int, is_group: bool) -> None:
        """Count one message of ``chat``; raises ``Refusal`` 429 with the seconds to wait."""
        if self._limits is None or method.lower() not in SENDS:
            return
        overall, per_chat, per_group = self._limits
        now = time.monotonic()
        times = self._chats[chat]
        wait = max(
            _wait(self._overall, overall, 1.0, now),
            _wait(times, per_chat, 1.0, now),
            _wait(times, per_group, 60.0, now) if is_group else 0.0,
        )
        if wait > 0:
            self.refused += 1
            raise flood(max(1, math.ceil(wait)))
        for window in (self._overall, times):
            window.append(now)
            while window[0] < now - 60:
                window.popleft()


def _wait(times: deque[float], most: int, window: float, now: float) -> float:
    """Seconds until one more fits into ``most`` per ``window``; 0 when it fits now."""
    if len(times) < most:
        return 0.0
    return max(0.0, times[-most] + window - now)
