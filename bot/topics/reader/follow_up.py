"""「那女的呢」 after an answer: stays in the guide and shows the step, limit, form or pitfall
that is meant. A question that another guide answers with certainty is a new question."""

from __future__ import annotations

from dataclasses import replace

from bot.screens.cards import back, crumbs, home, step_line
from bot.screens.reply import Button, Call, Caution, Draft, Items, Reply, Text, Title
from bot.screens.sentences import ASK_HINT, ON_CALL
from bot.topics.clocks.limits import limit_screen
from bot.topics.reader.asking import ALONE, answered
from bot.topics.reader.guide import step_screen
from bot.topics.reader.passages import lines
from bot.topics.topic import Turn, hearing, screen
from guides.limit_words import at_end_line
from guides.model import Guide
from guides.personal import redact
from index.judging import Outcome
from index.passages import Kind, Pointer, follows, is_elliptic

OF_WHAT = f"单看这一句，不知道问的是哪件事。{ASK_HINT}"
NOT_WRITTEN = "这份指引里没有专门写这一点，别硬套；下面是全部步骤。"
ANEW = Button("不是问这个，重新找", "anew")
_VIEWS = {
    Kind.LIMIT: ("limits", "时限"),
    Kind.FORM: ("forms", "文书"),
    Kind.PITFALL: ("pitfalls", "易错点"),
    Kind.ROW: ("tables", "工具箱"),
}


@hearing
def hear_follow_up(turn: Turn, text: str) -> Reply | None:
    guide = turn.library.guide(turn.conversation.guide)
    if guide is None or not guide.steps:
        return _of_what() if is_elliptic(text) else None
    pointer = follows(guide, text, turn.library.sayings)
    if pointer is None:
        return _not_written(turn, guide, text) if is_elliptic(text) else None
    answer = turn.answer(text)
    if answer.outcome is Outcome.REFUSE:
        return None
    if answer.outcome is Outcome.ANSWER and not pointer.marked:
        return None
    turn.conversation.question = redact(text)
    return _shown(turn, guide, pointer)


def _of_what() -> Reply:
    return Draft().add(Text(OF_WHAT)).row(home()).reply(fresh=True)


def _not_written(turn: Turn, guide: Guide, text: str) -> Reply:
    turn.conversation.question = redact(text)
    items = tuple(step_line(guide, step) for step in guide.steps)
    return (
        Draft()
        .add(crumbs(turn.library, guide), Title(guide.title), Caution(NOT_WRITTEN))
        .add(Call(ON_CALL), Items("全部步骤", items, numbered=True))
        .row(back(f"g/{guide.id}", "这份指引"), home())
        .row(ANEW)
        .reply(fresh=True)
    )


def _shown(turn: Turn, guide: Guide, pointer: Pointer) -> Reply:
    place = pointer.passage.place[0]
    match pointer.passage.kind:
        case Kind.STEP:
            reply = step_screen(turn, guide, guide.steps[place])
        case Kind.LIMIT if len(pointer.alike) == 1:
            limit = guide.limits[place]
            reply = limit_screen(turn, guide, limit)
            if pointer.at_end and limit.at_end:
                first = Caution(at_end_line(limit.at_end))
                reply = replace(reply, blocks=(reply.blocks[0], first, *reply.blocks[1:]))
        case kind:
            view, label = _VIEWS[kind]
            shown = Items("", lines(turn, guide, pointer))
            reply = (
                Draft()
                .add(crumbs(turn.library, guide, label), Title(label), shown)
                .row(Button(f"全部{label}", f"g/{guide.id}/v/{view}"))
                .row(back(f"g/{guide.id}", "这份指引"), home())
                .reply()
            )
    return replace(reply, rows=(*reply.rows, (ANEW,)), fresh=True)


@screen("anew", changes=True)
def ask_anew(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    """The last question again, as if nothing had been on the screen."""
    question = turn.conversation.question
    return answered(turn, question, ALONE) if question else None
