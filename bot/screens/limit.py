"""A limit that was counted, drawn: on a screen, in a clock and in the terminal alike."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.screens.cards import source_line
from bot.screens.reply import Block, Caution, Item, Items, Text, Title
from guides.library import Library
from guides.limit_words import at_end_line, limit_line, tier_line
from guides.limits import Due, compute, explain


def due_blocks(due: Due, now: datetime, library: Library) -> Iterator[Block]:
    """When it is due, how that was counted, what must have happened by then, on which article,
    and until when each extension that is not used yet would make it."""
    limit = due.limit
    passed = "（已经过了）" if due.due < now else ""
    yield Title(f"{due.due:%Y-%m-%d %H:%M} 到期{passed}")
    yield Text(f"{limit_line(limit)}，从 {due.started:%Y-%m-%d %H:%M} 起算")
    yield from counted_blocks(due, library)
    if limit.at_end:
        yield Caution(at_end_line(limit.at_end))
    for number, tier in enumerate(limit.extend, start=1):
        if tier not in due.applied:
            longer = compute(limit, due.started, library.calendar, extend=number)
            yield Text(f"{tier_line(tier)}，到 {longer.due:%Y-%m-%d %H:%M}")


def counted_blocks(due: Due, library: Library) -> Iterator[Block]:
    """How it was counted, what is to be kept in mind about that, and on which article."""
    if due.caution:
        yield Caution(due.caution)
    yield Items("怎么算", tuple(Item(line) for line in explain(due)))
    if source := source_line(due.limit.cite, library):
        yield Text(source)
