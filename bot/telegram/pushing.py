"""Pushes: messages nobody asked for just now, behind every answer, until they arrive."""

from __future__ import annotations

import logging

from bot.outbox import Delivery, NotTaken
from bot.telegram.drawing import Drawn
from bot.telegram.sending import Sender, Undelivered, WrongToken

log = logging.getLogger(__name__)


async def push(sender: Sender, chat: int, drawn: Drawn, repeated: bool) -> Delivery:
    """Send one message, waiting out whatever passes: faults, floods, an outage of hours.

    UNDELIVERABLE when Telegram refuses it for good. A token Telegram does not know is no such
    refusal: NotTaken, or WrongToken when an earlier try may have arrived.
    """
    try:
        await sender.send(chat, drawn, repeated, push=True)
    except WrongToken as error:
        if error.arrived:
            raise
        raise NotTaken(str(error)) from error
    except Undelivered as error:
        log.warning("a push could not be delivered: %s", error)
        return Delivery.UNDELIVERABLE
    return Delivery.DELIVERED
