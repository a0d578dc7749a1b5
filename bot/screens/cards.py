"""Building blocks of screens, shared by topics; and the cutting of long screens into pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from bot.screens.reply import Block, Button, Crumbs, Fold, Item, Items, Reply, Table, Text, lines
from bot.screens.sentences import BACK, HOME
from bot.screens.step import step_words
from guides.citation import Citation
from guides.laws import Law, Numbering
from guides.library import Library
from guides.model import Guide
from guides.parts import Step

PAGE = 3000  # characters of plain text on one screen: leaves room for markup below 4,096
PAGE_MARK = "~"
_LONG_NAME = 12

_HOME = Button(HOME, "home")
_T = TypeVar("_T")


def home() -> Button:
    return _HOME


def back(address: str, label: str = BACK) -> Button:
    return Button(f"‹ {label}", address)


def crumbs(library: Library, guide: Guide, *more: str) -> Crumbs:
    return Crumbs((HOME, library.area_title(guide.area), guide.title, *more))


def guide_button(guide: Guide) -> Button:
    return Button(guide.title, f"g/{guide.id}")


def step_line(guide: Guide, step: Step) -> Item:
    """One line of an overview; a must-step is marked."""
    detail = "；".join(f"{c.when} → {_target(guide, c.go)}" for c in step.choices)
    return Item(step_words(step), detail)


def _target(guide: Guide, step_id: str) -> str:
    step = guide.step(step_id)
    return "结束" if step is None else _short(step.text, 16)


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def cited(citations: Iterable[Citation], library: Library) -> str:
    """In the official wording, for the screen that an officer quotes from."""
    words = []
    for citation in citations:
        law = library.laws.find(citation.law)
        words.append(law.wording(citation) if law else citation.spoken())
    return "、".join(words)


def source_line(citations: Iterable[Citation], library: Library) -> str:
    """What stands under everything that is said of the law; "" where nothing is cited."""
    words = cited(citations, library)
    return f"依据：{words}" if words else ""


def cited_short(citations: Iterable[Citation], library: Library) -> str:
    """「治安管理处罚法97、98条」: each law once, its articles only; for lists."""
    articles: dict[str, list[str]] = {}
    for citation in citations:
        law = library.laws.find(citation.law)
        name = citation.law if law is None else _shortest(law)
        place = citation.locator.split(".")[0] + "条" if citation.place() else citation.locator
        if law is not None and law.numbering is Numbering.SECTION:
            place = citation.locator
        known = articles.setdefault(name, [])
        if place not in known:
            known.append(place)
    return "，".join(
        name + "、".join(places).replace("条、", "、") for name, places in articles.items()
    )


def _shortest(law: Law) -> str:
    return min((law.name, *law.short), key=len) if len(law.name) > _LONG_NAME else law.name


def paged(reply: Reply, address: str, page: int) -> Reply:
    """Page ``page`` (from 1) of a screen, with buttons to the next; short screens unchanged."""
    pages = _pages(reply.blocks)
    if len(pages) == 1:
        return reply
    page = min(max(page, 1), len(pages))
    turn = [
        Button(f"‹ 上一页 {page - 1}/{len(pages)}", f"{address}{PAGE_MARK}{page - 1}")
        if page > 1
        else None,
        Button(f"下一页 {page + 1}/{len(pages)} ›", f"{address}{PAGE_MARK}{page + 1}")
        if page < len(pages)
        else None,
    ]
    row = tuple(button for button in turn if button)
    return replace(reply, blocks=tuple(pages[page - 1]), rows=(row, *reply.rows))


def _pages(blocks: tuple[Block, ...]) -> list[list[Block]]:
    """Blocks in pages of at most PAGE characters; the breadcrumb opens every page."""
    head = [block for block in blocks if isinstance(block, Crumbs)]
    pages: list[list[Block]] = [list(head)]
    room = PAGE
    for block in blocks:
        if isinstance(block, Crumbs):
            continue
        for piece in _pieces(block):
            size = block_size(piece)
            if size > room and len(pages[-1]) > len(head):
                pages.append(list(head))
                room = PAGE
            pages[-1].append(piece)
            room -= size
    return pages


def block_size(block: Block) -> int:
    return sum(len(line) + 1 for line in lines(block))


def _pieces(block: Block) -> list[Block]:
    """A block too long for one page, cut between items, rows or sentences."""
    if block_size(block) <= PAGE:
        return [block]
    match block:
        case Items(title, items, numbered):
            groups = _groups([(i, len(i.text) + len(i.detail) + 8) for i in items])
            return [
                Items(title if n == 0 else "", tuple(g), numbered and n == 0)
                for n, g in enumerate(groups)
            ]
        case Table(title, columns, rows):
            groups_of_rows = _groups([(r, sum(map(len, r)) + 3 * len(r)) for r in rows])
            return [Table(title, columns, tuple(g)) for g in groups_of_rows]
        case Fold(title, text):
            return [Fold(title, part) for part in split_sentences(text, PAGE - len(title) - 2)]
        case Text(text):
            return [Text(part) for part in split_sentences(text, PAGE - 1)]
    return [block]


def _groups(sized: list[tuple[_T, int]]) -> list[list[_T]]:
    groups: list[list[_T]] = [[]]
    room = PAGE - 60
    for thing, size in sized:
        if size > room and groups[-1]:
            groups.append([])
            room = PAGE - 60
        groups[-1].append(thing)
        room -= size
    return groups


def split_sentences(text: str, most: int) -> list[str]:
    """Parts of at most ``most`` characters, cut after a sentence or line where possible."""
    parts = []
    while len(text) > most:
        cut = max(text.rfind(end, 0, most) for end in ("\n", "。", "；", "！", "？"))
        cut = cut + 1 if cut > 0 else most
        parts.append(text[:cut].rstrip("\n"))
        text = text[cut:]
    return [*parts, text] if text else parts
