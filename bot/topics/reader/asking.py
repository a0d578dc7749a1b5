"""A question, and its four outcomes: answer, choose, unknown, refuse."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from bot.screens.cards import cited, guide_button, home, paged
from bot.screens.reply import Button, Call, Caution, Draft, Fold, Item, Items, Reply, Text, Title
from bot.screens.sentences import (
    ASK_HINT,
    EMPTY,
    IN_LEDGER,
    NOT_A_QUESTION,
    ON_CALL,
    PUT_AWAY,
    TOO_LONG,
)
from bot.topics.reader.guide import card
from bot.topics.reader.help import how_to_use
from bot.topics.topic import HEARINGS, Turn, screen
from guides.model import Guide, Redline
from guides.personal import redact
from index.analysis import LONGEST_QUESTION, normalise
from index.answers import NOT_ALLOWED, Answer
from index.judging import Outcome

NONE_OF_THESE = Button("都不是", "none")
ALONE = "-"  # instead of the guide that is being read: a question that belongs to none
# Of a question that is kept: it stands in the ledger, or 都不是 has brought it there.
_NOTED, _COUNTED = "noted", "counted"


def hear(turn: Turn, text: str) -> Reply:
    """The reply to a typed or dictated line."""
    words = normalise(text)
    if not words:
        draft = Draft().add(Text(EMPTY)).row(home())
        return draft.reply(fresh=True, at="home", toast=EMPTY)
    return answered(turn, words, turn.conversation.guide)


def answered(turn: Turn, words: str, guide: str) -> Reply:
    """The reply to ``words`` while ``guide`` is being read. They are kept for an hour, in memory,
    so that the answer has an address of its own and can be shown again."""
    noted = ""

    def missed(*about: Any) -> bool:
        nonlocal noted
        noted = _NOTED if turn.missed(*about) else ""
        return bool(noted)

    found: dict[str, Answer] = {}

    def answer(text: str) -> Answer:
        found[text] = turn.answer(text)
        return found[text]

    waiting, said = turn.conversation.awaiting, turn.conversation.said
    reply = _heard(replace(turn, missed=missed, answer=answer), words, guide)
    if said and waiting == turn.conversation.awaiting != reply.at:
        turn.conversation.said = ""
        told = Caution(f"这一句当问题答了。不是要问的，请发“{said}”这样的一句。")
        reply = replace(reply, blocks=(told, *reply.blocks))
    if not reply.at:
        kept = (words[: LONGEST_QUESTION + 1], guide, noted)
        lately, beside = turn.conversation.lately, (_served(turn), found)
        turn.conversation.asked = lately.keep(turn.now, *kept, beside=beside)
        reply = replace(reply, at=f"q/{turn.conversation.asked}")
    return paged(reply, reply.at, 1)


@screen("q")
def open_answer(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    """``q/<token>``: what was asked is answered anew, by the guides as they are now; it is not
    counted again."""
    kept = turn.conversation.lately.find(rest[0], turn.now) if len(rest) == 1 else ()
    if len(kept) != 3:
        return Draft().add(Text(PUT_AWAY)).row(home()).reply()
    words, guide, state = kept
    again = replace(turn, missed=lambda *_: state == _NOTED, refused=lambda _: None)
    match turn.conversation.lately.beside(rest[0], turn.now):
        case served, dict(found) if served == _served(turn):  # need not be looked for again
            again.answer = lambda text: found.get(text) or turn.answer(text)
    reply = _heard(again, words, guide)
    turn.conversation.asked = rest[0]
    if state == _COUNTED:
        turn.conversation.question = ""
    return replace(reply, at=f"q/{rest[0]}")


def _served(turn: Turn) -> tuple[int, date]:
    """What an answer depends on besides the question."""
    return turn.release, turn.now.date()


def _heard(turn: Turn, words: str, guide: str) -> Reply:
    turn.conversation.guide = "" if guide == ALONE else guide
    for understand in HEARINGS if guide != ALONE else ():
        if (reply := understand(turn, words)) is not None:
            return reply
    if _says_nothing(words):
        return Draft().add(Text(NOT_A_QUESTION)).row(home()).reply(fresh=True)
    reply = ask(turn, words)
    if len(words) > LONGEST_QUESTION:
        cut = Caution(TOO_LONG.format(limit=LONGEST_QUESTION))
        reply = replace(reply, blocks=(cut, *reply.blocks))
    return reply


def _says_nothing(words: str) -> bool:
    """A number, a letter, a mark or a picture: a slip, which belongs in no ledger."""
    slip = words.isdecimal() or (words.isascii() and len(words) == 1)
    return slip or not any(letter.isalnum() for letter in words)


def ask(turn: Turn, question: str) -> Reply:
    """The reply to a question that nobody else is waiting for."""
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
        .reply(fresh=True, at=f"redline/{redline.id}")
    )


@screen("redline")
def open_redline(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    """``redline/<id>``: what was declined, without what was asked."""
    redline = turn.library.redline(rest[0]) if len(rest) == 1 else None
    return refusal(turn, redline) if redline else None


@screen("none", changes=True)
def none_of_these(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    """都不是: the question becomes legal staff's work; pressed twice, it counts once."""
    conversation, noted = turn.conversation, False
    if conversation.question:
        noted = turn.missed(conversation.question, "none_of_these", conversation.results)
        conversation.question = ""
        if kept := conversation.lately.find(conversation.asked, turn.now):
            words = (*kept[:2], _COUNTED)
            conversation.lately.keep(turn.now, *words, token=conversation.asked)
    told = f"这个问题{IN_LEDGER}。" if noted else ""
    return replace(_unknown(turn, (), noted), at="nothing", toast=told)


@screen("nothing")
def open_none(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    """None of the guides that were offered."""
    return _unknown(turn, (), noted=False)


@screen("r")
def open_results(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    """Back to the last choice; gone when the conversation is."""
    guides = [g for owner in turn.conversation.results if (g := turn.library.guide(owner))]
    if not guides:
        return None
    return _choice(guides[:4], fresh=False)
