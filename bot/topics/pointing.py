"""「那女的呢」 after an answer: stays in the guide and shows the step, limit, form or pitfall
that is meant. A question that another guide answers with certainty is a new question."""

from __future__ import annotations

from dataclasses import replace

from bot.cards import back, crumbs, home
from bot.pointers import line
from bot.replies import Button, Caution, Draft, Items, Reply, Title
from bot.topics import Turn, hearing, screen
from bot.topics.asking import ask
from bot.topics.guide import step_screen
from bot.topics.limits import limit_screen
from guides.model import Guide
from guides.personal import redact
from index.judging import Outcome
from index.passages import Kind, Pointer, follows

ANEW = Button("不是问这个，重新找", "anew")
_VIEWS = {
    Kind.FORM: ("forms", "文书"),
    Kind.PITFALL: ("pitfalls", "易错点"),
    Kind.ROW: ("tables", "工具箱"),
}


@hearing
def hear_follow_up(turn: Turn, text: str) -> Reply | None:
    guide = turn.library.guide(turn.conversation.guide)
    if guide is None or not guide.steps:
        return None
    pointer = follows(guide, text, turn.library.sayings)
    if pointer is None:
        return None
    answer = turn.answer(text)
    if answer.outcome is Outcome.REFUSE:
        return None
    if answer.outcome is Outcome.ANSWER and not pointer.marked:
        return None
    turn.conversation.question = redact(text)
    return _shown(turn, guide, pointer)


def _shown(turn: Turn, guide: Guide, pointer: Pointer) -> Reply:
    place = pointer.passage.place[0]
    match pointer.passage.kind:
        case Kind.STEP:
            reply = step_screen(turn, guide, guide.steps[place])
        case Kind.LIMIT:
            limit = guide.limits[place]
            reply = limit_screen(turn, guide, limit)
            if pointer.at_end and limit.at_end:
                first = Caution(f"时间到了必须：{limit.at_end}")
                reply = replace(reply, blocks=(reply.blocks[0], first, *reply.blocks[1:]))
        case kind:
            view, label = _VIEWS[kind]
            shown = Items("", (line(turn, guide, pointer.passage),))
            reply = (
                Draft()
                .add(crumbs(turn.library, guide, label), Title(label), shown)
                .row(Button(f"全部{label}", f"g/{guide.id}/v/{view}"))
                .row(back(f"g/{guide.id}", "这份指引"), home())
                .reply()
            )
    return replace(reply, rows=(*reply.rows, (ANEW,)), fresh=True)


@screen("anew")
def ask_anew(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    """The last question again, as if nothing had been on the screen."""
    question, turn.conversation.guide = turn.conversation.question, ""
    return ask(turn, question) if question else None
