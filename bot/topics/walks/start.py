"""A walk's beginning, and the button that starts it once; it is called 警情A by itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from bot.screens.cards import back, home
from bot.screens.reply import Button, Caution, Crumbs, Draft, Reply, Text, Title
from bot.screens.sentences import HOME
from bot.topics.topic import Turn, screen
from bot.topics.walks.walk import shown
from bot.walks.label import next_label
from bot.walks.walk import WalkState

if TYPE_CHECKING:
    from bot.services.incidents import Incidents
    from bot.store.walks import Named


@screen("begin")
def open_begin(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    """``begin/<guide>``: what is under way already."""
    guide = turn.library.guide(rest[0]) if len(rest) == 1 else None
    if guide is None or not guide.steps or turn.incidents is None:
        return None
    known = turn.incidents.walks.named(turn.member.person)
    label = _next_label(turn.incidents, turn.member.person, known)
    fresh = turn.incidents.new_id()
    draft = Draft().add(
        Crumbs((HOME, guide.title, "开始处置")),
        Title(f"开始处置：{guide.title}"),
        Text(f"这次叫“{label}”，步骤和时间记在它下面；名字以后可以改。"),
    )
    draft.row(Button(f"开始（{label}）", f"start/{guide.id}/{fresh}", primary=True))
    for walk in known:
        if walk.guide == guide.id and walk.state is not WalkState.FINISHED:
            draft.row(Button(f"接着办 {walk.label}", f"walk/{walk.id}"))
    return draft.row(back(f"g/{guide.id}", "这份指引"), home()).reply()


@screen("start", changes=True)
def start(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    """``start/<guide>/<id>``; pressed twice it is the same walk."""
    guide = turn.library.guide(rest[0]) if len(rest) == 2 else None
    if guide is None or not guide.steps or turn.incidents is None or not is_id(rest[1]):
        return None
    turn.guard(guide)
    person = turn.member.person
    label = _next_label(turn.incidents, person, turn.incidents.walks.named(person))
    try:
        walk = turn.incidents.walks.start(person, guide, label, turn.now, rest[1])
    except ValueError as error:
        told = str(error)
        draft = Draft().add(Caution(told)).row(home())
        return draft.reply(at=f"begin/{guide.id}", toast=told)
    return shown(turn, walk)


def is_id(text: str) -> bool:
    return len(text) == 8 and text.isascii() and text.isalnum()


def _next_label(incidents: Incidents, person: str, walks: Iterable[Named]) -> str:
    under_way = {walk.label for walk in walks if walk.state is not WalkState.FINISHED}
    return next_label(under_way | incidents.clocks.labels(person))
