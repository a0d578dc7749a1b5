"""A card of the whole guide that stays in the chat and can be read without a network."""

from __future__ import annotations

from dataclasses import replace

from bot.screens.cards import back, crumbs, home, step_line
from bot.screens.reply import Caution, Draft, Item, Items, Reply, Title
from bot.topics.topic import Turn, screen
from guides.limit_words import limit_line


@screen("pin")
def pin(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    guide = turn.library.guide(rest[0]) if len(rest) == 1 else None
    if guide is None:
        return None
    draft = Draft().add(
        crumbs(turn.library, guide, "离线卡片"),
        Title(guide.title),
        Items("步骤", tuple(step_line(guide, step) for step in guide.steps), numbered=True),
    )
    if guide.limits:
        draft.add(Items("时限", tuple(Item(limit_line(limit)) for limit in guide.limits)))
    draft.add(Caution(f"第 {guide.revision} 次修订，{guide.checked_on} 核对；以后以最新版为准。"))
    reply = draft.row(back(f"g/{guide.id}", "这份指引"), home()).reply(fresh=True)
    return replace(reply, pin=True)
