"""👍 / 👎 / 有误 on a guide: legal staff's work list, never a ranking."""

from __future__ import annotations

from bot.screens.cards import back, crumbs, home
from bot.screens.reply import Button, Call, Draft, Reply, Text, Title
from bot.topics.topic import Turn, screen
from guides.model import Guide

COUNTED = "已记下，谢谢。法制民警看得到每份指引各有几个人这样评价，看不到是谁。"
WRONG = "哪里错了，这里写不了；请打电话告诉本单位值班法制民警。"
VERDICTS = {"up": "👍 有用", "down": "👎 没帮上", "wrong": "有误"}


@screen("fb", changes=True, asks=1)
def give(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    """``fb/<guide>`` asks, ``fb/<guide>/<verdict>`` records."""
    guide = turn.library.guide(rest[0]) if rest else None
    if guide is None or len(rest) > 2 or (len(rest) == 2 and rest[1] not in VERDICTS):
        return None
    if len(rest) == 1:
        return _ask(turn, guide)
    counted = turn.judged(guide, rest[1])
    toast = "\n".join(([COUNTED] if counted else []) + ([WRONG] if rest[1] == "wrong" else []))
    return (
        Draft()
        .add(crumbs(turn.library, guide, "评价"), Title(VERDICTS[rest[1]]))
        .add(Text(COUNTED) if counted else None)
        .add(Call(WRONG) if rest[1] == "wrong" else None)
        .row(back(f"g/{guide.id}", "这份指引"), home())
        .reply(at=f"g/{guide.id}", toast=toast)
    )


def _ask(turn: Turn, guide: Guide) -> Reply:
    buttons = [Button(label, f"fb/{guide.id}/{name}") for name, label in VERDICTS.items()]
    return (
        Draft()
        .add(crumbs(turn.library, guide, "评价"), Title("这份指引怎么样？"))
        .grid(buttons, wide=1)
        .row(back(f"g/{guide.id}", "这份指引"), home())
        .reply()
    )
