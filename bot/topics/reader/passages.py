"""The line of a guide that a question asks for, as a block to show first."""

from __future__ import annotations

from collections.abc import Iterable

from bot.screens.cards import cited_short
from bot.screens.reply import Block, Item, Items
from bot.topics.topic import Turn
from guides.citation import Citation
from guides.limit_words import at_end_line, limit_line, tier_line
from guides.model import Guide
from index.passages import Kind, Passage, Pointer, asks_for_a_figure, point

ASKED = "先看这一条"


def asked_line(turn: Turn, guide: Guide, question: str) -> Block | None:
    """The figure or the person who decides, when ``question`` asks for one; else None."""
    if not asks_for_a_figure(question):
        return None
    pointer = point(guide, question, turn.library.sayings)
    if pointer is None or not pointer.figure:
        return None
    return Items(ASKED, lines(turn, guide, pointer))


def lines(turn: Turn, guide: Guide, pointer: Pointer) -> tuple[Item, ...]:
    """Whatever fits as well stands beside it: one row of a table alone can mislead."""
    return tuple(line(turn, guide, passage) for passage in pointer.alike)


def line(turn: Turn, guide: Guide, passage: Passage) -> Item:
    """A passage in the words of legal staff, with what it rests on."""
    first = passage.place[0]
    match passage.kind:
        case Kind.LIMIT:
            limit = guide.limits[first]
            parts = [f"从{limit.since}起算", *(tier_line(tier) for tier in limit.extend)]
            if limit.at_end:
                parts.append(at_end_line(limit.at_end))
            return _item(turn, limit_line(limit), parts, limit.cite)
        case Kind.FORM:
            form = guide.forms[first]
            return _item(turn, form.name, [form.when], ())
        case Kind.PITFALL:
            pitfall = guide.pitfalls[first]
            return _item(turn, f"错：{pitfall.wrong}", [f"应当：{pitfall.right}"], pitfall.cite)
        case Kind.ROW:
            table = guide.tables[first]
            cells = zip(table.columns, table.rows[passage.place[1]], strict=True)
            told = "；".join(f"{column}：{cell}" for column, cell in cells if cell)
            return _item(turn, f"{table.title}——{told}", [], table.cite)
    step = guide.steps[first]
    choices = [choice.when for choice in step.choices]
    parts = [f"分情况：{'；'.join(choices)}"] if choices else []
    if step.record:
        parts.append(f"记录：{step.record}")
    return _item(turn, step.text, parts, step.cite)


def _item(turn: Turn, text: str, parts: list[str], citations: Iterable[Citation]) -> Item:
    source = cited_short(citations, turn.library)
    return Item(text, "\n".join([*parts, f"依据：{source}"] if source else parts))
