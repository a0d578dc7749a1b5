"""明白纸: the one page 要 / 不要 / 牢记 that belongs to a guide."""

from __future__ import annotations

from bot.screens.cards import back, crumbs, home
from bot.screens.reply import Draft, Item, Items, Reply, Text, Title
from bot.topics.topic import Turn, screen
from guides.model import Guide


@screen("sheet")
def open_sheet(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    """``sheet/<guide>``: the sheet of that guide."""
    guide = turn.library.guide(rest[0]) if len(rest) == 1 else None
    sheet = turn.library.sheet_of(guide.id) if guide else None
    if guide is None or sheet is None:
        return None
    turn.guard(sheet)
    return sheet_screen(turn, sheet, guide)


def sheet_screen(turn: Turn, sheet: Guide, guide: Guide | None) -> Reply:
    """``guide``: the one it belongs to; None where that cannot be opened, as in a preview of
    both."""
    draft = Draft().add(
        crumbs(turn.library, guide or sheet, "明白纸"), Title(sheet.title), Text(sheet.summary)
    )
    for title, lines in (("要", sheet.dos), ("不要", sheet.donts), ("牢记", sheet.remember)):
        if lines:
            draft.add(Items(title, tuple(Item(line) for line in lines)))
    return draft.row(back(f"g/{guide.id}", "这份指引") if guide else None, home()).reply()
