"""Start parameters: what a deep link hands to the bot.

Source: https://core.telegram.org/bots/features#deep-linking: up to 64 characters out of
``A-Za-z0-9_-``.
"""

import re
from urllib.parse import parse_qs, urlsplit

from .refusal import bad_request

_PARAMETER = re.compile(r"[A-Za-z0-9_-]{1,64}")
_HOSTS = frozenset({"t.me", "telegram.me", "telegram.dog"})


def is_start_parameter(value: object) -> bool:
    """Whether ``value`` may be a start parameter."""
    return isinstance(value, str) and _PARAMETER.fullmatch(value) is not None


def check_start_parameter(value: object) -> None:
    """Raise ``Refusal`` 400 ``START_PARAM_INVALID`` unless ``value`` may be one."""
    if not is_start_parameter(value):
        raise bad_request("START_PARAM_INVALID")


def check_link(address: str) -> None:
    """Check the ``start`` / ``startgroup`` parameter of a t.me or tg://resolve address.

    Raises ``Refusal`` 400; Telegram would send the link and the client would drop the
    parameter, which a test should see.
    """
    parts = urlsplit(address)
    if parts.hostname not in _HOSTS and parts.scheme != "tg":
        return
    query = parse_qs(parts.query, keep_blank_values=True)
    for name in ("start", "startgroup"):
        for value in query.get(name, []):
            check_start_parameter(value)
