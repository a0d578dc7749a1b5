"""A question, and its four outcomes: answer, choose, unknown, refuse."""

from __future__ import annotations

from dataclasses import replace

from bot.cards import cited, guide_button, home
from bot.replies import Button, Call, Caution, Draft, Fold, Item, Items, Reply, Text, Title
from bot.texts import ASK_HINT, EMPTY, IN_LEDGER, ON_CALL
from bot.topics import Turn, screen
from bot.topics.guide import card
from bot.topics.help import how_to_use
from guides.model import Guide, Redline
from guides.personal import redact
from index.answers import NOT_ALLOWED, Answer
from index.judging import Outcome

NONE_OF_THESE = Button("都不是", "none")


def ask(turn: Turn, question: str) -> Reply:
    """The reply to a typed or dictated question."""
    if not question.strip():
        return Draft().add(Text(EMPTY)).row(home()).reply(fresh=True)
    answer = turn.answer(question)
    turn.conversation.results = tuple(ranked.guide.id for ranked in answer.guides)
    turn.conversation.question = redact(question)[:200]
    turn.conversation.guide = ""
    match answer.outcome:
        case Outcome.ANSWER:
            return _answered(turn, answer)
        case Outcome.CHOOSE:
            return _choice([ranked.guide for ranked in answer.guides], fresh=True)
        case Outcome.REFUSE if answer.redline:
            turn.conversation.question = ""  # what was asked against the rule is not kept
            return _refused(turn, answer.redline)
    if answer.small_talk:
        turn.conversation.question = ""
        return how_to_use(turn, fresh=True)
    nearest = turn.conversation.results
    noted = turn.missed(turn.conversation.question, answer.outcome.value, nearest)
    return _unknown(turn, nearest, noted)


def _answered(turn: Turn, answer: Answer) -> Reply:
    guide = answer.guides[0].guide
    turn.opened(guide.id)
    turn.conversation.guide = guide.id
    others = [ranked.guide for ranked in answer.guides[1:3]]
    return card(turn, guide, also=others, question=answer.question, fresh=True)


def _choice(guides: list[Guide], fresh: bool) -> Reply:
    items = tuple(Item(guide.title, guide.summary) for guide in guides)
    return (
        Draft()
        .add(Title("是下面哪一种？"), Items("", items, numbered=True))
        .grid([guide_button(guide) for guide in guides], wide=1)
        .row(NONE_OF_THESE, home())
        .reply(fresh)
    )


def _unknown(turn: Turn, nearest: tuple[str, ...], noted: bool) -> Reply:
    """``noted``: the question stands in the ledger."""
    guides = [guide for owner in nearest[:3] if (guide := turn.library.guide(owner))]
    near = Text("最接近的是下面几份，请先看清楚是不是你要的：") if guides else None
    return (
        Draft()
        .add(
            Title("没有找到有把握的指引"),
            Text(f"不敢乱答。这个问题{IN_LEDGER}。" if noted else "不敢乱答。"),
            Call(ON_CALL),
            near,
            Text(f"也可以换个说法再问。{ASK_HINT}"),
        )
        .grid([guide_button(guide) for guide in guides], wide=1)
        .row(Button("按分类找", "home"))
        .reply(fresh=True)
    )


def _refused(turn: Turn, redline: Redline) -> Reply:
    turn.refused(redline.id)
    return refusal(turn, redline)


def refusal(turn: Turn, redline: Redline) -> Reply:
    """The lawful way first, then what the law forbids; nobody is accused of having asked."""
    instead = turn.library.guide(redline.instead) if redline.instead else None
    done = redline.if_done
    others = turn.conversation.results
    return (
        Draft()
        .add(
            Title(NOT_ALLOWED),
            Items("合法的做法", (Item(instead.title, instead.summary),)) if instead else None,
            Caution(redline.rule),
            Items(
                "如果有人要求你这样做",
                (Item(redline.if_ordered),),
            ),
            Items(
                "如果已经发生",
                tuple(Item(part) for part in (done.care, done.report, done.preserve) if part),
            ),
            Fold("依据", cited(redline.cite, turn.library)),
            Call(ON_CALL),
        )
        .row(replace(guide_button(instead), primary=True) if instead else None)
        .row(Button("我问的是合法的做法", "r") if others else None, home())
        .reply(fresh=True)
    )


@screen("none", changes=True)
def none_of_these(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    """都不是: the question becomes legal staff's work; pressed twice, it counts once."""
    asked, turn.conversation.question = turn.conversation.question, ""
    noted = bool(asked) and turn.missed(asked, "none_of_these", turn.conversation.results)
    return _unknown(turn, (), noted)


@screen("r")
def open_results(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    """Back to the last choice; gone when the conversation is."""
    guides = [g for owner in turn.conversation.results if (g := turn.library.guide(owner))]
    if not guides:
        return None
    return _choice(guides[:4], fresh=False)
