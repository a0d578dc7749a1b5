"""Warnings to officers' own Telegram chats, behind every answer of the running service."""

from __future__ import annotations

import asyncio

from bot.outbox import Delivery, NotTaken
from bot.store.database import StoreError
from bot.store.outbox import Claimed
from bot.telegram.channel import CHANNEL
from bot.telegram.drawing import Drawn, draw
from bot.telegram.pushing import push
from bot.telegram.service import Service
from bot.telling import Teller

# How long one send may take. What it says is getting old by then: the time left, and whether
# the clock still runs.
PATIENCE = 60.0  # seconds


class TelegramTeller:
    """``deliver`` is a ``bot.outbox.Deliver``. Whom Telegram does not know is left to the page
    and the terminal."""

    def __init__(self, teller: Teller, service: Service, patience: float = PATIENCE) -> None:
        self._teller = teller
        self._service = service
        self._patience = patience

    async def deliver(self, claimed: Claimed) -> Delivery:
        told = await asyncio.to_thread(self._teller.prepare, claimed, CHANNEL)
        if isinstance(told, Delivery):
            return told
        chats = await asyncio.to_thread(self._teller.chats, claimed.message.person)
        if not chats:
            return await asyncio.to_thread(self._teller.leave_to_screens, claimed)
        if not self._service.is_open:  # the token is wrong: for the operator to mend
            raise NotTaken("the Telegram service has ended")
        for chat in chats:  # of several, the first that takes it
            if await self._push(chat, draw(told), claimed) is Delivery.DELIVERED:
                return Delivery.DELIVERED
        return Delivery.UNDELIVERABLE

    async def _push(self, chat: int, drawn: Drawn, claimed: Claimed) -> Delivery:
        try:
            async with asyncio.timeout(self._patience):
                return await push(self._service.sender, chat, drawn, claimed.repeated)
        except TimeoutError as error:
            # Begun anew at once, with what is true by then; the Dispatcher's own pauses would
            # keep a warning waiting for minutes after an outage has ended.
            outbox, now = self._teller.house.incidents.outbox, self._teller.house.clock()
            try:
                await asyncio.to_thread(outbox.later, claimed, now, repeated=True)
            except StoreError:
                raise error from None  # the Dispatcher marks it: it may have arrived
            raise NotTaken("not sent within its time") from None
