"""Whom to call, wherever a screen says to call."""

from __future__ import annotations

from dataclasses import replace

from bot.people.on_call import OnCall
from bot.screens.reply import Call, Reply


def named(call: Call, who: OnCall | None) -> Call:
    return replace(call, name=who.name, number=who.number) if who else call


def filled(reply: Reply, who: OnCall | None) -> Reply:
    """With whom to call wherever it says to call."""
    blocks = (named(one, who) if isinstance(one, Call) else one for one in reply.blocks)
    return replace(reply, blocks=tuple(blocks))
