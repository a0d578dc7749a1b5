"""The courier: posts updates to the webhook, in order, until they are taken.

Source: https://core.telegram.org/bots/api#setwebhook. Updates of one chat go one after the
other; different chats go at the same time, up to ``max_connections`` (1: strict order overall).
Anything but 2xx is retried with a growing pause; the update keeps its place.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

import httpx

from .arguments import Arguments
from .refusal import JSONObject
from .world import Webhook, World

_LOOK_AHEAD = 1000


@dataclass(frozen=True)
class Delivery:
    """One attempt: HTTP status, None when nobody answered; ``at`` monotonic seconds."""

    update_id: int
    status: int | None
    at: float


class Courier:
    """Posts the mailbox to ``world.webhook``; lives in the server's event loop."""

    def __init__(
        self,
        world: World,
        perform: Callable[[str, Arguments], Awaitable[None]],
    ) -> None:
        self._world = world
        self._perform = perform
        self._wake = asyncio.Event()
        self._busy: dict[str, asyncio.Task[None]] = {}
        self.deliveries: list[Delivery] = []
        self.first_pause = 0.05
        self.longest_pause = 1.0
        self.timeout = 10.0

    def wake(self) -> None:
        """Look again; to be called in the server's loop."""
        self._wake.set()

    async def run(self) -> None:
        """Deliver until cancelled."""
        async with httpx.AsyncClient(
            trust_env=False, limits=httpx.Limits(max_connections=100, keepalive_expiry=60)
        ) as client:
            try:
                while True:
                    self._wake.clear()
                    self._start_deliveries(client)
                    await self._wake.wait()
            finally:
                tasks = list(self._busy.values())
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    def _start_deliveries(self, client: httpx.AsyncClient) -> None:
        hook = self._world.webhook
        if hook is None:
            return
        held: set[str] = set(self._busy)
        for update in self._world.mailbox.peek(_LOOK_AHEAD):
            if len(self._busy) >= hook.max_connections:
                return
            queue = _queue(update)
            if queue not in held:
                held.add(queue)
                task = asyncio.ensure_future(self._deliver(client, hook, update))
                self._busy[queue] = task
                task.add_done_callback(partial(self._finish, queue))

    def _finish(self, queue: str, _: asyncio.Task[None]) -> None:
        self._busy.pop(queue, None)
        self._wake.set()

    async def _deliver(self, client: httpx.AsyncClient, hook: Webhook, update: JSONObject) -> None:
        pause = self.first_pause
        while self._world.webhook is hook and self._is_pending(update):
            reply = await self._post(client, hook, update)
            status = None if reply is None else reply.status_code
            self.deliveries.append(Delivery(update["update_id"], status, time.monotonic()))
            if reply is not None and reply.is_success:
                self._world.mailbox.remove(update)
                await self._call_back(reply)
                return
            await asyncio.sleep(pause)
            pause = min(pause * 2, self.longest_pause)

    def _is_pending(self, update: JSONObject) -> bool:
        return any(waiting is update for waiting in self._world.mailbox.peek(_LOOK_AHEAD))

    async def _post(
        self, client: httpx.AsyncClient, hook: Webhook, update: JSONObject
    ) -> httpx.Response | None:
        headers = {"X-Telegram-Bot-Api-Secret-Token": hook.secret} if hook.secret else {}
        try:
            reply = await client.post(hook.url, json=update, headers=headers, timeout=self.timeout)
        except httpx.TimeoutException:
            hook.last_error = (int(time.time()), "Read timeout expired")
            return None
        except httpx.TransportError:
            hook.last_error = (int(time.time()), "Connection refused")
            return None
        if not reply.is_success:
            reason = f"{reply.status_code} {reply.reason_phrase}"
            hook.last_error = (int(time.time()), f"Wrong response from the webhook: {reason}")
        return reply

    async def _call_back(self, reply: httpx.Response) -> None:
        """Perform the method a webhook may answer with (``{"method": ...}``)."""
        with contextlib.suppress(ValueError):
            body = reply.json() if reply.content else None
            if isinstance(body, dict) and isinstance(body.get("method"), str):
                name = body.pop("method")
                await self._perform(name, Arguments(body))


def _queue(update: JSONObject) -> str:
    """The name of the queue an update belongs to: its chat, else its sender, else its kind."""
    kind = next((key for key in update if key != "update_id"), "")
    payload = update.get(kind)
    if not isinstance(payload, dict):
        return kind
    message = payload.get("message") if kind == "callback_query" else payload
    chat = message.get("chat") if isinstance(message, dict) else None
    owner = chat or payload.get("from") or payload.get("user") or {}
    return str(owner.get("id", kind))
