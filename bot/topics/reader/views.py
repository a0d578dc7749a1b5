"""What the views of a guide show: its steps, laws, limits, forms, mistakes, questions."""

from __future__ import annotations

from collections.abc import Iterable

from bot.screens.cards import cited_short, step_line
from bot.screens.reply import Block, Call, Copy, Item, Items, Table, Text
from bot.screens.sentences import ON_CALL
from bot.topics.topic import Turn
from guides.limit_words import at_end_line, limit_line
from guides.model import Guide

MOST_COPIED = 250  # characters: Telegram's button copies 256


def all_steps(turn: Turn, guide: Guide) -> Iterable[Block]:
    yield Items("", tuple(step_line(guide, step) for step in guide.steps), numbered=True)


def laws(turn: Turn, guide: Guide) -> Iterable[Block]:
    by_law: dict[str, list[str]] = {}
    for citation in guide.citations():
        law = turn.library.laws.find(citation.law)
        by_law.setdefault(law.name if law else citation.law, []).append(citation.locator)
    items = tuple(
        Item(f"《{name}》", "、".join(sorted(set(places), key=_place)))
        for name, places in by_law.items()
    )
    if items:
        yield Items("这份指引引用的条文", items)
        yield Text("每一步的“看条文”里有原文；也可以直接发“治安管理处罚法第97条”。")


def _place(locator: str) -> tuple[int, str]:
    digits = "".join(c if c.isdigit() else " " for c in locator).split()
    return (int(digits[0]) if digits else 0, locator)


def limits(turn: Turn, guide: Guide) -> Iterable[Block]:
    for limit in guide.limits:
        parts = [f"从{limit.since}起，{limit.counting}", cited_short(limit.cite, turn.library)]
        if limit.at_end:
            parts.insert(1, at_end_line(limit.at_end))
        yield Items("", (Item(limit_line(limit), "\n".join(part for part in parts if part)),))


def forms(turn: Turn, guide: Guide) -> Iterable[Block]:
    if guide.forms:
        yield Items("", tuple(Item(form.name, form.when) for form in guide.forms), numbered=True)


def pitfalls(turn: Turn, guide: Guide) -> Iterable[Block]:
    for number, pitfall in enumerate(guide.pitfalls, start=1):
        source = cited_short(pitfall.cite, turn.library)
        right = f"应当：{pitfall.right}" + (f"\n依据：{source}" if source else "")
        yield Items("", (Item(f"{number}. 错：{pitfall.wrong}", right),))
    if guide.cases:
        yield Items("典型错例", tuple(Item(case) for case in guide.cases))


def tables(turn: Turn, guide: Guide) -> Iterable[Block]:
    for table in guide.tables:
        yield Table(table.title, table.columns, table.rows)
        yield Text(f"依据：{cited_short(table.cite, turn.library)}")


def interview(turn: Turn, guide: Guide) -> Iterable[Block]:
    if guide.interview:
        yield Items("", tuple(Item(question) for question in guide.interview), numbered=True)
        yield from _copies(guide.interview)


def _copies(questions: tuple[str, ...]) -> Iterable[Copy]:
    """All questions with their numbers, in as few pieces as fit a button that copies."""
    pieces: list[list[str]] = [[]]
    for number, question in enumerate(questions, start=1):
        line = f"{number}. {question}"
        if pieces[-1] and len("\n".join([*pieces[-1], line])) > MOST_COPIED:
            pieces.append([])
        pieces[-1].append(line)
    first = 1
    for piece in pieces:
        last = first + len(piece) - 1
        numbers = f"复制 {first}–{last} 题" if first < last else f"复制第 {first} 题"
        yield Copy("复制全部" if len(pieces) == 1 else numbers, "\n".join(piece))
        first = last + 1


def more(turn: Turn, guide: Guide) -> Iterable[Block]:
    if guide.escalate_when:
        yield Items("这些情况找法制民警", tuple(Item(when) for when in guide.escalate_when))
        yield Call(ON_CALL)
    if guide.known_gaps:
        yield Items("没有核实的，使用前查对", tuple(Item(gap) for gap in guide.known_gaps))
    last = guide.changes[-1]
    told = (
        f"第 {guide.revision} 次修订（{last.date}：{last.note}）；{guide.owner}编写，"
        f"{guide.checked_on} 核对条文，{guide.review_by} 前复核。"
    )
    yield Text(told)
