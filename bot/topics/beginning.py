"""A walk's beginning: what it is called, and the button that starts it once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cards import back, home
from bot.label import is_question, label_problem, next_label
from bot.replies import Button, Caution, Crumbs, Draft, Reply, Text, Title
from bot.texts import HOME
from bot.topics import Turn, awaited, screen
from bot.topics.walks import own_walk, shown
from bot.walk import WalkState
from guides.model import Guide
from guides.personal import found_typed

if TYPE_CHECKING:
    from bot.incidents import Incidents


@screen("begin")
def open_begin(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    """``begin/<guide>``: the label, and what is under way already."""
    guide = turn.library.guide(rest[0]) if len(rest) == 1 else None
    if guide is None or not guide.steps or turn.incidents is None:
        return None
    known = turn.incidents.walks.of(turn.member.person)
    label = next_label(_labels(turn.incidents, turn.member.person))
    fresh = turn.incidents.new_id()
    turn.conversation.awaiting = f"begin/{guide.id}/{fresh}"
    draft = Draft().add(
        Crumbs((HOME, guide.title, "开始处置")),
        Title(f"开始处置：{guide.title}"),
        Text(f"叫它“{label}”，或者直接发一个别的名字（只写代号，不写姓名、号码、案情）。"),
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
    label = next_label(_labels(turn.incidents, turn.member.person))
    return _started(turn, guide, label, rest[1])


@awaited
def hear_label(turn: Turn, text: str) -> Reply | None:
    """A label typed on the screen that asks for one: for a new walk, or another name."""
    prefix, *rest = turn.conversation.awaiting.split("/")
    if prefix not in ("begin", "rename") or len(rest) != 2 or turn.incidents is None:
        return None
    if is_question(text) and not found_typed(text):
        turn.conversation.awaiting = ""
        return None
    if problem := label_problem(text):
        again = Draft().add(Caution(problem), Text("请再发一个名字。"))
        return again.row(home()).reply(fresh=True)
    turn.conversation.awaiting = ""
    if prefix == "rename":
        walk = own_walk(turn, rest[0])
        renamed = turn.incidents.walks.rename(walk.id, text, turn.now) if walk else None
        return shown(turn, renamed, fresh=True) if renamed else None
    guide = turn.library.guide(rest[0])
    return _started(turn, guide, text, rest[1], fresh=True) if guide else None


def _started(turn: Turn, guide: Guide, label: str, id: str, fresh: bool = False) -> Reply | None:
    if turn.incidents is None:
        return None
    turn.guard(guide)
    try:
        walk = turn.incidents.walks.start(turn.member.person, guide, label, turn.now, id)
    except ValueError as error:
        return Draft().add(Caution(str(error))).row(home()).reply(fresh)
    return shown(turn, walk, fresh)


def is_id(text: str) -> bool:
    return len(text) == 8 and text.isascii() and text.isalnum()


def _labels(incidents: Incidents, person: str) -> set[str]:
    walks = {w.label for w in incidents.walks.of(person) if w.state is not WalkState.FINISHED}
    return walks | {clock.label for clock in incidents.clocks.of(person)}
