"""The guides a person keeps at hand."""

from __future__ import annotations

from bot.screens.cards import guide_button, home
from bot.screens.reply import Button, Crumbs, Draft, Reply, Text, Title
from bot.screens.sentences import HOME
from bot.topics.reader.guide import CARD, open_guide
from bot.topics.topic import Turn, saying, screen


@screen("fav")
def open_favourites(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    known = turn.favourites()
    guides = [guide for owner in known or () if (guide := turn.library.guide(owner))]
    empty = None if guides or known is None else Text("还没有收藏。打开一份指引，按“收藏”。")
    draft = Draft().add(Crumbs((HOME, "我的收藏")), Title("我的收藏"), empty)
    for guide in guides:
        draft.row(guide_button(guide), Button("取消收藏", f"drop/{guide.id}"))
    return draft.row(home()).reply(at="fav")


@screen("keep", changes=True)
def keep(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    """``keep/<guide>``, pressed on its card."""
    if len(rest) != 1 or not turn.library.guide(rest[0]):
        return None
    turn.keep(rest[0], True)
    return saying(open_guide(turn, rest), "已收藏")


@screen("drop", changes=True)
def drop(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    """``drop/<guide>`` in the list, ``drop/<guide>/card`` on its card."""
    if not rest or not turn.library.guide(rest[0]) or rest[1:] not in ((), (CARD,)):
        return None
    turn.keep(rest[0], False)
    reply = open_guide(turn, rest[:1]) if rest[1:] else open_favourites(turn, ())
    return saying(reply, "已取消收藏")
