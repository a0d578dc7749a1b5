"""Warnings to officers' own Telegram chats, behind every answer of the running service."""

from __future__ import annotations

import asyncio
import logging

from bot.courier import Teller
from bot.screens.reply import Reply
from bot.services.dispatcher import Delivery
from bot.store.outbox import Claimed
from bot.telegram.commands import CHANNEL
from bot.telegram.drawing import draw
from bot.telegram.sending import NotNow, Undelivered
from bot.telegram.service import Service

log = logging.getLogger(__name__)

# Seconds that a warning waits for its turn behind answers.
PATIENCE = 30.0


class TelegramTeller:
    """``deliver`` is a ``bot.services.dispatcher.Deliver``. What Telegram does not take now, and
    whom it does not know, is left to the page and the terminal; before five minutes are over
    others hear of it, whatever the reason."""

    def __init__(self, teller: Teller, service: Service, patience: float = PATIENCE) -> None:
        self._teller = teller
        self._service = service
        self._patience = patience
        self._trying = 0

    async def deliver(self, claimed: Claimed) -> Delivery:
        told = await asyncio.to_thread(self._teller.prepare, claimed, CHANNEL)
        if isinstance(told, Delivery):
            return told
        chats = await asyncio.to_thread(self._teller.chats, claimed.message.person)
        if not chats:
            return await asyncio.to_thread(self._teller.leave_to_screens, claimed)
        # While nothing goes through, one finds out for all: thousands that each wait for an
        # answer would keep the others from being handed on in time.
        if not self._service.is_open or (self._service.sender.failing and self._trying):
            return await self._later(claimed, arrived=False)
        self._trying += 1
        try:
            return await self._push(chats, told, claimed)
        except NotNow as error:
            return await self._later(claimed, error.arrived)
        finally:
            self._trying -= 1

    async def _push(self, chats: tuple[int, ...], told: Reply, claimed: Claimed) -> Delivery:
        for chat in chats:  # of several, the first that takes it
            try:
                await self._service.sender.push(chat, draw(told), claimed.repeated, self._patience)
            except Undelivered as error:
                log.warning("a push could not be delivered: %s", error)
            else:
                return Delivery.DELIVERED
        return Delivery.UNDELIVERABLE

    async def _later(self, claimed: Claimed, arrived: bool) -> Delivery:
        return await asyncio.to_thread(self._teller.hand_on, claimed, arrived)
