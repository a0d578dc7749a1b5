"""The words of the law: behind a step, or asked for by law and article."""

from __future__ import annotations

from collections.abc import Iterable

from bot.cards import back, crumbs, home
from bot.replies import Block, Crumbs, Draft, Item, Items, Reply, Title
from bot.texts import HOME
from bot.topics import Turn, hearing, screen
from guides.citation import Citation
from guides.texts import quote


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
    """「治安管理处罚法第97条」 opens the article; anything else is not meant for here."""
    try:
        citation = Citation.parse(text)
    except ValueError:
        return None
    if turn.library.laws.find(citation.law) is None:
        return None
    return (
        Draft()
        .add(Crumbs((HOME, "条文")), Title("条文"), *_article(turn, citation))
        .row(home())
        .reply(fresh=True)
    )


def _article(turn: Turn, citation: Citation) -> Iterable[Block]:
    quoted = quote(citation, turn.library.laws, turn.texts, turn.now.date())
    yield Items(quoted.wording, (Item(quoted.text or quoted.missing or ""),))
