"""The guides a person keeps at hand."""

from __future__ import annotations

from bot.cards import guide_button, home
from bot.replies import Button, Crumbs, Draft, Reply, Text, Title
from bot.texts import HOME
from bot.topics import Turn, screen


@screen("fav")
def open_favourites(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    known = turn.favourites()
    guides = [guide for owner in known or () if (guide := turn.library.guide(owner))]
    empty = None if guides or known is None else Text("还没有收藏。打开一份指引，按“收藏”。")
    draft = Draft().add(Crumbs((HOME, "我的收藏")), Title("我的收藏"), empty)
    for guide in guides:
        draft.row(guide_button(guide), Button("取消收藏", f"drop/{guide.id}"))
    return draft.row(home()).reply()


@screen("keep", changes=True)
def keep(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    return _change(turn, rest, kept=True)


@screen("drop", changes=True)
def drop(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    return _change(turn, rest, kept=False)


def _change(turn: Turn, rest: tuple[str, ...], kept: bool) -> Reply | None:
    guide = turn.library.guide(rest[0]) if len(rest) == 1 else None
    if guide is None:
        return None
    turn.keep(guide.id, kept)
    return open_favourites(turn, ())
