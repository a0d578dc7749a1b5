"""Methods on the delivery of updates: webhooks, and the rules of polling.

Source: https://core.telegram.org/bots/api#getupdates, #setwebhook, #deletewebhook,
#getwebhookinfo. Plain http is taken for loopback addresses only, as a local server does.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from .arguments import Arguments
from .mailbox import KINDS
from .refusal import JSONObject, bad_request, conflict
from .world import Outcome, Webhook, World

_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
WEBHOOK_ACTIVE = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the "
    "webhook first"
)


@dataclass(frozen=True)
class Polling:
    """Checked arguments of getUpdates; ``timeout`` in seconds."""

    limit: int
    timeout: int


def _read_allowed(world: World, arguments: Arguments) -> None:
    if not arguments.has("allowed_updates"):
        return
    kinds = arguments.array("allowed_updates")
    if any(kind not in KINDS for kind in kinds):
        raise bad_request("unknown type of update in allowed_updates")
    world.mailbox.allowed = [str(kind) for kind in kinds]


def begin_polling(world: World, arguments: Arguments) -> Polling:
    """Take the arguments of getUpdates and confirm what lies below the offset.

    Raises ``Refusal`` 409 while a webhook is set, 400 for a bad argument.
    """
    if world.webhook is not None:
        raise conflict(WEBHOOK_ACTIVE)
    limit = arguments.integer("limit", 100)
    timeout = arguments.integer("timeout")
    offset = arguments.integer("offset")
    _read_allowed(world, arguments)
    if offset:
        world.mailbox.confirm(offset)
    return Polling(limit if 1 <= limit <= 100 else 100, min(max(timeout, 0), 50))


def _bad_webhook(reason: str) -> Exception:
    return bad_request(f"bad webhook: {reason}")


def set_webhook(world: World, arguments: Arguments) -> Outcome:
    """setWebhook -> True; an empty URL removes the webhook."""
    url = arguments.text("url")
    if not url:
        return delete_webhook(world, arguments)
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise _bad_webhook("An HTTPS URL must be provided for webhook")
    if not parts.hostname:
        raise _bad_webhook("Invalid webhook URL specified")
    secret = arguments.text("secret_token")
    if secret and _SECRET.fullmatch(secret) is None:
        raise bad_request("secret token contains unallowed characters or is too long")
    most = arguments.integer("max_connections", 40)
    if not 1 <= most <= 100:
        raise bad_request("max_connections must be from 1 to 100")
    _read_allowed(world, arguments)
    old = world.webhook
    same = old is not None and (old.url, old.secret, old.max_connections) == (url, secret, most)
    if not same:
        world.webhook = Webhook(url, secret, most)
    _drop(world, arguments)
    world.mailbox.announce()
    return Outcome(True, description=f"Webhook {'is already' if same else 'was'} set")


def delete_webhook(world: World, arguments: Arguments) -> Outcome:
    """deleteWebhook -> True."""
    gone = world.webhook is None
    world.webhook = None
    _drop(world, arguments)
    world.mailbox.announce()
    return Outcome(True, description=f"Webhook {'is already' if gone else 'was'} deleted")


def _drop(world: World, arguments: Arguments) -> None:
    if arguments.flag("drop_pending_updates"):
        world.mailbox.clear()


def get_webhook_info(world: World, arguments: Arguments) -> Outcome:
    """getWebhookInfo -> WebhookInfo."""
    hook = world.webhook
    info: JSONObject = {
        "url": hook.url if hook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(world.mailbox),
    }
    if hook is not None:
        info["max_connections"] = hook.max_connections
        if hook.last_error is not None:
            info["last_error_date"], info["last_error_message"] = hook.last_error
    if world.mailbox.allowed:
        info["allowed_updates"] = world.mailbox.allowed
    return Outcome(info)
