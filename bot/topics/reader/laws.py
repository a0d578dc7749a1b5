"""The words of the law: behind a step, or asked for by law and article."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from bot.screens.cards import back, crumbs, home
from bot.screens.reply import Block, Crumbs, Draft, Item, Items, Reply, Text, Title
from bot.screens.sentences import HOME
from bot.topics.topic import Turn, hearing, screen
from guides.citation import Citation, read_place
from guides.texts import quote

OF_WHICH_LAW = "写上是哪部法，例如：治安管理处罚法97条。"
WHICH_ARTICLE = "{names}第几条？例如：{example}第10条。要问怎么办，直接说现场情况。"
# What stands around a citation when it is looked up, and says nothing more.
_FRAME = re.compile(
    r"^(?:(?:帮我)?[查看翻]一?[下看]?|打开)|(?:是?怎么(?:说|规定)的?|[是讲]什么|的?(?:原文|内容|条文))?[?。!？]*$"
)


@screen("law")
def open_articles(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    """``law/<guide>/<step>``: the text of every article that step rests on."""
    if len(rest) != 2:
        return None
    guide = turn.library.guide(rest[0])
    step = guide.step(rest[1]) if guide else None
    if guide is None or step is None:
        return None
    draft = Draft().add(crumbs(turn.library, guide, "条文"), Title("条文"))
    for citation in step.cite:
        draft.add(*_article(turn, citation))
    return (
        draft.row(back(f"g/{guide.id}/s/{step.id}", "这一步"), back(f"g/{guide.id}", "这份指引"))
        .row(home())
        .reply()
    )


@hearing
def hear_citation(turn: Turn, text: str) -> Reply | None:
    """「治安管理处罚法第97条」「治安法97条」, or 「97条第二款」 while a guide is read, opens the
    article; anything else is not meant for here."""
    written = _FRAME.sub("", text)
    if (place := read_place(written)) is not None:
        return _in_guide(turn, place)
    if laws := turn.library.laws.named(written):
        names = "、".join(f"《{law.name}》" for law in laws)
        told = WHICH_ARTICLE.format(names=names, example=laws[0].name)
        return Draft().add(Text(told)).row(home()).reply(fresh=True)
    try:
        citations = Citation.parse_all(written)
    except ValueError:
        return None
    found = [replace(c, law=law.name) for c in citations for law in turn.library.laws.named(c.law)]
    return _articles(turn, found) if found else None


def _in_guide(turn: Turn, place: str) -> Reply:
    """The article with this number that the open guide rests on; else the way to write it."""
    guide = turn.library.guide(turn.conversation.guide)
    article = place.partition(".")[0]
    laws = dict.fromkeys(
        citation.law
        for citation in (guide.citations() if guide else ())
        if citation.locator.partition(".")[0] == article
    )
    if not laws:
        return Draft().add(Text(OF_WHICH_LAW)).row(home()).reply(fresh=True)
    return _articles(turn, [Citation(law, place) for law in laws])


def _articles(turn: Turn, citations: Iterable[Citation]) -> Reply:
    draft = Draft().add(Crumbs((HOME, "条文")), Title("条文"))
    for citation in citations:
        draft.add(*_article(turn, citation))
    return draft.row(home()).reply(fresh=True)


def _article(turn: Turn, citation: Citation) -> Iterable[Block]:
    quoted = quote(citation, turn.library.laws, turn.texts, turn.now.date())
    yield Items(quoted.wording, (Item(quoted.text or quoted.missing or ""),))
