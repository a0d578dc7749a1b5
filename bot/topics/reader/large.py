"""The words of one step as large as the screen, to be held up to a person."""

from __future__ import annotations

from bot.screens.cards import PAGE, back, split_sentences
from bot.screens.reply import Big, Draft, Fold, Reply, Text
from bot.topics.reader.guide import words_of
from bot.topics.topic import Turn, screen


@screen("big")
def show(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    """``big/<guide>/<step>/<n>``: the n-th of the step's words, counted from 1."""
    if len(rest) != 3 or not rest[2].isdecimal():
        return None
    guide = turn.library.guide(rest[0])
    step = guide.step(rest[1]) if guide else None
    words = list(words_of(turn, step)) if step else []
    if guide is None or step is None or not 0 < int(rest[2]) <= len(words):
        return None
    said = words[int(rest[2]) - 1]
    draft = Draft().row(back(f"g/{guide.id}/s/{step.id}"))
    if isinstance(said, Text):  # an article that is not here: nothing to hold up
        return draft.add(said).reply()
    if isinstance(said, Fold):
        draft.add(Text(said.title))
    return draft.add(*(Big(part) for part in split_sentences(said.text, PAGE - 1))).reply()
