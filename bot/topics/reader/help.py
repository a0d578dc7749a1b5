"""How to use it, said once and short."""

from __future__ import annotations

from bot.screens.cards import home
from bot.screens.reply import Call, Crumbs, Draft, Item, Items, Reply, Text, Title
from bot.screens.sentences import HOME, IN_LEDGER, NOT_A_GUIDE_MATTER, ON_CALL
from bot.topics.clocks.reached import only_while_open
from bot.topics.topic import Turn, screen

_HOW = (
    Item("问：用大白话说现场情况", "例如：人带回来能问多久、要不要通知家里"),
    Item("看：先做什么、通知谁，再一步一步往下走", "每一步后面有依据、要说的话、要记的事"),
    Item("查：法条、时限、文书、告知词、易错点", "都在每份指引的按钮里"),
    Item("办：按“开始处置”，步骤边办边勾，时限到点提醒", "也可以直接发“10:05 传唤到案”开始计时"),
    Item("没把握时会直说，并给出最接近的几份", f"答不上来的问题{IN_LEDGER}"),
)


@screen("help")
def open_help(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    return how_to_use(turn)


def how_to_use(turn: Turn, fresh: bool = False) -> Reply:
    """Also what a greeting is answered with."""
    served = f"现在使用第 {turn.release} 号发布，共 {len(turn.library.guidelines())} 份指引。"
    return (
        Draft()
        .add(
            Crumbs((HOME, "怎么用")),
            Title("怎么用"),
            Items("", _HOW, numbered=True),
            only_while_open(turn),
            Text("每一句都由法制民警写定、核对条文，这里只转述，不现编。"),
            Text(NOT_A_GUIDE_MATTER),
            Call(ON_CALL),
            Text(served),
        )
        .row(home())
        .reply(fresh)
    )
