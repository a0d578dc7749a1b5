"""When a person is not to be woken, and how much earlier they want to be warned."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

from bot.clocks.changes import rescheduled
from bot.clocks.schedule import Preferences
from bot.clocks.spans import length, spoken
from bot.screens.cards import back, home
from bot.screens.reply import Button, Crumbs, Draft, Item, Items, Reply, Title
from bot.screens.sentences import HOME
from bot.topics.clocks.reached import only_while_open
from bot.topics.topic import Turn, saying, screen
from guides.parts import Span

QUIET: dict[str, tuple[time | None, time | None]] = {
    "22-7": (time(22), time(7)),
    "23-6": (time(23), time(6)),
    "none": (None, None),
}
EARLY: tuple[Span, ...] = ("1h", "4h", "1d", "3d")


@screen("remind")
def open_settings(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    if turn.incidents is None or rest:
        return None
    wishes = turn.incidents.preferences.of(turn.member.person)
    early = "、".join(spoken(length(span)) for span in wishes.early) or "没有另加"
    items = (
        Item(
            f"安静时段：{_hours(wishes.quiet_from, wishes.quiet_to)}",
            "限制人身自由的小时时限不受影响，昼夜都提醒",
        ),
        Item(f"另外提前：{early}", "指引里写好的提前量照常提醒"),
    )
    draft = Draft().add(Crumbs((HOME, "我的时限", "提醒设置")), Title("提醒设置"), Items("", items))
    draft.add(only_while_open(turn))
    for name, hours in QUIET.items():
        if hours != (wishes.quiet_from, wishes.quiet_to):
            draft.row(Button(f"安静时段改为 {_hours(*hours)}", f"quiet/{name}"))
    draft.grid([_early_button(span, span in wishes.early) for span in EARLY])
    return draft.row(back("clocks", "我的时限"), home()).reply(at="remind")


def _early_button(span: Span, chosen: bool) -> Button:
    what = "取消" if chosen else "另加"
    return Button(f"{what}提前 {spoken(length(span))}", f"early/{span}/{int(not chosen)}")


@screen("quiet", changes=True)
def set_quiet(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    if turn.incidents is None or len(rest) != 1 or rest[0] not in QUIET:
        return None
    begin, end = QUIET[rest[0]]
    wishes = turn.incidents.preferences.of(turn.member.person)
    return _keep(turn, replace(wishes, quiet_from=begin, quiet_to=end))


@screen("early", changes=True)
def set_early(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    """``early/<span>/<1 or 0>``."""
    if turn.incidents is None or len(rest) != 2 or rest[0] not in EARLY or rest[1] not in "01":
        return None
    wishes = turn.incidents.preferences.of(turn.member.person)
    spans = {*wishes.early, rest[0]} if rest[1] == "1" else {*wishes.early} - {rest[0]}
    return _keep(turn, replace(wishes, early=tuple(sorted(spans, key=length, reverse=True))))


def _keep(turn: Turn, wishes: Preferences) -> Reply | None:
    """Keep the wishes and warn of every running clock by them."""
    if turn.incidents is None:
        return None
    turn.incidents.preferences.keep(turn.member.person, wishes)
    for clock in turn.incidents.clocks.of(turn.member.person):
        again = rescheduled(clock)
        # Changed meanwhile: then that change has scheduled by these wishes already.
        turn.incidents.change(again, turn.library.calendar, turn.now)
    return saying(open_settings(turn, ()), "已改")


def _hours(begin: time | None, end: time | None) -> str:
    return f"{begin:%H:%M} 到 {end:%H:%M}" if begin and end else "不设"
