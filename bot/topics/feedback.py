"""👍 / 👎 / 有误 on a guide: legal staff's work list, never a ranking."""

from __future__ import annotations

from bot.cards import back, crumbs, home
from bot.replies import Button, Draft, Reply, Text, Title
from bot.topics import NOTICES, Turn, screen
from guides.model import Guide

NOTICES["fb"] = "收到"
VERDICTS = {"up": "👍 有用", "down": "👎 没帮上", "wrong": "有误"}


@screen("fb", changes=True, asks=1)
def give(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    """``fb/<guide>`` asks, ``fb/<guide>/<verdict>`` records."""
    guide = turn.library.guide(rest[0]) if rest else None
    if guide is None or len(rest) > 2 or (len(rest) == 2 and rest[1] not in VERDICTS):
        return None
    if len(rest) == 1:
        return _ask(turn, guide)
    turn.judged(guide, rest[1])
    told = "已记下，谢谢。法制民警会看到评价的数目。"
    if rest[1] == "wrong":
        told += "急着用的话，请直接打电话问值班法制民警。"
    return (
        Draft()
        .add(crumbs(turn.library, guide, "评价"), Title(VERDICTS[rest[1]]), Text(told))
        .row(back(f"g/{guide.id}", "这份指引"), home())
        .reply(at=f"g/{guide.id}", toast=told)
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
