"""The guides this person opened last."""

from __future__ import annotations

from bot.screens.cards import guide_button, home
from bot.screens.reply import Crumbs, Draft, Reply, Text, Title
from bot.screens.sentences import HOME
from bot.topics.topic import Turn, screen


@screen("recent")
def open_recents(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    known = turn.recents()
    guides = [guide for owner in known or () if (guide := turn.library.guide(owner))]
    empty = None if guides or known is None else Text("还没有看过指引。")
    return (
        Draft()
        .add(Crumbs((HOME, "最近看过")), Title("最近看过"), empty)
        .grid([guide_button(guide) for guide in guides], wide=1)
        .row(home())
        .reply()
    )
