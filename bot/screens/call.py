"""Whom to call, wherever a screen says to call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.people.on_call import OnCall, nearest
from bot.screens.reply import Call, Reply
from bot.screens.sentences import IN_A_HURRY


def named(call: Call, who: OnCall | None) -> Call:
    return replace(call, name=who.name, number=who.number) if who else call


def in_a_hurry(known: Mapping[str, OnCall], unit: str | None) -> Call:
    """Instead of an answer; ``unit``: None gives no number, since it is not known who asks."""
    return named(Call(IN_A_HURRY), None if unit is None else nearest(known, unit))


def filled(reply: Reply, who: OnCall | None) -> Reply:
    """With whom to call wherever it says to call."""
    blocks = (named(one, who) if isinstance(one, Call) else one for one in reply.blocks)
    return replace(reply, blocks=tuple(blocks))
