"""菜单式: the areas and the guides in each."""

from __future__ import annotations

from bot.cards import guide_button, home
from bot.replies import Button, Crumbs, Draft, Reply, Text, Title
from bot.roles import Role, allows
from bot.texts import ASK_HINT, HOME, NOT_A_GUIDE_MATTER
from bot.topics import Turn, screen


@screen("home")
def open_home(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
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
