"""A refusal: a call the Bot API turns down, in the API's own error shape.

Source: https://core.telegram.org/bots/api#making-requests (``ok``, ``error_code``,
``description``, ``parameters``).
"""

from typing import Any

JSONObject = dict[str, Any]


class Refusal(Exception):
    """Raised by a method to turn a call down; the gateway answers with ``body()``.

    ``code`` is both the HTTP status and ``error_code``; ``description`` is Telegram's text;
    ``retry_after`` is whole seconds, only for 429.
    """

    def __init__(self, code: int, description: str, retry_after: int | None = None) -> None:
        super().__init__(f"{code} {description}")
        self.code = code
        self.description = description
        self.retry_after = retry_after

    def body(self) -> JSONObject:
        """The JSON object to answer with."""
        body: JSONObject = {
            "ok": False,
            "error_code": self.code,
            "description": self.description,
        }
        if self.retry_after is not None:
            body["parameters"] = {"retry_after": self.retry_after}
        return body


def bad_request(reason: str) -> Refusal:
    """A 400 with Telegram's prefix, e.g. ``Bad Request: message is too long``."""
    return Refusal(400, f"Bad Request: {reason}")


def forbidden(reason: str) -> Refusal:
    """A 403 with Telegram's prefix, e.g. ``Forbidden: bot was blocked by the user``."""
    return Refusal(403, f"Forbidden: {reason}")


def conflict(reason: str) -> Refusal:
    """A 409 with Telegram's prefix."""
    return Refusal(409, f"Conflict: {reason}")


def flood(retry_after: int) -> Refusal:
    """A 429; ``retry_after`` in whole seconds, at least 1."""
    return Refusal(429, f"Too Many Requests: retry after {retry_after}", retry_after)
