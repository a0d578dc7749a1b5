"""菜单式: the areas and the guides in each."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.people.roles import Role, allows
from bot.screens.cards import guide_button, home
from bot.screens.reply import Button, Crumbs, Draft, Reply, Text, Title
from bot.screens.sentences import ASK_HINT, HOME, NOT_A_GUIDE_MATTER
from bot.topics.topic import SCREENS, Turn, hearing, screen
from guides.words import same_words

_COUNT = re.compile(r" \d+$")
_WORDS = {
    **dict.fromkeys(("首页", "主页", "菜单", "目录", "返回", "返回首页", "回首页", "menu"), "home"),
    **dict.fromkeys(
        ("帮助", "说明", "使用说明", "怎么用啊", "help", "你是谁", "你能干什么"), "help"
    ),
    **dict.fromkeys(("时限", "计时"), "clocks"),
    **dict.fromkeys(("处置", "我的警情"), "walks"),
    **dict.fromkeys(("收藏", "收藏夹"), "fav"),
    **dict.fromkeys(("最近", "历史", "历史记录"), "recent"),
}
_LONGEST = 12  # characters of the labels but for the areas, and of the words


@screen("home")
def open_home(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    return _home(turn)


def _home(turn: Turn) -> Reply:
    draft = Draft().add(
        Title("明白 · 执法指引"), Text(f"{ASK_HINT}也可以按分类找。"), Text(NOT_A_GUIDE_MATTER)
    )
    areas = [
        Button(f"{area.title} {count}", f"area/{area.slug}")
        for area in turn.library.areas
        if (count := len(turn.library.in_area(area.slug)))
    ]
    draft.grid(areas).row(Button("最近看过", "recent"), Button("我的收藏", "fav"))
    if turn.incidents:
        draft.row(Button("我的处置", "walks"), Button("我的时限", "clocks"))
    draft.row(Button("怎么用", "help"), Button("我的数据", "privacy"))
    if allows(turn.member.role, Role.LEGAL):
        draft.row(Button("人员、邀请", "people"))
    return draft.reply()


@hearing
def hear_label(turn: Turn, text: str) -> Reply | None:
    """The label of a button of the first screen, or a usual word for one, typed instead."""
    words = same_words(text)
    if len(words) > max(_LONGEST, *(len(area.title) for area in turn.library.areas)):
        return None  # no label is so long: a question, as most are
    labels = {same_words(_COUNT.sub("", b.label)): b.address for b in _home(turn).buttons()}
    address = labels.get(words) or _WORDS.get(words)
    if address is None:
        return None
    prefix, *rest = address.split("/")
    opened = SCREENS[prefix](turn, tuple(rest))
    return replace(opened, fresh=True) if opened else None


@screen("area")
def open_area(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    if len(rest) != 1 or rest[0] not in {area.slug for area in turn.library.areas}:
        return None
    title = turn.library.area_title(rest[0])
    guides = turn.library.in_area(rest[0])
    empty = None if guides else Text("这一类还没有指引。")
    return (
        Draft()
        .add(Crumbs((HOME, title)), Title(title), empty)
        .grid([guide_button(guide) for guide in guides], wide=1)
        .row(home())
        .reply()
    )
